"""The times that sources write, read as moments; what cannot be told is refused with the way out."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import BadValueError
from engine.times import EARLIEST, parse_time
from tests.factories import NOON

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-09-30", datetime(2026, 9, 29, 22, tzinfo=UTC)),
        ("2026-01-30", datetime(2026, 1, 29, 23, tzinfo=UTC)),
        ("20260930", datetime(2026, 9, 29, 22, tzinfo=UTC)),
        ("2026-09-30T10:00:00+02:00", datetime(2026, 9, 30, 8, tzinfo=UTC)),
        ("2026-09-30T12:11:10.123456789Z", datetime(2026, 9, 30, 12, 11, 10, tzinfo=UTC)),
        ("2026-09-30t12:11:10,5z", datetime(2026, 9, 30, 12, 11, 10, tzinfo=UTC)),
        ("20260930T12:11:10-0330", datetime(2026, 9, 30, 15, 41, 10, tzinfo=UTC)),
        ("2024-03-01 10:00:00 UTC", datetime(2024, 3, 1, 10, tzinfo=UTC)),
        ("2024-03-01 10:00", datetime(2024, 3, 1, 9, tzinfo=UTC)),
        ("2026/09/30", datetime(2026, 9, 29, 22, tzinfo=UTC)),
        ("30.09.2026", datetime(2026, 9, 29, 22, tzinfo=UTC)),
        ("1.2.2026", datetime(2026, 1, 31, 23, tzinfo=UTC)),
        ("05-09-2026", datetime(2026, 9, 4, 22, tzinfo=UTC)),
        ("09/30/2026", datetime(2026, 9, 29, 22, tzinfo=UTC)),
        ("15/10/2026 10:30:00", datetime(2026, 10, 15, 8, 30, tzinfo=UTC)),
        ("10/10/2026", datetime(2026, 10, 9, 22, tzinfo=UTC)),
        ("09/30/2026, 1:05 PM", datetime(2026, 9, 30, 11, 5, tzinfo=UTC)),
        ("09/30/2026 12:05 a.m.", datetime(2026, 9, 29, 22, 5, tzinfo=UTC)),
        ("Wed, 30 Sep 2026 10:00:00 +0000", datetime(2026, 9, 30, 10, tzinfo=UTC)),
        ("30 Sep 2026 10:00 EST", datetime(2026, 9, 30, 15, tzinfo=UTC)),
        ("Wed Sep 30 2026 10:00:00 GMT+0200 (Central European Summer Time)", datetime(2026, 9, 30, 8, tzinfo=UTC)),
        ("September 30, 2026", datetime(2026, 9, 29, 22, tzinfo=UTC)),
        ("Sept. 30th, 2026 at 10:00", datetime(2026, 9, 30, 8, tzinfo=UTC)),
        ("1st May 2026", datetime(2026, 4, 30, 22, tzinfo=UTC)),
        ("1762000000", datetime(2025, 11, 1, 12, 26, 40, tzinfo=UTC)),
        ("1762000000.25", datetime(2025, 11, 1, 12, 26, 40, tzinfo=UTC)),
        ("1762000000123", datetime(2025, 11, 1, 12, 26, 40, tzinfo=UTC)),
        ("46295", datetime(2026, 9, 29, 22, tzinfo=UTC)),
        ("46295.4375", datetime(2026, 9, 30, 8, 30, tzinfo=UTC)),
        ("46295,4375", datetime(2026, 9, 30, 8, 30, tzinfo=UTC)),
        ("30. September 2026", datetime(2026, 9, 29, 22, tzinfo=UTC)),
        ("1 okt. 2026 10:30", datetime(2026, 10, 1, 8, 30, tzinfo=UTC)),
        ("3. März 2026", datetime(2026, 3, 2, 23, tzinfo=UTC)),
        ("1er février 2026", datetime(2026, 1, 31, 23, tzinfo=UTC)),
        ("15 AOÛT 2026", datetime(2026, 8, 14, 22, tzinfo=UTC)),
        ("30 de septiembre de 2026", datetime(2026, 9, 29, 22, tzinfo=UTC)),
        (" 2026-09-30\n", datetime(2026, 9, 29, 22, tzinfo=UTC)),
    ],
)
def test_is_read_as_the_moment(text: str, moment: datetime) -> None:
    assert parse_time(text, AMSTERDAM, None, NOON) == moment


@pytest.mark.parametrize(
    ("text", "day_first", "day"),
    [
        ("09/10/2026", True, datetime(2026, 10, 9, tzinfo=UTC)),
        ("09/10/2026", False, datetime(2026, 9, 10, tzinfo=UTC)),
        ("09-10-2026", False, datetime(2026, 9, 10, tzinfo=UTC)),
        ("09.10.2026", False, datetime(2026, 10, 9, tzinfo=UTC)),
    ],
)
def test_a_stated_order_decides_but_where_dots_do(text: str, day_first: bool, day: datetime) -> None:
    assert parse_time(text, ZoneInfo("UTC"), day_first, NOON) == day


def test_an_order_that_cannot_be_told_is_asked_for() -> None:
    with pytest.raises(BadValueError, match="--set date_order=day-first or month-first"):
        parse_time("09/10/2026", AMSTERDAM, None, NOON)


def test_a_date_against_the_stated_order_is_refused() -> None:
    with pytest.raises(BadValueError, match="no such time"):
        parse_time("09/30/2026", AMSTERDAM, True, NOON)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "2026-13-01",
        "2026-02-30",
        "2026-09-30T25:00",
        "2026-09-30 13:00 pm",
        "2026-09-30T10:00:00+99:00",
        "30.09.26",
        "34699",
        "99999",
        "12345",
        "30 September",
        "30 Sporktember 2026",
        "2026-W40-3",
        "٢٠٢٦-٠٩-٣٠",
        "0",
        "1" * 300,
        "0000-00-00 00:00:00",
        "1970-01-01",
        "1994-12-31",
        "2026-11-23",
        "9999-12-31T23:59:59-23:00",
        "9999999999999",
    ],
)
def test_is_refused(text: str) -> None:
    with pytest.raises(BadValueError):
        parse_time(text, AMSTERDAM, None, NOON)


def test_a_clock_that_runs_ahead_by_less_than_a_day_is_let_through() -> None:
    assert parse_time("2026-11-22T11:00:00Z", AMSTERDAM, None, NOON) > NOON


@given(st.datetimes(min_value=datetime(1995, 1, 2), max_value=datetime(2026, 11, 21)))  # noqa: DTZ001
def test_every_iso_time_is_read_back(naive: datetime) -> None:
    moment = naive.replace(microsecond=0, tzinfo=UTC)

    assert parse_time(moment.isoformat(), AMSTERDAM, None, NOON) == moment


@given(st.text(alphabet="0123456789/.-: TZapm+") | st.text())
def test_a_text_is_a_plausible_moment_or_refused(text: str) -> None:
    try:
        moment = parse_time(text, AMSTERDAM, None, NOON)
    except BadValueError:
        return

    assert moment >= EARLIEST
    assert moment.tzinfo is UTC
