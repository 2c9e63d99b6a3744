"""Selecting what feeds may hold: every review that rights and consent allow, whatever its rating.

Reviews pass in pages, each read in a transaction of its own: a feed of a million needs the memory of a thousand, holds
nobody up, and what is withdrawn while it is written is not in what comes after.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from engine.domain import Review, RightsClass, Subject, SubjectId
from engine.rights import may_feed
from engine.store import Store, Transaction

MOST_PAGES = 20
"""How many times as many reviews as a feed holds are looked at; where nearly all authors refuse, a feed stays short."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedable:
    """A review that may be handed on, and what it is about."""

    review: Review
    subject: Subject


def feedable(store: Store, now: datetime) -> Iterator[Feedable]:
    """All reviews that may be fed, in the order of their ids; nothing can be asked to be left out."""
    after = ""
    while True:
        with store.reading() as transaction:
            page = transaction.reviews.of_class(RightsClass.OWN, after=after)
            allowed = _allowed(transaction, page, now)
        if not page:
            return
        yield from allowed
        after = page[-1].id


def latest(transaction: Transaction, now: datetime, *, subject: SubjectId | None = None, limit: int) -> list[Feedable]:
    """The newest reviews that may be fed, of one subject or of all; those that may not are passed over."""
    found: list[Feedable] = []
    for skip in range(0, limit * MOST_PAGES, limit):
        page = transaction.reviews.latest(RightsClass.OWN, subject=subject, limit=limit, skip=skip)
        found += _allowed(transaction, page, now)
        if len(found) >= limit or len(page) < limit:
            break
    return found[:limit]


def _allowed(transaction: Transaction, reviews: list[Review], now: datetime) -> list[Feedable]:
    rights = {each.id: each.rights for each in transaction.sources.all().values()}
    allowed = [each for each in reviews if may_feed(each, rights[each.source_id], now)]
    subjects = transaction.subjects.among(sorted({each.subject_id for each in allowed}))
    return [Feedable(review=each, subject=subjects[each.subject_id]) for each in allowed]
