"""What was asked, answered, reported and told in a stretch of time, counted by the database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import Connection, func, select
from sqlalchemy.sql import ColumnElement

from engine.domain import (
    DeliveryState,
    EventKind,
    FlagReason,
    FlagState,
    SignalKind,
    SourceId,
    SubjectId,
)
from engine.kpi import Scale
from engine.store.tables import ask, delivery, event, flag, page_finding, subject
from engine.store.tables.access import signal
from engine.store.values import from_json, to_micros

LAST_DELIVERIES = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryDelays:
    """Of the last deliveries that were made in a stretch of time, LAST_DELIVERIES of them at most."""

    states: Mapping[DeliveryState, int]
    seconds: Sequence[float]
    """From the event's delivery being made to it being taken, of those that were taken."""
    last_attempts: Mapping[int, int]
    """How many took so many attempts."""


class InsightCounts:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def subjects(self) -> list[tuple[SubjectId, str]]:
        """Every subject with its name, in the order of the ids."""
        rows = self._connection.execute(select(subject.c.id, subject.c.name).order_by(subject.c.id))
        return [(SubjectId(row.id), row.name) for row in rows]

    def asks(self, start: datetime, end: datetime, subjects: Collection[SubjectId] = ()) -> tuple[int, int]:
        """How many were asked for a review in a stretch of time, and how many of these have written one since."""
        among = [*_within(ask.c.made_at, start, end), *([ask.c.subject_id.in_(list(subjects))] if subjects else [])]
        asked, used = self._connection.execute(select(func.count(), func.count(ask.c.used_at)).where(*among)).one()
        return asked, used

    def answers(
        self,
        kind: SignalKind,
        start: datetime,
        end: datetime,
        *,
        subjects: Collection[SubjectId] = (),
        sources: Collection[SourceId] = (),
    ) -> Mapping[tuple[Decimal, Scale], int]:
        """How often each score was given on each scale in a stretch of time."""
        among = [signal.c.kind == kind, *_within(signal.c.at, start, end)]
        if subjects:
            among.append(signal.c.subject_id.in_(list(subjects)))
        if sources:
            among.append(signal.c.source_id.in_(list(sources)))
        found: Counter[tuple[Decimal, Scale]] = Counter()
        statement = select(signal.c.details, func.count()).where(*among).group_by(signal.c.details)
        for details, count in self._connection.execute(statement):
            told = from_json(details)
            if all(name in told for name in ("score", "worst", "best")):
                score, worst, best = (Decimal(told[name]) for name in ("score", "worst", "best"))
                found[score, (worst, best)] += count
        return found

    def deliveries(self, start: datetime, end: datetime) -> DeliveryDelays:
        statement = (
            select(delivery.c.state, delivery.c.created_at, delivery.c.tried_at, delivery.c.attempts)
            .where(*_within(delivery.c.created_at, start, end))
            .order_by(delivery.c.event_seq.desc())
            .limit(LAST_DELIVERIES)
        )
        rows = [tuple(row) for row in self._connection.execute(statement)]
        delivered = DeliveryState.DELIVERED.value
        taken = [
            (tried - made, attempts)
            for state, made, tried, attempts in rows
            if state == delivered and tried is not None
        ]
        return DeliveryDelays(
            states={DeliveryState(state): count for state, count in Counter(state for state, *_ in rows).items()},
            seconds=[max(0, micros) / 1_000_000 for micros, _ in taken],
            last_attempts=Counter(attempts for _, attempts in taken),
        )

    def flags(self, start: datetime, end: datetime) -> Mapping[tuple[FlagReason, FlagState], int]:
        """Reports of readers that came in within a stretch of time, as they stand now."""
        statement = (
            select(flag.c.reason, flag.c.state, func.count())
            .where(*_within(flag.c.at, start, end))
            .group_by(flag.c.reason, flag.c.state)
        )
        rows = self._connection.execute(statement)
        return {(FlagReason(reason), FlagState(state)): count for reason, state, count in rows}

    def flag_times(self, start: datetime, end: datetime) -> list[float]:
        """Seconds from each report that came in within a stretch of time to its answer, where it has one."""
        statement = select(flag.c.at, flag.c.details).where(
            flag.c.state != FlagState.OPEN, *_within(flag.c.at, start, end)
        )
        told = ((at, from_json(details).get("answered_at")) for at, details in self._connection.execute(statement))
        return [max(0, answered - at) / 1_000_000 for at, answered in told if answered is not None]

    def happened(self, start: datetime, end: datetime, kinds: Collection[EventKind]) -> Mapping[EventKind, int]:
        """How many events of these kinds there were."""
        among = (event.c.kind.in_(sorted(kinds)), *_within(event.c.at, start, end))
        rows = self._connection.execute(select(event.c.kind, func.count()).where(*among).group_by(event.c.kind))
        return {EventKind(kind): count for kind, count in rows}

    def open_findings(self) -> Mapping[str, int]:
        """On how many monitored pages each rule is broken now."""
        statement = select(page_finding.c.rule, func.count()).group_by(page_finding.c.rule)
        rows = self._connection.execute(statement.order_by(page_finding.c.rule))
        return {row.rule: row[1] for row in rows}


def _within(column: ColumnElement[int], start: datetime, end: datetime) -> list[ColumnElement[bool]]:
    return [column >= to_micros(start), column < to_micros(end)]
