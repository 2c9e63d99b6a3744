"""German and Dutch compounds, and the words they are made of."""

from __future__ import annotations

import pytest

from engine.search.compounds import has_part, may_have_part, split

GERMAN = frozenset(
    {
        "akku",
        "laufzeit",
        "lauf",
        "zeit",
        "kinder",
        "kind",
        "wagen",
        "arbeit",
        "strasse",
        "bahn",
        "kanne",
        "tee",
        "spiel",
    }
)
DUTCH = frozenset({"stad", "park", "kind", "wagen"})


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("akkulaufzeit", ("akku", "laufzeit")),
        ("teekanne", ("tee", "kanne")),
        ("strassenbahn", ("strasse", "bahn")),
        ("laufzeit", ("lauf", "zeit")),
        ("akku", ()),
        ("spielerisch", ()),
    ],
)
def test_a_compound_is_split_into_words_that_are_known(word: str, parts: tuple[str, ...]) -> None:
    assert split(word, "de", GERMAN.__contains__) == parts


def test_dutch_words_are_linked_too() -> None:
    assert split("stadspark", "nl", DUTCH.__contains__) == ("stad", "park")
    assert split("kinderwagen", "nl", DUTCH.__contains__) == ("kind", "wagen")


@pytest.mark.parametrize(
    ("compound", "part", "is_one"),
    [
        ("akkulaufzeit", "akku", True),
        ("akkulaufzeit", "laufzeit", True),
        ("akkulaufzeiten", "laufzeit", True),
        ("akkulaufzeit", "lauf", True),
        ("kinderwagenbahn", "wagen", True),
        ("akkordeon", "akko", False),
        ("wagenkanne", "wagen", True),
    ],
)
def test_a_part_is_a_part_where_the_rest_is_made_of_words(compound: str, part: str, is_one: bool) -> None:
    assert has_part(compound, part, "de", GERMAN.__contains__) is is_one


@pytest.mark.parametrize(
    ("compound", "part", "language", "is_likely"),
    [
        ("bratenthermometer", "thermometer", "de", True),
        ("worterbuchern", "buch", "de", True),
        ("kaufempfehlung", "kauf", "de", True),
        ("bloemsaus", "saus", "nl", True),
        ("hoofdgerechten", "gerecht", "nl", True),
        ("boottochtje", "tocht", "nl", True),
        ("einkaufen", "kauf", "de", False),
        ("handlich", "hand", "de", False),
        ("begriffe", "griff", "de", False),
        ("angerecht", "gerecht", "nl", False),
        ("preiswagen", "reis", "de", False),
        ("straussen", "aus", "de", False),
        ("karton", "ton", "de", False),
    ],
)
def test_a_word_may_be_a_compound_with_an_unknown_word_but_not_with_what_words_are_formed_with(
    compound: str, part: str, language: str, is_likely: bool
) -> None:
    assert may_have_part(compound, part, language, lambda _: False) is is_likely


def test_a_longer_known_word_takes_the_compound_from_one_that_its_end_is_spelt_like() -> None:
    assert may_have_part("superpreise", "reise", "de", lambda _: False)
    assert not may_have_part("superpreise", "reise", "de", frozenset({"preise"}).__contains__)


def test_english_has_no_compounds() -> None:
    assert split("teapot", "en", frozenset({"tea", "pots"}).__contains__) == ()
    assert not has_part("battery", "batt", "en", lambda _: True)
    assert not may_have_part("teapot", "teap", "en", lambda _: True)
