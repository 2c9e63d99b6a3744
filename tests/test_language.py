"""Languages are told apart among the configured ones, and tags have one spelling."""

from __future__ import annotations

import pytest

from engine.errors import BadValueError
from engine.language import Detector, normal_language

DETECTOR = Detector(["en", "de", "nl", "fr", "es"])


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("It pours well and keeps the heat.", "en"),
        ("Der Kessel gießt gut und hält die Wärme.", "de"),
        ("De ketel schenkt goed en blijft lang warm.", "nl"),
        ("La bouilloire verse bien et garde la chaleur.", "fr"),
        ("La tetera vierte bien y mantiene el calor.", "es"),
        ("ICH BIN SEHR ZUFRIEDEN MIT DEM GERÄT", "de"),
        ("Prima apparaat, snelle levering", "nl"),
        ("Superbe ☕ je recommande", "fr"),
    ],
)
def test_is_detected(text: str, language: str) -> None:
    assert DETECTOR.detect(text) == language


@pytest.mark.parametrize("text", ["", "5/5 👍👍👍", "ok", "1000000", "\ud83d"])
def test_a_text_with_fewer_than_three_letters_has_no_language(text: str) -> None:
    assert DETECTOR.detect(text) is None


def test_only_configured_languages_are_detected() -> None:
    assert Detector(["en", "nl"]).detect("Der Kessel gießt gut und hält die Wärme.") == "nl"


def test_the_end_of_a_long_text_does_not_matter() -> None:
    assert DETECTOR.detect("The seams held. " * 100 + "Aber die Farbe nicht. " * 10_000) == "en"


def test_a_language_that_cannot_be_detected_is_named() -> None:
    with pytest.raises(BadValueError, match="tlh"):
        Detector(["en", "tlh"]).detect("nuqneH, how are you?")


@pytest.mark.parametrize(
    ("tag", "normal"),
    [
        ("en", "en"),
        ("EN_us", "en-US"),
        (" de-at ", "de-AT"),
        ("zh-hant-tw", "zh-Hant-TW"),
        ("es-419", "es-419"),
        ("deu", "de"),
        ("iw", "he"),
        ("de-DE-1996-u-co-phonebk", "de-DE"),
        ("fil", "fil"),
    ],
)
def test_a_tag_has_one_spelling(tag: str, normal: str) -> None:
    assert normal_language(tag) == normal
    assert normal_language(normal) == normal


@pytest.mark.parametrize("tag", ["", "e", "english", "en-", "xx", "qq-US", "en-ZQ", "12", "de;DE", "ｅｎ", "en" * 5000])
def test_nonsense_is_no_language(tag: str) -> None:
    with pytest.raises(BadValueError):
        normal_language(tag)
