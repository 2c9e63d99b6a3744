"""Answers of the owner's that are still being written: kept for colleagues, published by nobody but a person."""

from __future__ import annotations

from datetime import datetime

from engine.domain import ReplyDraft, ReviewId
from engine.errors import BadValueError
from engine.replying import LONGEST
from engine.store import Transaction
from engine.text import clean_text


def save_draft(
    transaction: Transaction, review_id: ReviewId, text: str, *, by: str, now: datetime
) -> ReplyDraft | None:
    """Keeps what somebody wrote so far, in place of an earlier draft; an empty text drops that.

    Raises NotFoundError for a review that there is not, BadValueError for a text of more than ``LONGEST`` characters.
    """
    body = clean_text(text)
    if len(body) > LONGEST:
        raise BadValueError(f"an answer has 1 to {LONGEST:,} characters; this one has {len(body):,}")
    transaction.reviews.find(review_id)
    if not body:
        transaction.reply_drafts.remove(review_id)
        return None
    draft = ReplyDraft(review_id=review_id, body=body, by=by, at=now)
    transaction.reply_drafts.save(draft)
    return draft
