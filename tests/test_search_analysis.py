"""Words as they are indexed and asked for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.search.analysis import folded, phrase, spellings, stems, tokens, units


@pytest.mark.parametrize(
    ("word", "plain"),
    [
        ("Élan", "elan"),
        ("Straße", "strasse"),
        ("œuvre", "oeuvre"),
        ("ĳsje", "ijsje"),
        ("İZMİR", "izmir"),
        ("Ｗｉ", "wi"),
    ],
)
def test_case_accents_and_ligatures_make_no_difference(word: str, plain: str) -> None:
    assert folded(word) == plain


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("My e-bike", {"my", "e", "bike", "ebike"}, id="a hyphen is there or not"),
        pytest.param("can't", {"cant"}, id="a contraction is one word"),
        pytest.param("the battery’s life", {"the", "battery", "batterys", "life"}, id="a possessive is its owner too"),
        pytest.param("l'écran", {"l", "ecran"}, id="an elided article is a word of its own"),
        pytest.param("foto's", {"foto", "fotos"}, id="a Dutch plural"),
        pytest.param("電池長", {"電", "池", "長"}, id="signs without spaces"),
        pytest.param("far too small", {"far", "too", "small"}, id="no word is dropped"),
        pytest.param("-- '' … !", set(), id="nothing but signs"),
    ],
)
def test_words_are_found_as_people_search_them(text: str, words: set[str]) -> None:
    assert {each.word for each in tokens(text)} == words


def test_a_token_stands_where_its_letters_stand() -> None:
    text = "Très bien: l'Écran d'e-bike"

    assert [(each.word, text[each.start : each.end]) for each in tokens(text)][:5] == [
        ("tres", "Très"),
        ("bien", "bien"),
        ("l", "l"),
        ("ecran", "Écran"),
        ("d", "d"),
    ]


def test_a_phrase_has_one_word_for_each_place() -> None:
    assert phrase("My e-bike can't go") == ("my", "e", "bike", "cant", "go")


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("e-bike", {("ebike",), ("e", "bike")}),
        ("l'écran", {("ecran",)}),
        ("battery's", {("battery",), ("batterys",)}),
        ("電池", {("電", "池")}),
    ],
)
def test_a_word_is_asked_for_in_every_reading(text: str, readings: set[tuple[str, ...]]) -> None:
    [unit] = units(text)

    assert set(unit.readings) == readings


def test_umlauts_may_be_typed_as_two_letters_and_the_other_way_round() -> None:
    assert "kuhl" in spellings("kuehl", "de")
    assert "kuehl" in spellings("kühl", "de")
    assert spellings("goes", "en") == ()


def test_stems_join_the_forms_of_a_word_in_its_language() -> None:
    assert len(set(stems(["batteries", "battery"], "en"))) == 1
    assert len(set(stems(["akku", "akkus"], "de"))) == 1
    assert stems(["baterias"], "pt") == ["baterias"]


@given(st.text())
def test_any_text_is_analysed_within_itself(text: str) -> None:
    for each in tokens(text):
        assert each.word
        assert 0 <= each.start < each.end <= len(text)
    assert all(row and all(row) for unit in units(text) for row in unit.readings)
    assert all(phrase(text))
