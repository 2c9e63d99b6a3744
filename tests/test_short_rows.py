"""Tests of mining at its edges: rows of a word or two, and one text that says the same a thousand times."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from engine.domain import Phrase, Quote, ReviewId
from engine.mining import MinedText, mine
from engine.mining.grammar import grammar
from engine.mining.lexemes import after, before
from engine.mining.segment import Flags
from engine.mining.topics import merged, tagged
from engine.text_summary import best_for

Shift = Callable[[Flags, Flags, int], Flags]


@pytest.mark.parametrize("look", [before, after])
@pytest.mark.parametrize("length", [0, 1, 2, 3])
def test_nothing_stands_farther_away_than_the_row_is_long(look: Shift, length: int) -> None:
    everywhere = np.ones(length, dtype=np.bool_)

    assert not any(look(everywhere, everywhere, steps).any() for steps in range(max(1, length), 8))


@pytest.mark.parametrize("steps", [1, 2])
def test_what_is_looked_for_is_found_in_its_clause_alone(steps: int) -> None:
    flags = np.array([True, False, False, True], dtype=np.bool_)
    inside = np.array([False, True, True, False], dtype=np.bool_)

    assert np.flatnonzero(before(flags, inside, steps)).tolist() == [steps]
    assert not after(flags, inside, steps).any()


def test_a_text_is_cut_up_once_however_often_it_says_the_same() -> None:
    again = 2_000
    text = "The handle is great, I think. " * again
    places = [(at, at + 6) for at in range(4, len(text), 30)]

    found = list(best_for.sentences_around(text, places, grammar("en")))

    assert len(places) == len(found) == again
    assert set(found) == {"The handle is great, I think."}


def test_a_place_that_reaches_over_two_sentences_stands_in_neither() -> None:
    text = "I like the old handle. It holds the heat well."

    assert list(best_for.sentences_around(text, [(15, 25)], grammar("en"))) == []
    assert list(best_for.sentences_around(text, [(15, 25), (26, 31)], grammar("en"))) == ["It holds the heat well."]


def test_opinions_of_a_topic_are_never_more_than_its_voices() -> None:
    def spoken(*numbers: int) -> Phrase:
        ids = tuple(ReviewId(f"r{number}") for number in numbers)
        return Phrase(text="lid", language="en", count=len(ids), positive=3, negative=3, review_ids=ids)

    # Half of the second subject's voices have spoken before, and half of three is rounded to two on either side.
    one, other = spoken(1, 2, 3, 4, 5, 6, 7), spoken(1, 2, 3, 11, 12, 13)

    [both] = merged([one, other], {}, "en")

    assert both.count == 10
    assert both.positive + both.negative <= 6 + 3


def test_a_phrase_rests_on_whom_it_quotes_and_on_all_of_a_few_voices() -> None:
    ids = tuple(ReviewId(f"r{number}") for number in range(6))
    quote = Quote(review_id=ids[0], text="The lid drips.")

    def spoken(count: int) -> Phrase:
        return Phrase(
            text="lid", language="en", count=count, positive=0, negative=0, quotes=(quote,), review_ids=ids[:count]
        )

    assert spoken(5).rests_on == ids[:5]
    assert spoken(6).rests_on == (ids[0],)


def test_one_word_again_and_again_is_mined_without_complaint() -> None:
    texts = [MinedText(id=ReviewId(f"r{number}"), voice=f"v{number}", text="lid " * 500) for number in range(4)]

    assert [each.count for each in mine(texts, "en")] in ([], [4])


def test_ten_thousand_tags_are_ten_thousand_topics() -> None:
    found = tagged([], [f"tag {number}" for number in range(10_000)])

    assert len({each.id for each in found}) == 10_000


def test_tags_that_are_written_alike_in_an_address_are_numbered() -> None:
    assert [each.id for each in tagged([], ["tea", "Tea", "té a!", "tea?"])] == [
        "tag-te-a",
        "tag-tea",
        "tag-tea-2",
        "tag-tea-3",
    ]
