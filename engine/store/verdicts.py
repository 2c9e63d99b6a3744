"""How many reviews were decided about and how, counted from the events and then kept up with them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, Row, func, select
from sqlalchemy.sql import ColumnElement

from engine.domain import EventKind, SourceId
from engine.store.tables import event, review
from engine.store.values import from_json, to_micros

DAY = 24 * 60 * 60 * 1_000_000
"""In microseconds."""
LATE = 5_000
"""Events: PostgreSQL may show one after another that has a higher number, as long as its transaction was open."""
MOST_NEWS = 10_000
"""Events: from here on it is cheaper to count anew."""
AT_ONCE = 1000
"""Ids in one statement."""
DECISIONS = event.c.kind.in_((EventKind.REVIEW_APPROVED, EventKind.REVIEW_REJECTED))

Verdict = tuple[int, SourceId, EventKind, str]
"""On which day, counted in UTC since 1970, of which source, what, and with which reason.

The source is empty for a review that was erased since, the reason where there is none.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictTally:
    """Reviews by the last decision about each; of use to ``Verdicts.tally`` again, to be kept up with the events."""

    reviews: Mapping[Verdict, int] = field(default_factory=dict)
    until: int = 0
    """The number of the last event that was looked at."""
    recent: int = 0
    """How many events there were among the last numbers up to it."""

    def since(self, moment: datetime, *, leaving_out: Collection[SourceId] = ()) -> dict[tuple[EventKind, str], int]:
        """How many reviews were last decided about on the day of a moment, in UTC, or later, and how.

        ``leaving_out`` are sources whose reviews do not count.
        """
        first, found = to_micros(moment) // DAY, Counter[tuple[EventKind, str]]()
        for (day, source, kind, reason), count in self.reviews.items():
            if day >= first and source not in leaving_out:
                found[kind, reason] += count
        return dict(found)


class Verdicts:
    """Reads the decisions: all of them once, then only what is new."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def tally(self, known: VerdictTally | None = None) -> VerdictTally:
        """The tally at this moment; from one of an earlier moment it takes milliseconds."""
        until = self._connection.scalar(select(func.max(event.c.seq))) or 0
        # Counted before the events are read: one that shows in between is then missed here, and seen by the next tally.
        recent = self._recent(until)
        if known and (known.until, known.recent) == (until, recent):
            return known
        if known and until - known.until in range(MOST_NEWS) and self._recent(known.until) == known.recent:
            reviews = self._with_news(known, until)
        else:
            reviews = _by_verdict(self._last(event.c.seq <= until))
        return VerdictTally(reviews=reviews, until=until, recent=recent)

    def _recent(self, until: int) -> int:
        statement = select(func.count()).where(event.c.seq > until - LATE, event.c.seq <= until)
        return self._connection.execute(statement).scalar_one()

    def _with_news(self, known: VerdictTally, until: int) -> Mapping[Verdict, int]:
        new = (event.c.seq > known.until, event.c.seq <= until)
        decided = self._connection.scalars(select(event.c.review_id).where(DECISIONS, *new).distinct()).all()
        reviews = Counter(_by_verdict(self._last(*new)))
        reviews.update(known.reviews)
        for start in range(0, len(decided), AT_ONCE):
            some = event.c.review_id.in_(decided[start : start + AT_ONCE])
            reviews.subtract(_by_verdict(self._last(some, event.c.seq <= known.until)))
        return +reviews

    def _last(self, *which: ColumnElement[bool]) -> Sequence[Row[int, str | None, str, str, int]]:
        """The last decision about each review among these events, counted by day, source, kind and details."""
        last = select(func.max(event.c.seq)).where(DECISIONS, *which).group_by(event.c.review_id)
        alike = (event.c.at // DAY, review.c.source_id, event.c.kind, event.c.details)
        told = event.outerjoin(review, review.c.id == event.c.review_id)
        statement = select(*alike, func.count()).select_from(told).where(event.c.seq.in_(last)).group_by(*alike)
        return self._connection.execute(statement).all()


def _by_verdict(rows: Iterable[Row[int, str | None, str, str, int]]) -> Mapping[Verdict, int]:
    found = Counter[Verdict]()
    for day, source, kind, details, count in rows:
        found[day, SourceId(source or ""), EventKind(kind), str(from_json(details).get("reason", ""))] += count
    return found
