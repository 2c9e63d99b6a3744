"""The texts that the public reads: every language has all of them, and no more."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from string import Formatter
from typing import Any
from zoneinfo import ZoneInfo

import babel
import pytest
from babel.numbers import format_decimal

from engine.i18n import GROUPED, PUBLIC_LOCALES, texts

ROOT = Path(__file__).parents[1]
FOLDERS = {
    ROOT / "widgets" / "i18n": ("widgets/*.py", "widgets/templates/*.html", "site/review_site/templates/*.html"),
    ROOT / "schema_markup" / "feeds" / "i18n": ("schema_markup/feeds/*.py",),
    ROOT / "site" / "review_site" / "form" / "i18n": (
        "site/review_site/form/*.py",
        "site/review_site/templates/form/*.html",
    ),
    ROOT / "site" / "review_site" / "flagging" / "i18n": (
        "site/review_site/flagging/*.py",
        "site/review_site/form/*.py",
        "site/review_site/templates/flagging/*.html",
    ),
    ROOT / "site" / "review_site" / "method" / "i18n": ("site/review_site/method/*.py",),
    ROOT / "site" / "review_site" / "gallery" / "i18n": (
        "site/review_site/gallery/*.py",
        "site/review_site/templates/gallery.html",
    ),
    ROOT / "site" / "review_site" / "i18n": ("site/review_site/**/*.py", "site/review_site/templates/**/*.html"),
}
# What can be chosen in the gallery; tests/test_gallery.py shows each.
GALLERY_VALUES = ("embed-", "how-", "kind-", "loads-", "scope-", "screen-", "theme-", "why-")
CATALOGUES = [
    pytest.param(folder / f"{locale}.toml", id=f"{folder.parent.name}-{locale}")
    for folder in FOLDERS
    for locale in PUBLIC_LOCALES
]


def entries(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def forms(entry: str | Mapping[str, str]) -> Iterator[str]:
    if isinstance(entry, str):
        yield entry
    else:
        yield from entry.values()


def placeholders(form: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(form) if name is not None}


def texts_of(path: Path) -> list[str]:
    return [form for entry in entries(path).values() for form in forms(entry)]


@pytest.mark.parametrize("path", CATALOGUES)
def test_has_the_texts_of_the_english_catalogue_and_no_others(path: Path) -> None:
    assert set(entries(path)) == set(entries(path.with_name("en.toml")))


@pytest.mark.parametrize("path", CATALOGUES)
def test_has_each_plural_form_of_its_language_and_no_others(path: Path) -> None:
    wanted = babel.Locale(path.stem).plural_form.tags | {"other"}
    english = entries(path.with_name("en.toml"))

    for key, entry in entries(path).items():
        assert isinstance(entry, str) == isinstance(english[key], str), key
        assert isinstance(entry, str) or set(entry) == wanted, key


@pytest.mark.parametrize("path", CATALOGUES)
def test_fills_in_the_same_values_in_every_form(path: Path) -> None:
    english = entries(path.with_name("en.toml"))

    for key, entry in entries(path).items():
        wanted = {name for form in forms(english[key]) for name in placeholders(form)}
        assert all(placeholders(form) == wanted for form in forms(entry)), key


@pytest.mark.parametrize("path", CATALOGUES)
def test_holds_plain_text_without_loose_white_space(path: Path) -> None:
    for text in texts_of(path):
        assert text
        assert not re.search(r"^\s|\s$|\s\s|[\n\t]", text), text
        assert not set("<>&") & set(text), text


@pytest.mark.parametrize("folder", FOLDERS)
def test_french_marks_are_kept_with_their_word(folder: Path) -> None:
    for text in texts_of(folder / "fr.toml"):
        assert not re.search(r"(?<!\u00a0):(?!//)|(?<!\u202f)[;!?»]|«(?!\u202f)|'", text), text


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_text_is_used(folder: Path) -> None:
    sources = "\n".join(each.read_text("utf-8") for glob in FOLDERS[folder] for each in sorted(ROOT.glob(glob)))
    named_after_a_value = ("order-", "relation-", "verified-", *GALLERY_VALUES)

    unused = [key for key in entries(folder / "en.toml") if f'"{key}"' not in sources]

    assert [key for key in unused if not key.startswith(named_after_a_value)] == []


@pytest.mark.parametrize(
    ("locale", "words"),
    [("en", "Nov 2, 2026, 9:05\u202fAM"), ("de", "02.11.2026, 09:05"), ("nl", "2 nov 2026, 09:05")],
)
def test_a_moment_is_written_to_the_minute_in_the_zone_of_the_site(tmp_path: Path, locale: str, words: str) -> None:
    (tmp_path / "en.toml").write_text("", encoding="utf-8")
    (tmp_path / f"{locale}.toml").write_text("", encoding="utf-8")
    moment = datetime(2026, 11, 2, 8, 5, 59, tzinfo=UTC)

    assert texts(tmp_path, locale).moment(moment, ZoneInfo("Europe/Amsterdam")) == words


@pytest.mark.parametrize("locale", PUBLIC_LOCALES)
def test_numbers_are_written_as_the_language_writes_them(tmp_path: Path, locale: str) -> None:
    for name in {"en", locale}:
        (tmp_path / f"{name}.toml").write_text("", encoding="utf-8")
    numbers = [*range(-20, GROUPED + 20), 12_345, 0.5]

    written = [texts(tmp_path, locale).number(each) for each in numbers]

    assert written == [format_decimal(each, locale=locale) for each in numbers]
