"""Selecting the material of one review: the whole of it, on a page of its own, as far as it may be shown now."""

from __future__ import annotations

from datetime import datetime

from engine.domain import Locale, Material, PublishSettings, ReviewId, RightsClass
from engine.errors import NotFoundError
from engine.material import origins_of, with_what_hangs
from engine.rights import may_show, oldest_allowed
from engine.store import Transaction, total


def select_review_material(
    transaction: Transaction, wanted: ReviewId, locale: Locale, settings: PublishSettings, *, now: datetime
) -> Material:
    """The material of a review's subject that shows this review and no other, beside the mean of all.

    Nothing is marked up: the markup is on the subject's page. Raises NotFoundError for a review that may not be shown
    at this moment, whatever the reason.
    """
    review = transaction.reviews.find(wanted).review
    sources = transaction.sources.all()
    rights = {each.id: each.rights for each in sources.values()}
    if not may_show(review, rights[review.source_id], now):
        raise NotFoundError(f"there is no review {wanted!r}")
    subject = transaction.subjects.find(review.subject_id)
    summaries = transaction.summaries.of(subject.id, oldest_allowed(sources.values(), now))
    shown = with_what_hangs(transaction, [review], settings)
    return Material(
        about=subject,
        locale=locale,
        settings=settings,
        now=now,
        summary=total(each for each in summaries if each.rights_class is RightsClass.OWN),
        shown=shown,
        subjects={subject.id: subject},
        attributions={each: kept.attribution for each, kept in rights.items() if kept.attribution is not None},
        origins=origins_of(shown, rights),
        total_shown=sum(each.reviews for each in summaries if each.rights_class is not RightsClass.INTERNAL),
    )
