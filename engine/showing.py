"""The reviews that programs may have: what is shown, with all that has to be said beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime

from engine.contact import without_contacts
from engine.domain import (
    Attribution,
    PublishSettings,
    Review,
    Rights,
    RightsClass,
    Source,
    SourceId,
    Subject,
    SubjectId,
)
from engine.material import with_what_hangs
from engine.rights import may_mark_up, may_show, oldest_allowed, rights_of
from engine.store import FiledReview, Transaction, WantedReviews


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One review, what may be done with it, and how its source wants to be named."""

    review: Review
    """With those of its pictures that were approved, and with the answers to it."""
    rights: Rights
    rights_class: RightsClass
    is_shown: bool
    may_mark_up: bool
    attribution: Attribution | None
    ends_at: datetime | None
    """When its source's terms ask for a fresher copy; None: never."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewPage:
    """One page of a list of reviews."""

    reviews: Sequence[Shown]
    subjects: Mapping[SubjectId, Subject]
    following: str | None
    """The cursor of the next page; None on the last."""


def shown_reviews(
    transaction: Transaction, wanted: WantedReviews, settings: PublishSettings, now: datetime
) -> ReviewPage:
    """The reviews that may stand on a page at this moment, among those wanted; there may be fewer on a page than asked.

    Raises BadValueError for a cursor that the list did not give.
    """
    sources = transaction.sources.all()
    fresh = replace(wanted, states=frozenset(), oldest=oldest_allowed(sources.values(), now))
    filed, following = transaction.pull.reviews(fresh)
    may_stand = [each for each in filed if may_show(each.review, sources[each.review.source_id].rights, now)]
    return _page(transaction, may_stand, sources, following, settings, now)


def kept_reviews(
    transaction: Transaction, wanted: WantedReviews, settings: PublishSettings, now: datetime
) -> ReviewPage:
    """What is kept in the wanted states, shown or not, without anybody's e-mail address or telephone number.

    Raises BadValueError for a cursor that the list did not give, and ValueError where no state is wanted.
    """
    if not wanted.states:
        raise ValueError("a list of what is kept needs its states")
    filed, following = transaction.pull.reviews(wanted)
    return _page(transaction, [_silent(each) for each in filed], transaction.sources.all(), following, settings, now)


def _page(
    transaction: Transaction,
    filed: Sequence[FiledReview],
    sources: Mapping[SourceId, Source],
    following: str | None,
    settings: PublishSettings,
    now: datetime,
) -> ReviewPage:
    classes = {each.review.id: each.rights_class for each in filed}
    reviews = with_what_hangs(transaction, [each.review for each in filed], settings)
    about: AbstractSet[SubjectId] = {each.subject_id for each in reviews}
    return ReviewPage(
        reviews=[_shown(each, sources[each.source_id].rights, classes[each.id], now) for each in reviews],
        subjects=transaction.subjects.among(sorted(about)),
        following=following,
    )


def _shown(review: Review, of_source: Rights, rights_class: RightsClass, now: datetime) -> Shown:
    rights = rights_of(review, of_source)
    return Shown(
        review=review,
        rights=rights,
        rights_class=rights_class,
        is_shown=may_show(review, of_source, now),
        may_mark_up=may_mark_up(review, of_source, now),
        attribution=rights.attribution,
        ends_at=None if of_source.max_age is None else review.received_at + of_source.max_age,
    )


def _silent(filed: FiledReview) -> FiledReview:
    """Without the contact data that the terms of some sources forbid to remove from what is kept."""
    review, original = filed.review, filed.review.original
    if not review.holds_contact_data:
        return filed
    if original is not None:
        original = replace(original, title=_without(original.title), body=_without(original.body) or "")
    said = replace(review, title=_without(review.title), body=_without(review.body) or "", original=original)
    return replace(filed, review=said)


def _without(text: str | None) -> str | None:
    return without_contacts(text)[0] if text else text
