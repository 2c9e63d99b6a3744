"""Tests of stretches of days: how they are named, cut into steps, and compared."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from engine.errors import BadValueError
from engine.periods import Period, begins, quarter_name, read_period

TODAY = date(2026, 11, 22)
AMSTERDAM = ZoneInfo("Europe/Amsterdam")


@pytest.mark.parametrize(
    ("text", "start", "last"),
    [
        ("28d", "2026-10-26", "2026-11-22"),
        ("month", "2026-11-01", "2026-11-30"),
        ("quarter", "2026-10-01", "2026-12-31"),
        ("year", "2026-01-01", "2026-12-31"),
        ("2026Q3", "2026-07-01", "2026-09-30"),
        ("2026-Q1", "2026-01-01", "2026-03-31"),
        ("2025-12", "2025-12-01", "2025-12-31"),
        ("2024", "2024-01-01", "2024-12-31"),
        ("2026-02-27..2026-03-01", "2026-02-27", "2026-03-01"),
        ("2026-02-27..2026-02-27", "2026-02-27", "2026-02-27"),
    ],
)
def test_a_period_is_named_in_one_word(text: str, start: str, last: str) -> None:
    period = read_period(text, TODAY)

    assert (period.start.isoformat(), period.last.isoformat()) == (start, last)


@pytest.mark.parametrize(
    "text",
    ["", "week", "2026Q5", "2026-13", "0000", "2026-01-01", "2026-02-01..2026-01-01", "0001-01-01..2026-01-01", "9999"],
)
def test_what_is_no_period_is_refused_with_how_one_is_written(text: str) -> None:
    with pytest.raises(BadValueError, match="2026Q3"):
        read_period(text, TODAY)


@pytest.mark.parametrize(
    ("text", "before"),
    [
        ("2026Q1", ("2025-10-01", "2025-12-31")),
        ("2026-03", ("2026-02-01", "2026-02-28")),
        ("2025", ("2024-01-01", "2024-12-31")),
        ("28d", ("2026-09-28", "2026-10-25")),
        ("2026-03-01..2026-03-10", ("2026-02-19", "2026-02-28")),
    ],
)
def test_is_compared_with_as_long_a_one_before(text: str, before: tuple[str, str]) -> None:
    earlier = read_period(text, TODAY).before()

    assert (earlier.start.isoformat(), earlier.last.isoformat()) == before


def test_steps_begin_with_the_period_and_then_on_mondays() -> None:
    steps = Period(start=date(2026, 11, 4), end=date(2026, 11, 18)).steps()

    assert [each.isoformat() for each in steps] == ["2026-11-04", "2026-11-09", "2026-11-16"]


def test_many_years_are_told_by_months() -> None:
    steps = read_period("2023-02-15..2026-11-22", TODAY).steps()

    assert [each.isoformat() for each in steps[:3]] == ["2023-02-15", "2023-03-01", "2023-04-01"]
    assert steps[-1] == date(2026, 11, 1)


def test_a_day_begins_at_midnight_where_the_company_is() -> None:
    assert begins(date(2026, 7, 1), AMSTERDAM) == datetime.fromisoformat("2026-06-30T22:00:00+00:00")


def test_a_quarter_is_called_as_it_is_asked_for() -> None:
    assert quarter_name(read_period("2026Q3", TODAY)) == "2026Q3"
