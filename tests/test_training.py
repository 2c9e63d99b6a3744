"""Learning from a shop's own stars."""

from __future__ import annotations

import numpy as np
import pytest

from engine.domain import ReviewId
from engine.errors import NotFoundError
from engine.mining import MinedText
from engine.mining.grammar import grammar
from engine.mining.sentiment import polarity
from engine.mining.training import LEAST_BLAME, LEAST_PRAISE, Measured, Trained, measured, needed, train

PLACES = ("desk", "shelf", "drawer", "table", "cupboard", "box", "bag")


def rated(opinion: str, stars: int, often: int, *, start: int = 0) -> list[MinedText]:
    """Texts of as many voices, of which each has words of its own."""
    return [
        MinedText(
            id=ReviewId(f"{stars}-{number:04}"),
            voice=f"{stars}-{number}",
            text=f"It is {opinion}, order {number} went to the {PLACES[number % len(PLACES)]}.",
            hundredths=stars * 100,
        )
        for number in range(start, start + often)
    ]


SHOP = [*rated("tarnishless", 5, 120), *rated("pongy", 1, 80)]
"""A shop whose customers praise and blame with words that the shipped model does not know."""


def test_learns_words_that_only_this_shop_uses() -> None:
    trained = train(SHOP, "en", seed=7)

    assert trained is not None
    assert trained.is_better
    assert trained.measured == Measured(accuracy=1.0, f1=1.0)
    assert trained.shipped.accuracy < 0.5
    assert trained.texts == 200
    assert polarity("The lid is tarnishless.", grammar("en"), trained.model) == 1
    assert polarity("The lid is pongy.", grammar("en"), trained.model) == -1
    assert polarity("The lid is not tarnishless.", grammar("en"), trained.model) == -1


def test_keeps_what_the_shipped_model_knows() -> None:
    trained = train(SHOP, "en", seed=7)

    assert trained is not None
    assert polarity("A wonderful lid.", grammar("en"), trained.model) == 1
    assert polarity("A wonderful lid, but it could be better.", grammar("en")) == 0


def test_the_same_texts_and_seed_give_the_same_bytes_in_any_order() -> None:
    assert train(SHOP, "en", seed=7) == train(SHOP[::-1], "en", seed=7)


def test_says_how_many_rated_texts_are_lacking() -> None:
    few = [*rated("good", 5, 30), *rated("bad", 1, 10), *rated("so so", 3, 500)]

    assert needed(few) == (LEAST_PRAISE - 30, LEAST_BLAME - 10)
    assert train(few, "en", seed=7) is None


def test_copies_of_one_voice_count_once() -> None:
    copies = [*rated("good", 5, 1) * 100, *rated("bad", 1, 100)]

    assert needed(copies) == (LEAST_PRAISE - 1, 0)


def test_stars_that_have_nothing_to_do_with_the_words_are_not_better() -> None:
    texts = [
        *rated("good", 5, 60),
        *rated("bad", 1, 60),
        *rated("bad", 5, 60, start=60),
        *rated("good", 1, 60, start=60),
    ]

    trained = train(texts, "en", seed=7)

    assert trained is not None
    assert not trained.is_better


def test_a_language_that_cannot_be_mined_is_refused() -> None:
    with pytest.raises(NotFoundError):
        train(SHOP, "tlh", seed=7)


@pytest.mark.parametrize(
    ("f1", "accuracy", "expected"),
    [
        pytest.param(0.85, 0.90, True, id="better"),
        pytest.param(0.801, 0.90, False, id="by chance"),
        pytest.param(0.85, 0.80, False, id="blame found at the price of praise"),
    ],
)
def test_only_what_is_clearly_better_is_better(f1: float, accuracy: float, expected: bool) -> None:
    trained = Trained(
        language="en",
        body=b"",
        measured=Measured(accuracy=accuracy, f1=f1),
        shipped=Measured(accuracy=0.90, f1=0.80),
        texts=500,
        seed=7,
    )

    assert trained.is_better is expected


def test_an_unclear_text_agrees_with_neither_side() -> None:
    found = measured(np.array([0.5, 0.0, -0.5, 0.5]), np.array([1, 1, -1, -1]))

    assert found.accuracy == 0.5
    assert found.f1 == pytest.approx((1 / 2 + 2 / 3) / 2)
