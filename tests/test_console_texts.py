"""Tests of the texts of the console: each of its languages has all of them, and each of them is used."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from string import Formatter

import pytest

from engine.domain import Reason, State, VerificationLevel
from engine.passwords import Weakness
from review_site.console.pages import FAULTS, LOCALES
from review_site.console.shell.areas import Area
from tests.tree import ROOT

SITE = ROOT / "site" / "review_site"
CONSOLE = SITE / "console"
FOLDERS = sorted(each.parent for each in CONSOLE.glob("**/i18n/en.toml"))
AREAS = [each for each in FOLDERS if each.parent.name != "shell"]
"""The words of the shell are there for every area that will need them."""
PREFIX = re.compile(r'(?:texts|shell)(?:\.plural)?\(\s*f?"(?P<plain>[a-z-]+-)(?:"\s*~|\{)|f"(?P<formed>[a-z-]+-)\{')
"""How a source names a whole family of texts: ``it.shell("state-" ~ …)``, ``f"fault-{…}"``."""


def catalogue(folder: Path, locale: str) -> Mapping[str, str | Mapping[str, str]]:
    return tomllib.loads((folder / f"{locale}.toml").read_text(encoding="utf-8"))


def forms(entry: str | Mapping[str, str]) -> Mapping[str, str]:
    return {"": entry} if isinstance(entry, str) else entry


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def readers_of(folder: Path) -> str:
    """What may use the texts of a folder: the area with its templates."""
    area = folder.parent
    if area == CONSOLE:
        paths = [*CONSOLE.glob("*.py"), *(SITE / "templates" / "console").glob("*.html")]
    else:
        paths = [*area.rglob("*.py"), *(SITE / "templates" / "console" / area.name).rglob("*.html")]
        # What is wrong with a new password is found out for the doors and for one's own account in one place.
        paths += [CONSOLE / "doors.py", CONSOLE / "pages.py"] if area.name == "account" else []
    return "\n".join(each.read_text(encoding="utf-8") for each in paths)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.parent.name)
@pytest.mark.parametrize("locale", LOCALES)
def test_says_everything_in_each_of_its_languages(folder: Path, locale: str) -> None:
    english, said = catalogue(folder, "en"), catalogue(folder, locale)

    assert set(said) == set(english)
    for key, entry in said.items():
        for form, text in forms(entry).items():
            known = forms(english[key])
            assert placeholders(text) <= placeholders(known.get(form, known.get("other", ""))) | {"n"}, key
            assert text == " ".join(text.split()), key
            assert not set("<>&") & set(text), key


@pytest.mark.parametrize("folder", AREAS, ids=lambda folder: folder.parent.name)
def test_has_no_text_that_nobody_reads(folder: Path) -> None:
    sources = readers_of(folder)
    families = {each for found in PREFIX.finditer(sources) for each in found.groups() if each}

    unused = {
        key
        for key in catalogue(folder, "en")
        if f'"{key}"' not in sources and not any(key.startswith(family) for family in families)
    }

    assert unused == set()


def test_has_a_word_for_each_weakness_of_a_password() -> None:
    assert set(FAULTS) == set(Weakness)
    assert set(FAULTS.values()) <= set(catalogue(CONSOLE / "i18n", "en"))


def test_the_shell_has_a_word_for_each_value_that_areas_show() -> None:
    said = set(catalogue(CONSOLE / "shell" / "i18n", "en"))

    for family, values in (
        ("area", Area),
        ("state", State),
        ("reason", Reason),
        ("verification", VerificationLevel),
    ):
        assert {f"{family}-{value}" for value in values} <= said
