"""How often something is said, quarter by quarter; pure: moments in, counts out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

FIRST, LAST = "Q1", "Q4"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    quarters: Mapping[str, int] = field(default_factory=dict)
    """By quarter as ``2026-Q3``, in order; a quarter in which nothing was said is left out."""
    undated: int = 0
    """What no date is known of, and none is guessed."""


def trend(moments: Iterable[datetime | None], timezone: tzinfo) -> Trend:
    """Counts moments by the quarter of the year that they lie in where the company is."""
    return counted(None if each is None else quarter_of(each, timezone) for each in moments)


def counted(quarters: Iterable[str | None]) -> Trend:
    """The same of what is written as quarters already; None is what no date is known of."""
    found = Counter(quarters)
    undated = found.pop(None, 0)
    dated = sorted((quarter, count) for quarter, count in found.items() if quarter is not None)
    return Trend(quarters=dict(dated), undated=undated)


def quarter_of(moment: datetime, timezone: tzinfo) -> str:
    """``2026-Q3`` for a moment in July, August or September 2026."""
    there = moment.astimezone(timezone)
    return f"{there.year:04}-Q{(there.month + 2) // 3}"


def span_of(trends: Iterable[Trend]) -> Sequence[str]:
    """Every quarter from the first that one of the trends counts in to the last, the empty ones too."""
    known = sorted({quarter for each in trends for quarter in each.quarters})
    if not known:
        return ()
    span = [known[0]]
    while span[-1] < known[-1]:
        span.append(_next(span[-1]))
    return tuple(span)


def _next(quarter: str) -> str:
    year, _, number = quarter.partition("-")
    return f"{int(year) + 1:04}-{FIRST}" if number == LAST else f"{year}-Q{int(number[1:]) + 1}"
