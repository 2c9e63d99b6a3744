"""Writes down who asked for what, from the counts in memory: the requests themselves pay for one addition.

What was counted since the last time is lost when a process is killed; nothing but a figure rests on it.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from threading import Event

from engine.agents import AgentKind, agent_of
from engine.errors import StoreError
from engine.store import ServedCount, Store
from review_site.observing.counts import Counts

log = logging.getLogger("plaudit.served")

EVERY = 10.0
"""Seconds between two times that the counts are written down."""


def count_served(
    store: Store, counts: Counts, stop: Event, clock: Callable[[], datetime], *, every: float = EVERY
) -> None:
    """Writes the counts down now and then until ``stop`` is set, and once more after that."""
    while True:
        is_last = stop.wait(every)
        write_down(store, counts, clock())
        if is_last:
            return


def write_down(store: Store, counts: Counts, now: datetime) -> None:
    """Writes down what was counted since the last time; where the database refuses, that is lost and logged."""
    asked = counts.take_asked()
    if not asked:
        return
    try:
        with store.writing() as transaction:
            transaction.served.add(by_agent(asked, now.astimezone(UTC).date()))
    except StoreError:
        log.exception("what was served could not be written down")


def by_agent(asked: Mapping[tuple[str, str], int], day: date) -> list[ServedCount]:
    """The counts by who a user agent says it is; the user agents themselves end here."""
    found: Counter[tuple[str, AgentKind, str]] = Counter()
    for (name, user_agent), count in asked.items():
        agent = agent_of(user_agent)
        found[name, agent.kind, agent.name] += count
    return [
        ServedCount(day=day, name=name, kind=kind, agent=agent, count=count)
        for (name, kind, agent), count in found.items()
    ]
