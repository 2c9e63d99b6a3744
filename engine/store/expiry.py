"""Rows that were kept long enough, taken away some at a time."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, and_, delete, exists, select, tuple_

from engine.domain import ReviewId, State
from engine.store.tables import (
    answered_request,
    ask,
    contact,
    flag,
    hook_receipt,
    login_link,
    raw_record,
    review,
    session,
    source,
)
from engine.store.values import decision_from_json, from_json, to_micros

OWN_FORM = "form"
"""The kind of source whose payloads are the sheets that authors change."""
OPEN_FLAG = "open"


class Expiry:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def raw_payloads(self, before: datetime, limit: int) -> int:
        """What sources sent; the sheets of our own forms stay, because their authors change them."""
        own = (
            exists()
            .where(review.c.id == raw_record.c.review_id, review.c.source_id == source.c.id)
            .where(source.c.collector == OWN_FORM)
        )
        return self._some(raw_record, and_(raw_record.c.fetched_at < to_micros(before), ~own), limit)

    def contacts(self, before: datetime, limit: int) -> int:
        """Addresses beside reviews that came before a time."""
        came = exists().where(review.c.id == contact.c.review_id, review.c.received_at < to_micros(before))
        return self._some(contact, came, limit)

    def hook_receipts(self, before: datetime, limit: int) -> int:
        """By which webhooks that come again are known; one that waits stays."""
        done = and_(hook_receipt.c.received_at < to_micros(before), hook_receipt.c.body.is_(None))
        return self._some(hook_receipt, done, limit)

    def answered_requests(self, before: datetime, limit: int) -> int:
        return self._some(answered_request, answered_request.c.at < to_micros(before), limit)

    def sessions(self, before: datetime, limit: int) -> int:
        """Sessions and one-time links that ended before a time."""
        ended = self._some(session, session.c.expires_at < to_micros(before), limit)
        return ended + self._some(login_link, login_link.c.expires_at < to_micros(before), limit)

    def flags(self, before: datetime, limit: int) -> int:
        """Those that were answered."""
        return self._some(flag, and_(flag.c.at < to_micros(before), flag.c.state != OPEN_FLAG), limit)

    def asks(self, before: datetime, limit: int) -> int:
        """Those that were answered, or can be answered no longer since before a time."""
        made = select(ask).where(ask.c.made_at < to_micros(before)).order_by(ask.c.id)
        over = [
            row.id
            for row in self._connection.execute(made)
            if row.used_at is not None or from_json(row.details)["expires_at"] < to_micros(before)
        ][:limit]
        if over:
            self._connection.execute(delete(ask).where(ask.c.id.in_(over)))
        return len(over)

    def rejected(self, before: datetime, after: str, limit: int) -> tuple[list[ReviewId], str]:
        """Of the next ``limit`` rejected reviews those rejected before a time, and the id to go on after.

        The id is empty when there are no more.
        """
        statement = (
            select(review.c.id, review.c.decision)
            .where(review.c.state == State.REJECTED, review.c.id > after)
            .order_by(review.c.id)
            .limit(limit)
        )
        rows = self._connection.execute(statement).all()
        decided = [(ReviewId(row.id), decision_from_json(row.decision)) for row in rows]
        old = [which for which, decision in decided if decision is not None and decision.at < before]
        return old, rows[-1].id if len(rows) == limit else ""

    def _some(self, table: Table, condition: ColumnElement[bool], limit: int) -> int:
        keys: Any = tuple_(*table.primary_key.columns)
        rows = self._connection.execute(select(*table.primary_key.columns).where(condition).limit(limit)).all()
        if rows:
            self._connection.execute(delete(table).where(keys.in_([tuple(each) for each in rows])))
        return len(rows)
