"""Subscriptions: who is told, with which secrets, and whether it works."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from engine.domain import EventKind, SigningSecret, SubjectId, Subscription, SubscriptionId
from engine.errors import NotFoundError
from engine.store.tables import delivery, subscription
from engine.store.values import from_json, from_micros, maybe_from_micros, maybe_micros, to_json, to_micros


class Subscriptions:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, wanted: Subscription) -> None:
        self._connection.execute(insert(subscription), _to_row(wanted))

    def save(self, wanted: Subscription) -> None:
        """Replaces one that there is."""
        row = {name: value for name, value in _to_row(wanted).items() if name != "id"}
        self._connection.execute(update(subscription).where(subscription.c.id == wanted.id).values(row))

    def find(self, wanted: SubscriptionId) -> Subscription:
        """Raises NotFoundError."""
        return self._one(wanted, locks=False)

    def hold(self, wanted: SubscriptionId) -> Subscription:
        """One that is about to be saved: whoever else is about to waits until this transaction ends.

        Raises NotFoundError.
        """
        return self._one(wanted, locks=True)

    def page(self, *, after: str = "", limit: int = 100) -> list[Subscription]:
        """Up to ``limit`` of them in the order of their ids, from after the id ``after``."""
        statement = select(subscription).where(subscription.c.id > after).order_by(subscription.c.id).limit(limit)
        return [_from_row(row) for row in self._connection.execute(statement)]

    def all(self) -> list[Subscription]:
        return [_from_row(row) for row in self._connection.execute(select(subscription).order_by(subscription.c.id))]

    def remove(self, wanted: SubscriptionId) -> None:
        """Forgets it, and what was sent to it."""
        self._connection.execute(delete(delivery).where(delivery.c.subscription_id == wanted))
        self._connection.execute(delete(subscription).where(subscription.c.id == wanted))

    def _one(self, wanted: SubscriptionId, *, locks: bool) -> Subscription:
        statement = select(subscription).where(subscription.c.id == wanted)
        if locks:
            # What hangs on it may be written meanwhile: no key changes.
            statement = statement.with_for_update(key_share=True)
        row = self._connection.execute(statement).one_or_none()
        if row is None:
            raise NotFoundError(f"there is no subscription {wanted!r}")
        return _from_row(row)


def _to_row(each: Subscription) -> dict[str, Any]:
    return {
        "id": each.id,
        "url": each.url,
        "secrets": to_json([[secret.text, maybe_micros(secret.ends_at)] for secret in each.secrets]),
        "created_at": to_micros(each.created_at),
        "failing_since": maybe_micros(each.failing_since),
        "disabled_at": maybe_micros(each.disabled_at),
        "details": to_json(
            {
                "events": sorted(each.events),
                "subjects": sorted(each.subjects),
                "note": each.note,
                "told_after": each.told_after,
                "rests_until": maybe_micros(each.rests_until),
                "disabled_because": each.disabled_because,
            }
        ),
    }


def _from_row(row: Row[Any]) -> Subscription:
    kept = from_json(row.details)
    return Subscription(
        id=SubscriptionId(row.id),
        url=row.url,
        secrets=tuple(SigningSecret(text=text, ends_at=maybe_from_micros(at)) for text, at in from_json(row.secrets)),
        created_at=from_micros(row.created_at),
        events=frozenset(EventKind(each) for each in kept["events"]),
        subjects=frozenset(SubjectId(each) for each in kept["subjects"]),
        note=kept["note"],
        told_after=kept.get("told_after", 0),
        failing_since=maybe_from_micros(row.failing_since),
        rests_until=maybe_from_micros(kept["rests_until"]),
        disabled_at=maybe_from_micros(row.disabled_at),
        disabled_because=kept["disabled_because"],
    )
