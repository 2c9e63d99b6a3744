"""Tests of excerpts: exact spans of whole words and sentences, around the words that were asked for."""

from __future__ import annotations

import unicodedata
from itertools import pairwise
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.search import Asked, Clause, TextField
from engine.search.excerpts import LONGEST, Span, excerpts, marks
from tests.indexed import make_document, wanted_in

MOST_SECONDS = 2
"""Of a text for which cutting mark by mark takes a quarter of a minute."""
LONG = "It stands on the desk. " * 12 + "The spout pours well, even when full. " + "It is light. " * 20


def spans(text: str, *clauses: Clause, language: str | None = "en") -> list[Span]:
    wanted = wanted_in([make_document(1, text, language=language)], Asked(clauses=clauses))
    return marks(text, wanted, TextField.BODY, language)


def marked(text: str, *clauses: Clause, language: str | None = "en") -> list[str]:
    return [text[start:end] for start, end in spans(text, *clauses, language=language)]


@pytest.mark.parametrize(
    ("text", "clause", "language", "expected"),
    [
        ("It pours; pouring is easy.", Clause(text="pour"), "en", ["pours", "pouring"]),
        ("L'écran est beau.", Clause(text="ecran"), "fr", ["écran"]),
        ("Die Straße ist laut.", Clause(text="strasse"), "de", ["Straße"]),
        ("Batteries and a battery.", Clause(text="batter", is_start=True), "en", ["Batteries", "battery"]),
        ("It was far too small.", Clause(text="far too", is_phrase=True), "en", ["far too"]),
        ("It is far, too far.", Clause(text="far too", is_phrase=True), "en", ["far, too"]),
        ("It pours.", Clause(text="pours", is_excluded=True), "en", []),
        ("It pours.", Clause(text="pours", field=TextField.TITLE), "en", []),
        ("Het giet goed.", Clause(text="giet"), "xx", ["giet"]),
        ("It pours.", Clause(text="!?"), None, []),
        ("Der Wasserkocher ist leise.", Clause(text="Kocher"), "de", ["Wasserkocher"]),
        ("Ein Bratenthermometer, bitte.", Clause(text="Thermometer"), "de", ["Bratenthermometer"]),
        ("Die Laufzeit des Akkus, die Laufzeit.", Clause(text="Akkulaufzeit"), "de", ["Laufzeit", "Akkus", "Laufzeit"]),
        ("Die Laufzeit ist kurz.", Clause(text="Akkulaufzeit"), "de", []),
        ("Der Kühlschrank brummt.", Clause(text="Kuehlschrank"), "de-AT", ["Kühlschrank"]),
        ("Der Kuehlschrank brummt.", Clause(text="Kühlschrank"), "de", ["Kuehlschrank"]),
        ("My e-bike, an ebike.", Clause(text="ebike"), "en", ["e-bike", "ebike"]),
        ("My e-bike, my bike.", Clause(text="e-bike"), "en", ["e-bike"]),
        ("The battery lasts.", Clause(text="bateery"), "en", ["battery"]),
        ("My e-bike battery died.", Clause(text="my ebike battery", is_phrase=True), "en", ["My e-bike battery"]),
    ],
)
def test_whole_words_are_marked(text: str, clause: Clause, language: str | None, expected: list[str]) -> None:
    assert marked(text, clause, language=language) == expected


def test_a_short_text_is_shown_whole() -> None:
    text = "It pours. It is light."

    [excerpt] = excerpts(text, [(3, 8)], "en")

    assert (excerpt.start, excerpt.end, excerpt.marks) == (0, len(text), ((3, 8),))


def test_a_long_text_is_shown_by_whole_sentences_around_the_words() -> None:
    found = excerpts(LONG, spans(LONG, Clause(text="spout")), "en")

    [excerpt] = [each for each in found if each.marks]
    shown = LONG[excerpt.start : excerpt.end]
    assert "The spout pours well, even when full." in shown
    assert shown[0].isupper()
    assert shown[-1] == "."
    assert LONG[slice(*excerpt.marks[0])] == "spout"


@pytest.mark.parametrize("letter", ["\u0301", "\u200d", "\U0001f1e6", " \u0301"])
def test_a_text_of_marks_alone_is_cut_into_few_pieces(letter: str) -> None:
    text = "a" + letter * 40_000

    started = process_time()
    found = excerpts(text, [(0, 1)], "en")

    assert found[0].start == 0
    assert found[0].end <= LONGEST
    assert process_time() - started < MOST_SECONDS


def test_a_long_text_without_the_words_begins_at_its_beginning() -> None:
    [excerpt] = excerpts(LONG, [], "en")

    assert excerpt.start == 0


def test_a_letter_is_never_parted_from_its_marks() -> None:
    text = "e\u0301" * 400

    for each in excerpts(text, [], None):
        assert not unicodedata.combining(text[each.start])
        assert each.end == len(text) or not unicodedata.combining(text[each.end])


@given(st.text(max_size=900), st.text(max_size=20), st.sampled_from(["en", "de", "fr", None, "xx"]))
def test_every_excerpt_is_an_exact_span_with_its_marks_inside(text: str, words: str, language: str | None) -> None:
    found = excerpts(text, spans(text, Clause(text=words), language=language), language)

    assert len(found) <= 2
    for each in found:
        assert 0 <= each.start < each.end <= len(text)
        assert each.end - each.start <= max(LONGEST, 0)
        assert all(each.start <= start < end <= each.end for start, end in each.marks)
    assert all(one.end <= other.start for one, other in pairwise(found))
