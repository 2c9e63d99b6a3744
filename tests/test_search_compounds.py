"""German and Dutch compounds, and the words they are made of."""

from __future__ import annotations

import pytest

from engine.search.compounds import has_part, split

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
        ("akkulaufzeit", "lauf", False),
        ("akkordeon", "akko", False),
        ("wagenkanne", "wagen", True),
    ],
)
def test_a_part_is_a_part_where_the_rest_is_made_of_words(compound: str, part: str, is_one: bool) -> None:
    assert has_part(compound, part, "de", GERMAN.__contains__) is is_one


def test_english_has_no_compounds() -> None:
    assert split("teapot", "en", frozenset({"tea", "pots"}).__contains__) == ()
    assert not has_part("battery", "batt", "en", lambda _: True)
