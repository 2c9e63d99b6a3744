"""Flags of readers, kept and found; name and e-mail address of a reader stand here and nowhere else."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, func, or_, select, update

from engine.domain import Flag, FlagId, FlagReason, FlagState, Locale, ReviewId
from engine.errors import NotFoundError
from engine.store.connect import upsert
from engine.store.tables import flag
from engine.store.values import from_json, from_micros, maybe_from_micros, maybe_micros, to_json, to_micros


class Flags:
    """Reads and writes flags; in a transaction that writes, one that is found is locked until its end."""

    def __init__(self, connection: Connection, *, locks: bool) -> None:
        self._connection = connection
        self._locks = locks

    def add(self, wanted: Flag) -> bool:
        """Keeps a flag; False, with nothing changed, when there is one of its id."""
        statement = upsert(self._connection, flag).on_conflict_do_nothing().returning(flag.c.id)
        return self._connection.execute(statement, _to_row(wanted)).first() is not None

    def answer(self, answered: Flag) -> None:
        """Writes the state and the answer over those of the flag of this id."""
        row = _to_row(answered)
        values = {name: row[name] for name in ("state", "details")}
        self._connection.execute(update(flag).where(flag.c.id == answered.id).values(values))

    def find(self, wanted: FlagId) -> Flag:
        """Raises NotFoundError when there is no such flag."""
        statement = select(flag).where(flag.c.id == wanted)
        row = self._connection.execute(statement.with_for_update() if self._locks else statement).one_or_none()
        if row is None:
            raise NotFoundError(f"there is no flag {wanted!r}")
        return _flag(row)

    def page(self, state: FlagState | None = None, *, after: FlagId | None = None, limit: int = 50) -> list[Flag]:
        """Up to ``limit`` flags in a state, or in any, oldest first, from after the flag ``after``.

        Raises NotFoundError when there is no flag ``after``.
        """
        statement = select(flag).order_by(flag.c.at, flag.c.id).limit(limit)
        if state is not None:
            statement = statement.where(flag.c.state == state)
        if after is not None:
            at = to_micros(self.find(after).at)
            statement = statement.where(or_(flag.c.at > at, and_(flag.c.at == at, flag.c.id > after)))
        return [_flag(row) for row in self._connection.execute(statement)]

    def answered_at(self, at: datetime, reviews: Collection[ReviewId]) -> set[ReviewId]:
        """Those of the reviews about which a flag was answered at exactly this time."""
        answered = select(flag).where(flag.c.review_id.in_(reviews), flag.c.state != FlagState.OPEN)
        found = [_flag(row) for row in self._connection.execute(answered)]
        return {each.review_id for each in found if each.answered_at == at}

    def count(self, state: FlagState) -> int:
        return self._connection.scalar(select(func.count()).select_from(flag).where(flag.c.state == state)) or 0

    def of_review(self, review: ReviewId) -> list[Flag]:
        """What readers said of a review, oldest first."""
        statement = select(flag).where(flag.c.review_id == review).order_by(flag.c.at, flag.c.id)
        return [_flag(row) for row in self._connection.execute(statement)]


def _to_row(wanted: Flag) -> dict[str, Any]:
    details = {
        "explanation": wanted.explanation,
        "locale": wanted.locale,
        "name": wanted.name,
        "email": wanted.email,
        "answer": wanted.answer,
        "answered_by": wanted.answered_by,
        "answered_at": maybe_micros(wanted.answered_at),
    }
    return {
        "id": wanted.id,
        "review_id": wanted.review_id,
        "state": wanted.state,
        "reason": wanted.reason,
        "at": to_micros(wanted.at),
        "details": to_json(details),
    }


def _flag(row: Row[Any]) -> Flag:
    kept = from_json(row.details)
    return Flag(
        id=FlagId(row.id),
        review_id=ReviewId(row.review_id),
        reason=FlagReason(row.reason),
        explanation=kept["explanation"],
        at=from_micros(row.at),
        locale=Locale(kept["locale"]),
        name=kept["name"],
        email=kept["email"],
        state=FlagState(row.state),
        answer=kept["answer"],
        answered_by=kept["answered_by"],
        answered_at=maybe_from_micros(kept["answered_at"]),
    )
