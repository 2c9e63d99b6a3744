"""Invitations to write a review, kept and found."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from engine.domain import Ask, AskId, FormId, ReviewId, SubjectId
from engine.store.connect import upsert
from engine.store.tables import ask
from engine.store.values import from_json, from_micros, maybe_from_micros, to_json, to_micros

WORDS = ("order", "campaign", "name")


class Asks:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def save(self, asks: Iterable[Ask]) -> None:
        """Keeps each; one that is known is asked anew, unless it was answered."""
        rows = [_to_row(each) for each in asks]
        if not rows:
            return
        statement = upsert(self._connection, ask)
        changes = {name: statement.excluded[name] for name in ("made_at", "details")}
        self._connection.execute(
            statement.on_conflict_do_update(index_elements=["id"], set_=changes, where=ask.c.used_at.is_(None)), rows
        )

    def find(self, wanted: AskId) -> Ask | None:
        row = self._connection.execute(select(ask).where(ask.c.id == wanted)).one_or_none()
        return None if row is None else _from_row(row)

    def use(self, wanted: AskId, review: ReviewId, at: datetime) -> bool:
        """Whether the ask was still unanswered; from now on it is not."""
        statement = (
            update(ask)
            .where(ask.c.id == wanted, ask.c.used_at.is_(None))
            .values(used_at=to_micros(at), review_id=review)
        )
        return self._connection.execute(statement).rowcount == 1


def _to_row(each: Ask) -> dict[str, Any]:
    words = {name: getattr(each, name) for name in WORDS if getattr(each, name)}
    return {
        "id": each.id,
        "form": each.form,
        "subject_id": each.subject_id,
        "made_at": to_micros(each.made_at),
        "details": to_json({"expires_at": to_micros(each.expires_at), **words}),
    }


def _from_row(row: Row[Any]) -> Ask:
    details = from_json(row.details)
    return Ask(
        id=AskId(row.id),
        form=FormId(row.form),
        subject_id=SubjectId(row.subject_id),
        made_at=from_micros(row.made_at),
        expires_at=from_micros(details["expires_at"]),
        used_at=maybe_from_micros(row.used_at),
        review_id=ReviewId(row.review_id) if row.review_id else None,
        **{name: details.get(name, "") for name in WORDS},
    )
