"""Texts as sentences and as one row of words."""

from __future__ import annotations

import pytest

from engine.mining.grammar import grammar
from engine.mining.segment import keys_of, row, sentences


def _split(text: str, language: str = "en") -> list[str]:
    known = grammar(language)
    spans = sentences(text, known.abbreviations, ordinal_dots=known.ordinal_dots)
    return [text[start:end] for start, end in spans]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        pytest.param("en", "It works. I like it!", ["It works.", "I like it!"], id="two sentences"),
        pytest.param("en", "so good... love it", ["so good...", "love it"], id="small letters"),
        pytest.param("en", "Ask Dr. Moss, e.g. by phone.", ["Ask Dr. Moss, e.g. by phone."], id="abbreviations"),
        pytest.param("en", "Made by J. Moss. Fine.", ["Made by J. Moss.", "Fine."], id="an initial"),
        pytest.param("en", "It is 4.5 inches. Fine.", ["It is 4.5 inches.", "Fine."], id="a number"),
        pytest.param(
            "en", 'He said "wow." Then left.', ['He said "wow."', "Then left."], id="a closing quotation mark"
        ),
        pytest.param("en", "First line\n\n  second line ", ["First line", "second line"], id="lines"),
        pytest.param(
            "de",
            "Seit dem 3. Mai ist z.B. der Griff lose.",
            ["Seit dem 3. Mai ist z.B. der Griff lose."],
            id="an ordinal",
        ),
        pytest.param("es", "¿Vale la pena? ¡Sí!", ["¿Vale la pena?", "¡Sí!"], id="Spanish marks"),
        pytest.param("en", "", [], id="nothing"),
    ],
)
def test_splits_a_text_into_sentences(language: str, text: str, expected: list[str]) -> None:
    assert _split(text, language) == expected


def test_sentences_are_exact_spans_of_the_text() -> None:
    text = "  One thing.\tAnother – really?  Yes "

    spans = sentences(text, frozenset())

    assert [text[start:end] for start, end in spans] == ["One thing.", "Another – really?", "Yes"]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        pytest.param("en", "The auto-focus", ["the", "auto", "focus"], id="hyphens part words"),
        pytest.param("en", "the camera’s lens", ["the", "camera", "len"], id="possessives fall away"),
        pytest.param("fr", "L'accueil d’eau", ["l'", "accueil", "d’", "eau"], id="elisions are words"),
        pytest.param("en", "snake_case, 24/7", ["snake", "case", "24", "7"], id="marks part words"),
    ],
)
def test_names_words_by_their_stems(language: str, text: str, expected: list[str]) -> None:
    known = grammar(language)

    assert keys_of(text, known.elisions, known.stem) == expected


def test_numbers_the_words_of_all_texts_with_their_clauses_and_sentences() -> None:
    found = row(["Good grip, poor lid. Fine", "Fine"], ())

    assert [found.forms[word] for word in found.word] == ["Good", "grip", "poor", "lid", "Fine", "Fine"]
    assert found.text.tolist() == [0, 0, 0, 0, 0, 1]
    assert found.clause.tolist() == [0, 0, 1, 1, 2, 3]
    assert found.sentence.tolist() == [0, 0, 0, 0, 1, 2]


def test_hides_the_words_of_addresses_and_links() -> None:
    found = row(["write to help.desk@shop.example or see https://shop.example/lid now"], ())

    shown = [found.forms[word] for word, hidden in zip(found.word, found.hidden, strict=True) if not hidden]
    assert shown == ["write", "to", "or", "see", "now"]


def test_no_texts_make_an_empty_row() -> None:
    assert len(row([], ()).word) == 0
    assert len(row(["", " … "], ()).word) == 0
