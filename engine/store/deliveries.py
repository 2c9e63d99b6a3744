"""Deliveries: each event on its way to each subscription that wants it, and the log of its attempts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, bindparam, delete, func, select, update

from engine.domain import Attempt, Delivery, DeliveryId, DeliveryState, Event, EventKind, SubscriptionId
from engine.store.connect import upsert
from engine.store.journal import to_event
from engine.store.tables import delivery, event
from engine.store.values import from_json, from_micros, maybe_from_micros, maybe_micros, to_json, to_micros

AT_ONCE = 1000
"""Ids in one statement."""
ENDED = (DeliveryState.DELIVERED, DeliveryState.FAILED)
_WITH_EVENT = select(delivery, *(column.label(f"told_{column.name}") for column in event.c)).join(
    event, event.c.seq == delivery.c.event_seq
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryFilter:
    """Which deliveries of a subscription are wanted; None: whatever it is."""

    state: DeliveryState | None = None
    kind: EventKind | None = None
    """Of the event that is told."""
    since: datetime | None = None
    """Made at this moment or later."""
    until: datetime | None = None
    """Made before this moment."""


class Deliveries:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, deliveries: Iterable[Delivery]) -> None:
        """Keeps each; an event that is on its way to the subscription already, or was, stays as it is."""
        rows = [_to_row(each) for each in deliveries]
        if rows:
            statement = upsert(self._connection, delivery)
            self._connection.execute(
                statement.on_conflict_do_nothing(index_elements=["subscription_id", "event_seq"]), rows
            )

    def send_again(self, deliveries: Iterable[Delivery]) -> None:
        """Keeps each in place of the one there was; the log of earlier attempts stays."""
        rows = [_to_row(each) for each in deliveries]
        if not rows:
            return
        statement = upsert(self._connection, delivery)
        changes = {name: statement.excluded[name] for name in ("state", "due_at", "attempts")}
        self._connection.execute(
            statement.on_conflict_do_update(index_elements=["subscription_id", "event_seq"], set_=changes), rows
        )

    def due(self, wanted: SubscriptionId, now: datetime, *, limit: int) -> list[tuple[Delivery, Event]]:
        """Up to ``limit`` deliveries of a subscription that are due, longest first, with what they tell."""
        statement = (
            _WITH_EVENT.where(*_waiting(wanted), delivery.c.due_at <= to_micros(now))
            .order_by(delivery.c.due_at, delivery.c.event_seq)
            .limit(limit)
        )
        return [(_from_row(row), to_event(row, "told_")) for row in self._connection.execute(statement)]

    def record(self, deliveries: Sequence[Delivery]) -> None:
        """Writes what came of them; one that was forgotten meanwhile stays forgotten."""
        rows = [{f"new_{name}": value for name, value in _to_row(each).items()} for each in deliveries]
        if not rows:
            return
        names = ("state", "due_at", "tried_at", "attempts", "details")
        statement = update(delivery).where(delivery.c.id == bindparam("new_id"))
        self._connection.execute(statement.values({name: bindparam(f"new_{name}") for name in names}), rows)

    def next_due(self, wanted: SubscriptionId) -> datetime | None:
        """When the first of those that wait is due; None when none does."""
        return maybe_from_micros(self._connection.scalar(select(func.min(delivery.c.due_at)).where(*_waiting(wanted))))

    def give_up(self, wanted: SubscriptionId) -> None:
        """Fails whatever waits for a subscription."""
        changes = {"state": DeliveryState.FAILED, "due_at": None}
        self._connection.execute(update(delivery).where(*_waiting(wanted)).values(changes))

    def of(
        self, wanted: SubscriptionId, *, before: int | None = None, state: DeliveryState | None = None, limit: int = 50
    ) -> list[tuple[Delivery, Event]]:
        """Deliveries of a subscription with what they tell, newest event first, from before the event ``before``."""
        return self.page(wanted, DeliveryFilter(state=state), before=before, limit=limit)

    def page(
        self, wanted: SubscriptionId, which: DeliveryFilter, *, before: int | None = None, limit: int
    ) -> list[tuple[Delivery, Event]]:
        """As ``of``, through a filter."""
        statement = _newest(_WITH_EVENT, wanted, which, before, limit)
        return [(_from_row(row), to_event(row, "told_")) for row in self._connection.execute(statement)]

    def newest(
        self,
        subscriptions: Iterable[SubscriptionId],
        which: DeliveryFilter,
        *,
        before: tuple[int, SubscriptionId] | None = None,
        limit: int,
    ) -> list[tuple[Delivery, Event]]:
        """Deliveries of some subscriptions, newest event first and those of one event by the subscription's id.

        ``before`` are event and subscription of the delivery that was listed last.
        """
        places: list[tuple[int, SubscriptionId, str]] = []
        # One after the other, each by its index: no index knows the events of all subscriptions. What is not shown is
        # not read: of fifty subscriptions, one delivery in fifty is.
        for each in subscriptions:
            start = None if before is None else before[0] + (each > before[1])
            columns = select(delivery.c.id, delivery.c.event_seq)
            if which.kind:
                columns = columns.join(event, event.c.seq == delivery.c.event_seq)
            rows = self._connection.execute(_newest(columns, each, which, start, limit))
            places += [(-seq, each, wanted) for wanted, seq in rows]
        return self._whole([wanted for *_, wanted in sorted(places)[:limit]])

    def _whole(self, ids: Sequence[str]) -> list[tuple[Delivery, Event]]:
        found: dict[str, tuple[Delivery, Event]] = {}
        for begin in range(0, len(ids), AT_ONCE):
            some = _WITH_EVENT.where(delivery.c.id.in_(ids[begin : begin + AT_ONCE]))
            found |= {row.id: (_from_row(row), to_event(row, "told_")) for row in self._connection.execute(some)}
        return [found[each] for each in ids]

    def counted(self) -> dict[SubscriptionId, dict[DeliveryState, int]]:
        """How many deliveries each subscription has in each state."""
        key = delivery.c.subscription_id, delivery.c.state
        found: dict[SubscriptionId, dict[DeliveryState, int]] = {}
        for wanted, state, count in self._connection.execute(select(*key, func.count()).group_by(*key)):
            found.setdefault(SubscriptionId(wanted), {})[DeliveryState(state)] = count
        return found

    def counts(self, wanted: SubscriptionId) -> Mapping[DeliveryState, int]:
        statement = (
            select(delivery.c.state, func.count())
            .where(delivery.c.subscription_id == wanted)
            .group_by(delivery.c.state)
        )
        return {DeliveryState(state): count for state, count in self._connection.execute(statement)}

    def states(self) -> dict[DeliveryState, int]:
        """How many deliveries there are in each state, to all subscriptions."""
        statement = select(delivery.c.state, func.count()).group_by(delivery.c.state)
        return {DeliveryState(state): count for state, count in self._connection.execute(statement)}

    def prune(self, wanted: SubscriptionId, before: datetime) -> int:
        """Forgets what ended and was made before a time; how many."""
        statement = delete(delivery).where(
            delivery.c.subscription_id == wanted,
            delivery.c.created_at < to_micros(before),
            delivery.c.state.in_(ENDED),
        )
        return self._connection.execute(statement).rowcount


def _newest(
    statement: Select[Any], wanted: SubscriptionId, which: DeliveryFilter, before: int | None, limit: int
) -> Select[Any]:
    conditions = [delivery.c.subscription_id == wanted, *_conditions(which)]
    if before is not None:
        conditions.append(delivery.c.event_seq < before)
    return statement.where(*conditions).order_by(delivery.c.event_seq.desc()).limit(limit)


def _conditions(which: DeliveryFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if which.state:
        found.append(delivery.c.state == which.state)
    if which.kind:
        found.append(event.c.kind == which.kind)
    if which.since:
        found.append(delivery.c.created_at >= to_micros(which.since))
    if which.until:
        found.append(delivery.c.created_at < to_micros(which.until))
    return found


def _waiting(wanted: SubscriptionId) -> tuple[Any, ...]:
    return delivery.c.subscription_id == wanted, delivery.c.state == DeliveryState.WAITING


def _to_row(each: Delivery) -> dict[str, Any]:
    log = [[to_micros(one.at), one.milliseconds, one.status, one.problem] for one in each.log]
    return {
        "id": each.id,
        "subscription_id": each.subscription_id,
        "event_seq": each.event,
        "state": each.state,
        "created_at": to_micros(each.created_at),
        "due_at": maybe_micros(each.due_at),
        "tried_at": maybe_micros(each.last.at if each.last else None),
        "attempts": each.attempts,
        "details": to_json({"log": log}),
    }


def _from_row(row: Row[Any]) -> Delivery:
    return Delivery(
        id=DeliveryId(row.id),
        subscription_id=SubscriptionId(row.subscription_id),
        event=row.event_seq,
        state=DeliveryState(row.state),
        created_at=from_micros(row.created_at),
        attempts=row.attempts,
        due_at=maybe_from_micros(row.due_at),
        log=tuple(
            Attempt(at=from_micros(at), milliseconds=milliseconds, status=status, problem=problem)
            for at, milliseconds, status, problem in from_json(row.details)["log"]
        ),
    )
