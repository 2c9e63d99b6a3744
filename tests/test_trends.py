"""How often something is said, quarter by quarter."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from engine.trends import Trend, quarter_of, span_of, trend

UTRECHT = ZoneInfo("Europe/Amsterdam")


@pytest.mark.parametrize(
    ("moment", "quarter"),
    [
        (datetime(2026, 1, 1, 12, tzinfo=UTC), "2026-Q1"),
        (datetime(2026, 3, 31, 12, tzinfo=UTC), "2026-Q1"),
        (datetime(2026, 4, 1, 12, tzinfo=UTC), "2026-Q2"),
        (datetime(2026, 9, 30, 12, tzinfo=UTC), "2026-Q3"),
        (datetime(2026, 12, 31, 12, tzinfo=UTC), "2026-Q4"),
        (datetime(2026, 12, 31, 23, 30, tzinfo=UTC), "2027-Q1"),
    ],
)
def test_a_moment_lies_in_the_quarter_that_it_is_where_the_company_is(moment: datetime, quarter: str) -> None:
    assert quarter_of(moment, UTRECHT) == quarter


def test_counts_by_quarter_and_what_has_no_date_apart() -> None:
    moments = [
        datetime(2026, 8, 1, tzinfo=UTC),
        None,
        datetime(2025, 11, 1, tzinfo=UTC),
        datetime(2026, 9, 1, tzinfo=UTC),
    ]

    found = trend(moments, UTRECHT)

    assert list(found.quarters.items()) == [("2025-Q4", 1), ("2026-Q3", 2)]
    assert found.undated == 1


def test_the_span_has_the_empty_quarters_too() -> None:
    trends = [Trend(quarters={"2026-Q2": 3}), Trend(), Trend(quarters={"2025-Q3": 1})]

    assert span_of(trends) == ("2025-Q3", "2025-Q4", "2026-Q1", "2026-Q2")


def test_where_nothing_is_dated_there_is_no_span() -> None:
    assert span_of([Trend(undated=4)]) == ()
