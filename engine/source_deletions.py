"""What becomes of reviews that are gone at their source: withdrawn, kept, or looked at again, as its profile says."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from engine.domain import OnSourceDelete, Source, State, review_id
from engine.moderation import Moderation
from engine.store import Transaction

GONE = "gone at its source"


def apply(
    transaction: Transaction,
    source: Source,
    external_ids: Iterable[str],
    now: datetime,
    *,
    mining_delay: timedelta = timedelta(0),
) -> int:
    """Acts on what a source no longer has; returns how many reviews it changed.

    Told twice, it changes nothing more. An id that was never taken in is passed over.
    """
    rule = source.rights.on_source_delete
    ids = sorted({review_id(source.id, each) for each in external_ids})
    if rule is OnSourceDelete.KEEP or not ids:
        return 0
    moderation = Moderation(transaction=transaction, now=now, mining_delay=mining_delay)
    found = transaction.reviews.among(ids).values()
    by = f"source {source.id}"
    if rule is OnSourceDelete.WITHDRAW:
        gone = [each for each in found if each.review.state is not State.WITHDRAWN]
        return len(moderation.withdraw_gone(gone, by=by))
    # What somebody approved though he was told that it is gone stays approved: it has no hash since it was put back.
    approved = [each for each in found if each.review.state is State.APPROVED and each.content_hash]
    return len(moderation.recheck(approved, by=by, note=GONE))
