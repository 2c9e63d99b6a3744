"""Who asked for what the sample company publishes, day by day, by what they call themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from engine.store import Transaction
from review_site.demo.days import Days, spread
from review_site.demo.story import Act, Step
from review_site.observing.served import by_agent

WEEKS = 12
UNEVEN = 0.3
"""By how much a day may differ from the others."""
WEEKEND = 0.6
SATURDAY = 5


def asked(told: Sequence[Mapping[str, Any]], days: Days) -> Iterator[Step]:
    """Every day but the last, which is not over."""
    for ago in range(1, 7 * WEEKS):
        at = days.before(ago)
        counts = {
            (name, each["agent"]): times
            for each in told
            for name, week in each["week"].items()
            if (times := _times(f"{each['agent']} {name}", week * _part(each["before"], ago), at))
        }
        yield Act(at=at, do=partial(_add, counts))


def _part(before: float, ago: int) -> float:
    """From a part twelve weeks ago, evenly, to the whole."""
    return 1 - (1 - before) * ago / (7 * WEEKS)


def _times(name: str, week: float, at: datetime) -> int:
    rhythm = WEEKEND if at.weekday() >= SATURDAY else 1.0
    chance = spread(f"{name} {at.toordinal()}", timedelta(seconds=1)).total_seconds()
    return round(week / 7 * rhythm * (1 - UNEVEN + 2 * UNEVEN * chance))


def _add(counts: Mapping[tuple[str, str], int], transaction: Transaction, at: datetime) -> None:
    transaction.served.add(by_agent(counts, at.date()))
