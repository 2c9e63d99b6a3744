"""The answers to requests that may be sent again: under one key, one request is done once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, select, update

from engine.store.connect import upsert
from engine.store.tables.access import answered_request
from engine.store.values import from_json, from_micros, to_json, to_micros


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a request was answered with."""

    status: int
    media_type: str
    body: str
    location: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnsweredRequest:
    """A request that came under a key before."""

    digest: str
    """Of all that it asked for."""
    at: datetime
    answer: Answer | None
    """None while it is being answered."""


class AnsweredRequests:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def begin(self, by: str, key: str, digest: str, at: datetime) -> AnsweredRequest | None:
        """None when nobody used the key before: it is this request's now; else the request that did."""
        row = {"by": by, "key": key, "digest": digest, "at": to_micros(at), "media_type": "", "body": b""}
        statement = upsert(self._connection, answered_request).on_conflict_do_nothing()
        if self._connection.execute(statement.returning(answered_request.c.key), row).first() is not None:
            return None
        mine = (answered_request.c.by == by, answered_request.c.key == key)
        known = self._connection.execute(select(answered_request).where(*mine)).one()
        return AnsweredRequest(digest=known.digest, at=from_micros(known.at), answer=_answer(known.status, known.body))

    def take_over(self, by: str, key: str, was: AnsweredRequest, at: datetime) -> bool:
        """Whether an unanswered request is this one's from now on; False when somebody else was faster."""
        mine = (
            answered_request.c.by == by,
            answered_request.c.key == key,
            answered_request.c.at == to_micros(was.at),
            answered_request.c.status.is_(None),
        )
        return self._connection.execute(update(answered_request).where(*mine).values(at=to_micros(at))).rowcount == 1

    def finish(self, by: str, key: str, answer: Answer) -> None:
        mine = (answered_request.c.by == by, answered_request.c.key == key)
        kept = to_json([answer.media_type, answer.location, answer.body]).encode()
        values = {"status": answer.status, "media_type": answer.media_type[:64], "body": kept}
        self._connection.execute(update(answered_request).where(*mine).values(values))

    def forget(self, by: str, key: str) -> None:
        """The same request may be tried anew under its key."""
        mine = (answered_request.c.by == by, answered_request.c.key == key)
        self._connection.execute(delete(answered_request).where(*mine))

    def forget_before(self, moment: datetime) -> int:
        """Forgets what was asked before a moment; returns how many requests those were."""
        old = delete(answered_request).where(answered_request.c.at < to_micros(moment))
        return self._connection.execute(old).rowcount


def _answer(status: int | None, kept: bytes) -> Answer | None:
    if status is None:
        return None
    media_type, location, body = from_json(kept)
    return Answer(status=status, media_type=media_type, location=location, body=body)
