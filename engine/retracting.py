"""Taking the owner's answer back: it is gone at the next request, and its source is asked to drop it where it can."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from engine.answers import tells
from engine.auditing import answer_taken_back
from engine.domain import Event, EventKind, OwnReply, ReviewId, Scope, SourceId
from engine.errors import NotFoundError
from engine.outbox import Work, page_key
from engine.plugins import TakesReplies, TakesRepliesBack
from engine.replying import STAYS_THERE
from engine.source_settings import SourceSettings
from engine.store import Transaction
from engine.takedown import take_words_away


def take_back(
    transaction: Transaction,
    review_id: ReviewId,
    *,
    by: str,
    now: datetime,
    settings_of: Callable[[SourceId], SourceSettings | None],
) -> OwnReply | None:
    """Takes the owner's answer off the page within the caller's transaction; returns what is left to do at its source.

    None where nothing is: the source takes no answers. Raises NotFoundError where none was written here.
    """
    filed = transaction.reviews.find(review_id)
    reply = transaction.replies.find(review_id)
    if reply is None or reply.is_taken_back:
        raise NotFoundError(f"{review_id} has no answer that was written here")
    settings = settings_of(filed.review.source_id)
    kind: object = settings.kind if settings else None
    topics = transaction.topics.of_reviews([review_id])
    pages = [page_key(Scope.SUBJECT, filed.review.subject_id), *(page_key(Scope.TOPIC, each) for each in topics)]
    transaction.marks.set(Work.PUBLISH, pages, now)
    left = None
    if isinstance(kind, TakesRepliesBack):
        left = OwnReply(review_id=review_id, body="", by=by, at=now)
        transaction.marks.set(Work.REPLY, [review_id], now)
    elif isinstance(kind, TakesReplies) or reply.sent_at:
        left = OwnReply(review_id=review_id, body="", by=by, at=now, problem=STAYS_THERE)
    _forget(transaction, reply, left)
    # What its source told of it goes too, until the source tells the review otherwise than before.
    told = tuple(each for each in filed.review.replies if not tells(each, reply))
    transaction.reviews.replace([replace(filed, review=replace(filed.review, replies=told))])
    take_words_away(transaction, [filed.review], now)
    event = Event(
        kind=EventKind.REVIEW_CHANGED,
        at=now,
        by=by,
        subject_id=filed.review.subject_id,
        review_id=review_id,
        details={"reply": "taken back"},
    )
    transaction.events.add([event])
    transaction.audit.add(answer_taken_back(reply, by=by, at=now))
    return left


def _forget(transaction: Transaction, reply: OwnReply, left: OwnReply | None) -> None:
    if left is None:
        transaction.replies.remove(reply)
    else:
        transaction.replies.save(left)
