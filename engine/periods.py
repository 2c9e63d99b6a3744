"""Stretches of days, as somebody names them and as they are compared; pure, in the days of the company's time zone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from engine.errors import BadValueError

DAYS, MONTH, QUARTER, YEAR = "28d", "month", "quarter", "year"
WORDS = (DAYS, MONTH, QUARTER, YEAR)
"""What ends with today: the last 28 days, and the month, quarter and year that it is in."""
_MONTHS_OF = {MONTH: 1, QUARTER: 3, YEAR: 12}
_NAMED = re.compile(r"(?P<year>\d{4})(?:-?Q(?P<quarter>[1-4])|-(?P<month>0[1-9]|1[0-2]))?")
_SPELT = "28d, month, quarter, year, 2026, 2026Q3, 2026-07 or 2026-07-01..2026-07-31"
MOST_STEPS = 120
MOST_DAYS = 3660


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """From the first day on and before the day after the last."""

    start: date
    end: date
    months: int = 0
    """How many whole months it is, where it is a month, quarter or year of the calendar; else 0."""

    @property
    def days(self) -> int:
        return (self.end - self.start).days

    @property
    def last(self) -> date:
        return self.end - timedelta(days=1)

    def before(self) -> Period:
        """The one that it is compared with: as many months, or days, that end where it begins."""
        if self.months:
            start = _months_on(self.start, -self.months)
            return Period(start=start, end=self.start, months=self.months)
        return Period(start=self.start - (self.end - self.start), end=self.start)

    def steps(self) -> Sequence[date]:
        """Where its weeks begin, or its months when the weeks were too many to be drawn; the first may be cut short."""
        if self.days > 7 * MOST_STEPS // 2:
            starts, each = [self.start], _months_on(self.start.replace(day=1), 1)
            while each < self.end:
                starts.append(each)
                each = _months_on(each, 1)
            return starts
        monday = self.start + timedelta(days=7 - self.start.weekday())
        return [self.start, *(monday + timedelta(days=each) for each in range(0, (self.end - monday).days, 7))]

    def until(self, today: date) -> Period:
        """As much of it as there was by the end of today; to count by, never to compare a whole quarter with."""
        return Period(start=self.start, end=max(self.start + timedelta(days=1), min(self.end, today + _DAY)))


_DAY = timedelta(days=1)


def read_period(text: str, today: date) -> Period:
    """What a word, the name of a year, quarter or month, or two days with two dots between them stand for.

    ``month``, ``quarter`` and ``year`` are the whole ones that today is in. Raises BadValueError for anything else.
    """
    if text == DAYS:
        return Period(start=today - timedelta(days=27), end=today + _DAY)
    if text in _MONTHS_OF:
        months = _MONTHS_OF[text]
        start = today.replace(month=(today.month - 1) // months * months + 1, day=1)
        return Period(start=start, end=_months_on(start, months), months=months)
    named = _NAMED.fullmatch(text)
    try:
        return _named(named) if named else _spelt(text)
    except ValueError as error:
        raise BadValueError(f"{text[:40]!r} is no period; write {_SPELT}") from error


def quarter_name(period: Period) -> str:
    """``2026Q3``, of a period that is a quarter of the calendar."""
    return f"{period.start.year:04}Q{(period.start.month + 2) // 3}"


def begins(day: date, timezone: ZoneInfo) -> datetime:
    """The moment at which a day begins where the company is, in UTC."""
    return datetime.combine(day, time(), timezone).astimezone(UTC)


def _named(found: re.Match[str]) -> Period:
    quarter, month = found["quarter"], found["month"]
    months = 3 if quarter else 1 if month else 12
    first = 3 * int(quarter) - 2 if quarter else int(month or 1)
    start = date(int(found["year"]), first, 1)
    return Period(start=start, end=_months_on(start, months), months=months)


def _spelt(text: str) -> Period:
    first, dots, last = text.partition("..")
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    if not dots or end < start or (end - start).days > MOST_DAYS or start.year < 2 or end.year > 9990:
        raise ValueError(text)
    return Period(start=start, end=end + _DAY)


def _months_on(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    return date(day.year + years, month + 1, 1)
