"""Tests of shares, means and spans: what few say is not told as if many had said it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from engine.kpi import (
    FEW,
    Mean,
    Share,
    bayesian_mean,
    nps,
    satisfaction,
    shift_of_means,
    shift_of_shares,
    spans,
)

FIVE = (Decimal(1), Decimal(5))
SEVEN = (Decimal(1), Decimal(7))


def mean_of(*values: float) -> Mean:
    return Mean(len(values), sum(values), sum(each * each for each in values))


# Newcombe, Statistics in Medicine 17 (1998), 857-872, table I, method 3.
@pytest.mark.parametrize(
    ("share", "low", "high"),
    [
        (Share(81, 263), 0.2553, 0.3662),
        (Share(15, 148), 0.0624, 0.1605),
        (Share(0, 20), 0.0, 0.1611),
        (Share(1, 29), 0.0061, 0.1718),
    ],
)
def test_the_interval_of_a_share_is_wilsons(share: Share, low: float, high: float) -> None:
    assert share.interval is not None
    assert (share.interval.low, share.interval.high) == (near(low, abs=1e-4), near(high, abs=1e-4))


def test_nothing_has_no_share_and_no_mean() -> None:
    assert (Share(0, 0).value, Share(0, 0).interval) == (None, None)
    assert (Mean().value, Mean().interval, Mean().error) == (None, None, 0.0)
    assert (nps({}).score, nps({}).interval) == (None, None)
    assert (spans([]).median, spans([]).p90) == (None, None)


def test_a_mean_of_few_has_no_interval() -> None:
    few, many = mean_of(*[4.0] * (FEW - 1)), mean_of(*[4.0, 5.0] * FEW)

    assert (few.is_few, few.interval) == (True, None)
    assert many.interval is not None
    assert many.interval.low == near(4.5 - 1.959964 * 0.5 / (19**0.5), abs=1e-6)


# Newcombe, Statistics in Medicine 17 (1998), 873-890, table II, method 10.
@pytest.mark.parametrize(
    ("after", "before", "low", "high"),
    [(Share(56, 70), Share(48, 80), 0.0524, 0.3339), (Share(10, 10), Share(0, 10), 0.6075, 1.0)],
)
def test_the_interval_between_two_shares_is_newcombes(after: Share, before: Share, low: float, high: float) -> None:
    shift = shift_of_shares(before, after)

    assert shift is not None
    assert shift.is_clear
    assert (shift.interval.low, shift.interval.high) == (near(low, abs=1e-4), near(high, abs=1e-4))


def test_what_chance_may_have_done_is_not_clear() -> None:
    shift = shift_of_shares(Share(10, 20), Share(12, 20))

    assert shift is not None
    assert shift.by == near(0.1)
    assert not shift.is_clear


def test_few_are_not_compared() -> None:
    assert shift_of_shares(Share(1, 2), Share(90, 100)) is None
    assert shift_of_means(mean_of(5, 5), mean_of(*[4.0, 5.0] * FEW)) is None


def test_means_that_lie_far_apart_are_clearly_apart() -> None:
    shift = shift_of_means(mean_of(*[3.0, 4.0] * 50), mean_of(*[4.0, 5.0] * 50))

    assert shift is not None
    assert (shift.by, shift.is_clear) == (near(1.0), True)


def test_a_subject_with_few_ratings_is_drawn_towards_all_others() -> None:
    one_five, many = bayesian_mean(1, 5.0, prior=4.0), bayesian_mean(200, 960.0, prior=4.0)

    assert one_five == near(45 / 11)
    assert one_five < many < 4.8
    assert bayesian_mean(0, 0.0, prior=4.0) == 4.0


def test_nine_and_ten_promote_and_six_detracts() -> None:
    figure = nps({10: 4, 9: 2, 8: 1, 7: 1, 6: 1, 0: 1})

    assert (figure.promoters, figure.passives, figure.detractors, figure.answers) == (6, 2, 2, 10)
    assert figure.score == near(40)
    assert figure.interval is not None
    assert figure.interval.low < 40 < figure.interval.high


def test_answers_that_are_all_alike_still_leave_doubt() -> None:
    figure = nps({10: 12})

    assert figure.score == 100
    assert figure.interval is not None
    assert figure.interval.low < 90


def test_answers_on_scales_of_other_lengths_are_added_up_by_how_far_up_they_lie() -> None:
    figure = satisfaction({(Decimal(4), FIVE): 2, (Decimal(3), FIVE): 1, (Decimal(6), SEVEN): 1})

    assert figure.satisfied == Share(3, 4)
    assert figure.height.value == near((0.75 * 2 + 0.5 + 5 / 6) / 4)


def test_the_slow_end_is_a_time_that_one_of_them_took() -> None:
    found = spans([*range(1, 10), 1000])

    assert (found.median, found.p90, found.count, found.is_few) == (5, 9, 10, False)


def near(value: float, *, abs: float | None = None) -> Any:  # noqa: A002 - pytest's own word
    return pytest.approx(value, abs=abs)
