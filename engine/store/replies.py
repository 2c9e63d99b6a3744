"""The owner's answers that were written here, whether their sources have them, and those still being written."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, select, update

from engine.domain import OwnReply, ReplyDraft, ReviewId
from engine.store.connect import upsert
from engine.store.tables import own_reply, reply_draft
from engine.store.values import from_micros, maybe_from_micros, maybe_micros, to_micros

AT_ONCE = 1_000


class OwnReplies:
    """One answer for each review: writing another replaces it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def save(self, reply: OwnReply) -> None:
        row = {
            "review_id": reply.review_id,
            "body": reply.body,
            "by": reply.by,
            "at": to_micros(reply.at),
            "sent_at": maybe_micros(reply.sent_at),
            "problem": reply.problem,
        }
        statement = upsert(self._connection, own_reply)
        changes = {name: statement.excluded[name] for name in row if name != "review_id"}
        self._connection.execute(statement.on_conflict_do_update(index_elements=["review_id"], set_=changes), row)

    def found_out(self, reply: OwnReply, *, sent_at: datetime | None = None, problem: str | None = None) -> None:
        """Keeps what came of sending an answer, unless another one was written meanwhile."""
        same = (own_reply.c.review_id == reply.review_id, own_reply.c.at == to_micros(reply.at))
        values = {"sent_at": maybe_micros(sent_at), "problem": problem}
        self._connection.execute(update(own_reply).where(*same).values(values))

    def remove(self, reply: OwnReply) -> None:
        """Forgets an answer, unless another one was written meanwhile."""
        same = (own_reply.c.review_id == reply.review_id, own_reply.c.at == to_micros(reply.at))
        self._connection.execute(delete(own_reply).where(*same))

    def find(self, review: ReviewId) -> OwnReply | None:
        return self.of([review]).get(review)

    def of(self, reviews: Iterable[ReviewId]) -> dict[ReviewId, OwnReply]:
        """The answer to each review that has one."""
        wanted = sorted(set(reviews))
        found: dict[ReviewId, OwnReply] = {}
        for start in range(0, len(wanted), AT_ONCE):
            some = select(own_reply).where(own_reply.c.review_id.in_(wanted[start : start + AT_ONCE]))
            found |= {ReviewId(row.review_id): _reply(row) for row in self._connection.execute(some)}
        return found

    def newest(self, limit: int) -> list[OwnReply]:
        """The answers that were written last, newest first."""
        statement = select(own_reply).order_by(own_reply.c.at.desc(), own_reply.c.review_id).limit(limit)
        return [_reply(row) for row in self._connection.execute(statement)]


class ReplyDrafts:
    """One for each review: another one replaces it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def save(self, draft: ReplyDraft) -> None:
        row = {"review_id": draft.review_id, "body": draft.body, "by": draft.by, "at": to_micros(draft.at)}
        statement = upsert(self._connection, reply_draft)
        changes = {name: statement.excluded[name] for name in row if name != "review_id"}
        self._connection.execute(statement.on_conflict_do_update(index_elements=["review_id"], set_=changes), row)

    def remove(self, review: ReviewId) -> None:
        self._connection.execute(delete(reply_draft).where(reply_draft.c.review_id == review))

    def find(self, review: ReviewId) -> ReplyDraft | None:
        row = self._connection.execute(select(reply_draft).where(reply_draft.c.review_id == review)).one_or_none()
        if row is None:
            return None
        return ReplyDraft(review_id=review, body=row.body, by=row.by, at=from_micros(row.at))


def _reply(row: Row[Any]) -> OwnReply:
    return OwnReply(
        review_id=ReviewId(row.review_id),
        body=row.body,
        by=row.by,
        at=from_micros(row.at),
        sent_at=maybe_from_micros(row.sent_at),
        problem=row.problem,
    )
