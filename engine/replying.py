"""Answering reviews: the owner's answer is kept, shown on the page, and sent to the source that takes it.

One that was taken back is dropped by the source that can.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.auditing import answered
from engine.domain import Event, EventKind, OwnReply, Review, ReviewId, Scope, SourceId, Standing, State
from engine.errors import BadValueError, RefusedError, RetryLaterError, SourceRefusedError
from engine.http import GuardedSession
from engine.outbox import Work, finish, page_key, pause_after
from engine.plugins import TakesReplies, TakesRepliesBack
from engine.source_settings import SourceSettings
from engine.store import Lease, Store, Transaction
from engine.text import clean_text

LONGEST = 4_000
"""Characters; the sources that take answers take fewer."""
STAYS_THERE = "its source drops no answers when it is asked by a program: take it back there, where it has it"
MOST_ATTEMPTS = 40
"""A day and a half of hourly attempts, after the pauses have grown to an hour."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """What sends answers to their sources."""

    store: Store
    settings_of: Callable[[SourceId], SourceSettings | None]
    session_for: Callable[[SourceSettings], AbstractContextManager[GuardedSession]]
    clock: Callable[[], datetime]

    def send(self, lease: Lease) -> bool:
        """Sends the answer to the review of a leased mark, or that it was taken back; whether its source knows now.

        What the source refuses is kept as the problem of the answer, and not tried again. Raises LeaseLostError when
        another answer was written meanwhile: that one is sent then.
        """
        with self.store.reading() as transaction:
            reply = transaction.replies.find(ReviewId(lease.key))
            review = transaction.reviews.find(ReviewId(lease.key)).review if reply else None
        if reply is None or review is None:
            return self._end(lease, None)
        settings = self.settings_of(review.source_id)
        if review.standing is Standing.DELETED or (review.state is State.WITHDRAWN and not reply.is_taken_back):
            return self._end(lease, reply, problem="the review is gone")
        if settings is None or not isinstance(settings.kind, TakesReplies):
            return self._end(lease, reply, problem="its source takes no answers, or is configured no longer")
        if reply.is_taken_back and not isinstance(settings.kind, TakesRepliesBack):
            return self._end(lease, reply, problem=STAYS_THERE)
        try:
            with self.session_for(settings) as http:
                _tell(settings, http, review.external_id, reply)
        except (SourceRefusedError, RefusedError) as error:
            return self._end(lease, reply, problem=str(error))
        except RetryLaterError as error:
            return self._wait(lease, reply, error)
        return self._end(lease, reply, sent_at=self.clock())

    def _end(
        self, lease: Lease, reply: OwnReply | None, *, sent_at: datetime | None = None, problem: str | None = None
    ) -> bool:
        with self.store.writing() as transaction:
            finish(transaction, lease)
            if reply and reply.is_taken_back and sent_at:
                transaction.replies.remove(reply)
            elif reply:
                transaction.replies.found_out(reply, sent_at=sent_at, problem=problem)
        return sent_at is not None

    def _wait(self, lease: Lease, reply: OwnReply, error: RetryLaterError) -> bool:
        if lease.attempts >= MOST_ATTEMPTS:
            return self._end(lease, reply, problem=f"given up after {lease.attempts} attempts: {error}")
        pause = max(pause_after(lease.attempts), timedelta(seconds=error.retry_after or 0))
        with self.store.writing() as transaction:
            transaction.replies.found_out(reply, problem=f"not yet: {error}")
            transaction.marks.release(lease, due_at=self.clock() + pause, error=str(error))
        return False


def _mark_pages_of(transaction: Transaction, review: Review, now: datetime) -> None:
    pages = [
        *(page_key(Scope.COLLECTION, each) for each in transaction.collections.of_reviews([review.id])),
        page_key(Scope.SUBJECT, review.subject_id),
        *(page_key(Scope.TOPIC, each) for each in transaction.topics.of_reviews([review.id])),
    ]
    transaction.marks.set(Work.PUBLISH, pages, now)


def _tell(settings: SourceSettings, http: GuardedSession, external_id: str, reply: OwnReply) -> None:
    if not reply.is_taken_back and isinstance(settings.kind, TakesReplies):
        settings.kind.reply(settings.given, http, external_id, reply.body)
    elif isinstance(settings.kind, TakesRepliesBack):
        settings.kind.withdraw_reply(settings.given, http, external_id)


def answer(
    transaction: Transaction,
    review_id: ReviewId,
    text: str,
    *,
    by: str,
    now: datetime,
    settings_of: Callable[[SourceId], SourceSettings | None],
) -> OwnReply:
    """Keeps the owner's answer to a review, in place of an earlier one, and marks the pages and the source for it.

    Raises NotFoundError, BadValueError for an answer that is empty or too long, and RefusedError for a review whose
    author or source took it back.
    """
    body = clean_text(text)
    if not body or len(body) > LONGEST:
        raise BadValueError(f"an answer has 1 to {LONGEST:,} characters; this one has {len(body):,}")
    review = transaction.reviews.find(review_id).review
    if review.state is State.WITHDRAWN or review.standing is Standing.DELETED:
        raise RefusedError(f"{review_id} was taken back; there is nothing to answer")
    reply = OwnReply(review_id=review_id, body=body, by=by, at=now)
    _mark_pages_of(transaction, review, now)
    settings = settings_of(review.source_id)
    if settings and isinstance(settings.kind, TakesReplies):
        # Before the answer: whoever sends one locks the two in this order.
        transaction.marks.set(Work.REPLY, [review_id], now)
    transaction.replies.save(reply)
    transaction.events.add(
        [
            Event(
                kind=EventKind.REVIEW_CHANGED,
                at=now,
                by=by,
                subject_id=review.subject_id,
                review_id=review_id,
                details={"reply": "written"},
            )
        ]
    )
    transaction.audit.add(answered(review_id, by=by, at=now))
    return reply
