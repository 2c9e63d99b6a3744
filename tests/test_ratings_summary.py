"""Tests of the summary of ratings: whole numbers that can be added, and one decimal, halves up."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain import RatingSummary, RightsClass, SourceId
from engine.store import KeptSummary, total
from tests.factories import make_review, summary_of

half_stars = st.lists(st.integers(2, 10).map(lambda halves: halves / 2), max_size=30)


@pytest.mark.parametrize(
    ("ratings", "mean"),
    [
        ([], None),
        ([4], "4.0"),
        ([5, 4, 4, 4], "4.3"),
        ([4, 4, 4, 4, 5, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4], "4.1"),
        ([1, 2, 2, 2], "1.8"),
        ([5, 5, 5, 5, 5, 5, 5, 5, 5, 4.5], "5.0"),
        ([1, 1, 2], "1.3"),
    ],
)
def test_the_mean_has_one_decimal_and_halves_go_up(ratings: list[float], mean: str | None) -> None:
    summary = summary_of([make_review(rating=each) for each in ratings])

    assert str(summary.mean) == str(mean)


def test_the_mean_of_millions_is_exact() -> None:
    assert RatingSummary(rated=40_000_000, hundredths=17_000_000_000).mean == Decimal("4.3")
    assert RatingSummary(rated=40_000_000, hundredths=16_999_999_999).mean == Decimal("4.2")


@given(half_stars, half_stars)
def test_summaries_add_up_to_the_summary_of_all(ours: list[float], theirs: list[float]) -> None:
    first, second = ([make_review(rating=each) for each in ratings] for ratings in (ours, theirs))

    assert summary_of(first) + summary_of(second) == summary_of([*first, *second])


def test_half_a_star_stands_in_the_bar_above() -> None:
    assert summary_of([make_review(rating=3.5), make_review(rating=1)]).histogram == (1, 0, 0, 1, 0)


def test_ratings_and_texts_are_counted_apart() -> None:
    summary = summary_of([make_review(rating=5, body="", title=None), make_review(rating=None), make_review(rating=3)])

    assert (summary.rated, summary.with_text) == (2, 2)


def test_the_total_of_sources_is_one_summary() -> None:
    each = RatingSummary(rated=1, with_text=1, hundredths=400, histogram=(0, 0, 0, 1, 0))
    kept = [
        KeptSummary(source_id=SourceId(name), rights_class=RightsClass.OWN, reviews=1, summary=each)
        for name in ("shop", "till")
    ]

    assert total(kept) == RatingSummary(rated=2, with_text=2, hundredths=800, histogram=(0, 0, 0, 2, 0))
    assert total([]) == RatingSummary()
