"""Receipts of webhooks: by which one that comes again is known, with what it brought until that was worked off."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, update

from engine.domain import SourceId
from engine.store.connect import upsert
from engine.store.tables import hook_receipt
from engine.store.values import from_micros, to_micros


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """One webhook that was let in and waits to be worked off."""

    source_id: SourceId
    key: str
    """What makes it the same when it comes again."""
    received_at: datetime
    body: bytes


class Receipts:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, receipt: Receipt) -> bool:
        """Keeps a webhook; False, with nothing changed, when it came before."""
        # Not by rowcount: for an insert the driver of PostgreSQL does not tell it.
        statement = upsert(self._connection, hook_receipt).on_conflict_do_nothing().returning(hook_receipt.c.key)
        row = {
            "source_id": receipt.source_id,
            "key": receipt.key,
            "received_at": to_micros(receipt.received_at),
            "body": receipt.body,
        }
        return self._connection.execute(statement, row).first() is not None

    def next(self, source: SourceId) -> Receipt | None:
        """The webhook of a source that has waited longest; None when all are worked off."""
        wanted = (
            select(hook_receipt)
            .where(hook_receipt.c.source_id == source, hook_receipt.c.body.is_not(None))
            .order_by(hook_receipt.c.received_at, hook_receipt.c.key)
            .limit(1)
        )
        row = self._connection.execute(wanted).one_or_none()
        if row is None:
            return None
        return Receipt(source_id=source, key=row.key, received_at=from_micros(row.received_at), body=row.body)

    def finish(self, receipt: Receipt) -> None:
        """Forgets what a webhook brought, and keeps that it came."""
        mine = (hook_receipt.c.source_id == receipt.source_id, hook_receipt.c.key == receipt.key)
        self._connection.execute(update(hook_receipt).where(*mine).values(body=None))
