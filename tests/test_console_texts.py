"""Tests of the texts of the console: each of its languages has all of them, and each of them is used."""

from __future__ import annotations

import tomllib
from string import Formatter

import pytest

from engine.passwords import Weakness
from review_site.console.pages import FAULTS, LOCALES
from tests.tree import ROOT

FOLDER = ROOT / "site" / "review_site" / "console" / "i18n"
ENGLISH = tomllib.loads((FOLDER / "en.toml").read_text(encoding="utf-8"))
ROLES = {"role-viewer", "role-writer", "role-moderator", "role-admin"}


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("locale", LOCALES)
def test_says_everything_in_each_of_its_languages(locale: str) -> None:
    said = tomllib.loads((FOLDER / f"{locale}.toml").read_text(encoding="utf-8"))

    assert set(said) == set(ENGLISH)
    for key, text in said.items():
        assert placeholders(text) == placeholders(ENGLISH[key]), key
        assert text == " ".join(text.split()), key
        assert not set("<>&") & set(text), key


def test_has_no_text_that_nobody_reads() -> None:
    folder = ROOT / "site" / "review_site"
    sources = "\n".join(
        each.read_text(encoding="utf-8")
        for each in [*folder.glob("console/*.py"), *folder.glob("templates/console/*.html")]
    )

    unused = {key for key in ENGLISH if f'"{key}"' not in sources}

    assert unused - ROLES - {"fault-email", "fault-name"} == set()


def test_has_a_word_for_each_weakness_of_a_password() -> None:
    assert set(FAULTS) == set(Weakness)
    assert set(FAULTS.values()) <= set(ENGLISH)
