"""Keeps the facts about all reviews up with the events, so that a page reads what changed and not everything."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from threading import Lock

import numpy as np

from engine.domain import Event, EventKind, ReviewId
from engine.insights.facts import Facts, FactsTable, TopicRows, keys_of
from engine.store import Transaction

AT_ONCE = 1000
MOST_NEWS = 20_000
"""Events: from here on it is cheaper to read everything anew."""
ABOUT_REVIEWS = frozenset(each for each in EventKind if each.startswith("review.")) | {EventKind.SOURCE_CHANGED}
PATIENCE = 0.05
"""Seconds that a page waits for another one, which reads a little too."""
News = tuple[set[ReviewId], datetime | None]
"""The reviews that events name, and since when others came in."""


class FactsKept:
    """The facts as of the last time that somebody looked; any thread may ask."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._has_keeper = False
        self._table = FactsTable()
        self._until: int | None = None
        self._topics: dict[str, TopicRows] = {}
        self._facts: Facts | None = None

    def facts(self, transaction: Transaction) -> Facts:
        """As of this transaction.

        Each review is read as it is by now, so that reading one twice does no harm, and reading on from an event that
        others were written beside loses none.
        """
        with self._lock:
            return self._as_of(transaction, may_read_all=True)

    def keep(self, transaction: Transaction) -> Facts:
        """The same for whoever asks again and again, so that those who want a page need not read everything."""
        self._has_keeper = True
        return self.facts(transaction)

    def at_hand(self, transaction: Transaction) -> Facts | None:
        """As of this transaction where that takes no time; while somebody reads everything, as of when that began.

        None while everything is read for the first time.
        """
        if not self._lock.acquire(timeout=PATIENCE):
            return self._facts
        try:
            return self._as_of(transaction, may_read_all=not self._has_keeper or self._facts is None)
        finally:
            self._lock.release()

    def _as_of(self, transaction: Transaction, *, may_read_all: bool) -> Facts:
        until = transaction.events.settled()
        news = self._news(transaction, until)
        if news is None and self._facts is not None and not may_read_all:
            return self._facts
        is_changed = self._take_in(transaction, news)
        is_changed |= self._keep_topics(transaction)
        self._until = max(until, self._until or 0)
        if is_changed or self._facts is None:
            self._facts = self._table.snapshot(dict(self._topics))
        return self._facts

    def _news(self, transaction: Transaction, until: int) -> News | None:
        """None where everything has to be read."""
        if self._until is None:
            return None
        return _news(transaction, self._until, until) if until > self._until else (set(), None)

    def _take_in(self, transaction: Transaction, news: News | None) -> bool:
        if news is None:
            table = FactsTable()
            table.replace([], transaction.insight_rows.all())
            self._table = table
            return True
        changed, since = news
        if changed:
            self._table.replace(changed, transaction.insight_rows.among(changed))
        if since is not None:
            self._table.replace([], transaction.insight_rows.received_from(since))
        return bool(changed) or since is not None

    def _keep_topics(self, transaction: Transaction) -> bool:
        """No event says that topics were grouped anew: each has a mark that moves with its reviews."""
        now = transaction.insight_rows.topics()
        moved = [each for each, told in now.items() if _told(self._topics.get(each)) != told]
        if not moved and len(now) == len(self._topics):
            return False
        reviews = transaction.insight_rows.of_topics(moved)
        for each in moved:
            name, language, mark = now[each]
            # In order, so that looking them up walks through memory in order too.
            keys = np.sort(keys_of(reviews[each]))
            self._topics[each] = TopicRows(name=name, language=language, mark=mark, keys=keys)
        self._topics = {each: self._topics[each] for each in now}
        return True


def _told(known: TopicRows | None) -> tuple[str, str | None, str] | None:
    # Somebody's new name for a topic leaves it without a mark until it is grouped again; its reviews are the same.
    return None if known is None else (known.name, known.language, known.mark)


def _news(transaction: Transaction, after: int, until: int) -> News | None:
    """None when all has to be read anew."""
    if until - after > MOST_NEWS:
        return None
    changed: set[ReviewId] = set()
    received: list[datetime] = []
    for event in _events(transaction, after, until):
        if event.kind is EventKind.SOURCE_CHANGED:
            return None
        if event.kind is EventKind.REVIEW_RECEIVED:
            received.append(event.at)
        elif event.review_id is not None:
            changed.add(event.review_id)
    return changed, min(received, default=None)


def _events(transaction: Transaction, after: int, until: int) -> Iterable[Event]:
    while page := transaction.events.since(after, kinds=ABOUT_REVIEWS, limit=AT_ONCE):
        yield from (event for number, event in page if number <= until)
        after = page[-1][0]
