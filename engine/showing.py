"""The reviews that programs may have: what is shown, with all that has to be said beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from engine.contact import without_contacts
from engine.domain import (
    Attribution,
    Media,
    OwnReply,
    PublishSettings,
    Review,
    ReviewId,
    Rights,
    RightsClass,
    Source,
    SourceId,
)
from engine.material import with_what_hangs
from engine.pictures import served_from
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
class Kept:
    """One review that is kept, shown or not, for whoever may read that."""

    shown: Shown
    """As it would stand on a page, but that it may not."""
    media: Sequence[Media]
    """All of its pictures, whatever was decided about them."""
    own_reply: OwnReply | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewPage:
    """One page of a list of reviews."""

    reviews: Sequence[Shown]
    following: str | None
    """The cursor of the next page; None on the last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPage:
    """One page of a list of what is kept."""

    reviews: Sequence[Kept]
    following: str | None


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
    return ReviewPage(reviews=_shown(transaction, may_stand, sources, settings, now), following=following)


def kept_reviews(transaction: Transaction, wanted: WantedReviews, settings: PublishSettings, now: datetime) -> KeptPage:
    """What is kept in the wanted states, shown or not, without anybody's e-mail address or telephone number.

    Raises BadValueError for a cursor that the list did not give, and ValueError where no state is wanted.
    """
    if not wanted.states:
        raise ValueError("a list of what is kept needs its states")
    filed, following = transaction.pull.reviews(wanted)
    return KeptPage(reviews=_kept(transaction, filed, settings, now), following=following)


def kept_review(transaction: Transaction, wanted: ReviewId, settings: PublishSettings, now: datetime) -> Kept:
    """One review in whichever state, as ``kept_reviews`` lists it. Raises NotFoundError."""
    [kept] = _kept(transaction, [transaction.reviews.find(wanted)], settings, now)
    return kept


def shown_among(
    transaction: Transaction, wanted: Sequence[ReviewId], settings: PublishSettings, now: datetime
) -> list[Shown]:
    """Those of the wanted that may stand on a page at this moment, in their order."""
    sources, filed = transaction.sources.all(), transaction.reviews.among(wanted, lock=False)
    there = [filed[each] for each in wanted if each in filed]
    may_stand = [each for each in there if may_show(each.review, sources[each.review.source_id].rights, now)]
    return _shown(transaction, may_stand, sources, settings, now)


def kept_among(
    transaction: Transaction, wanted: Sequence[ReviewId], settings: PublishSettings, now: datetime
) -> list[Kept]:
    """Those of the wanted that there are, in whichever state and in their order, as ``kept_reviews`` lists them."""
    filed = transaction.reviews.among(wanted, lock=False)
    return _kept(transaction, [filed[each] for each in wanted if each in filed], settings, now)


def _kept(
    transaction: Transaction, filed: Sequence[FiledReview], settings: PublishSettings, now: datetime
) -> list[Kept]:
    quiet = [silent(each) for each in filed]
    ids = [each.review.id for each in quiet]
    media, own = transaction.media.of(ids), transaction.replies.of(ids)
    shown = _shown(transaction, quiet, transaction.sources.all(), settings, now)
    return [
        Kept(
            shown=each,
            media=[served_from(one, settings.base_url) for one in media.get(each.review.id, ())],
            own_reply=own.get(each.review.id),
        )
        for each in shown
    ]


def _shown(
    transaction: Transaction,
    filed: Sequence[FiledReview],
    sources: Mapping[SourceId, Source],
    settings: PublishSettings,
    now: datetime,
) -> list[Shown]:
    classes = {each.review.id: each.rights_class for each in filed}
    reviews = with_what_hangs(transaction, [each.review for each in filed], settings)
    return [_with_rights(each, sources[each.source_id].rights, classes[each.id], now) for each in reviews]


def _with_rights(review: Review, of_source: Rights, rights_class: RightsClass, now: datetime) -> Shown:
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


def silent(filed: FiledReview) -> FiledReview:
    """A review without the contact data that the terms of some sources forbid to remove from what is kept."""
    review, original = filed.review, filed.review.original
    if not review.holds_contact_data:
        return filed
    if original is not None:
        original = replace(original, title=_without(original.title), body=_without(original.body) or "")
    said = replace(review, title=_without(review.title), body=_without(review.body) or "", original=original)
    return replace(filed, review=said)


def _without(text: str | None) -> str | None:
    return without_contacts(text)[0] if text else text
