"""The one place that says what a review may be used for: its state, its source's rights and its author's consent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from engine.domain import Excerpt, Mining, Relation, Review, Rights, RightsClass, Source, SourceId, Standing, State, Use
from engine.errors import ForbiddenRightError
from engine.rights.profiles import FORBIDDEN, PROFILES, narrowed


def refuse_unless_storable(rights: Rights, source: str) -> None:
    """Raises ForbiddenRightError when the source's terms forbid keeping what it says."""
    if not rights.may_store:
        because = f" ({rights.because})" if rights.because else ""
        raise ForbiddenRightError(
            f"the rights profile of {source!r} forbids storing its reviews{because}: nothing was changed"
        )


def rights_of(review: Review, rights: Rights) -> Rights:
    """What may be done with this review: its source's rights, narrowed by those of where it comes from.

    How fresh a copy is that somebody else handed on cannot be known. Where its origin sets a maximum age, it may be
    shown only through a source that is held to the same.
    """
    if not review.narrowed_to:
        return rights
    origin = PROFILES.get(review.narrowed_to, FORBIDDEN)
    both = narrowed(origin, rights)
    is_fresh = origin.max_age is None or (rights.max_age is not None and rights.max_age <= origin.max_age)
    return both if is_fresh else replace(both, may_show=False)


def class_of(review: Review, rights: Rights) -> RightsClass:
    """What a review counts for: its source's rights and its author's consent, the narrower of both."""
    allowed = rights_of(review, rights)
    if (
        not allowed.may_show
        or review.standing is not Standing.PUBLIC
        or not review.consent.covers(Use.DISPLAY)
        or review.holds_contact_data
        or _lacks_its_link(review, allowed)
    ):
        return RightsClass.INTERNAL
    return RightsClass.OWN if allowed.may_aggregate else RightsClass.DISPLAY_ONLY


def may_show(review: Review, rights: Rights, now: datetime) -> bool:
    """Whether the words may stand on a page at this moment."""
    return (
        review.state is State.APPROVED
        and class_of(review, rights) is not RightsClass.INTERNAL
        and not is_too_old(review, rights, now)
    )


def may_mark_up(review: Review, rights: Rights, now: datetime) -> bool:
    """Whether the words may stand in structured data.

    A review without an author's name is shown and counted, not marked up: schema.org's Review needs an author, and
    none is invented.
    """
    return (
        may_show(review, rights, now)
        and rights_of(review, rights).may_mark_up
        and review.consent.covers(Use.MARKUP)
        and review.author is not None
    )


def may_quote(review: Review, rights: Rights, now: datetime) -> bool:
    """Whether an exact span of the words may stand on its own, in an FAQ answer or under a phrase.

    A quote has no room for the disclosure that a reward or a tie to the company asks for, so such words are not quoted.
    """
    allowed = rights_of(review, rights)
    return (
        may_show(review, rights, now)
        and review.incentive is None
        and review.relation is Relation.NONE
        and allowed.may_excerpt is Excerpt.YES
        and allowed.may_mine is Mining.PUBLISHED
        and review.consent.covers(Use.EXCERPT)
    )


def may_excerpt(review: Review, rights: Rights, now: datetime) -> bool:
    """Whether an exact span of the words may stand for the whole, disclosures and a link to the whole beside it.

    Where the source asks for a link to itself, there has to be something to link to.
    """
    allowed = rights_of(review, rights)
    named = allowed.attribution
    is_linked = bool(review.url or (named and named.url))
    return (
        may_show(review, rights, now)
        and (allowed.may_excerpt is Excerpt.YES or (allowed.may_excerpt is Excerpt.WITH_LINK and is_linked))
        and review.consent.covers(Use.EXCERPT)
    )


def may_mark_up_quote(review: Review, rights: Rights, now: datetime) -> bool:
    """Whether an exact span of the words may stand in structured data as a part of somebody else's text."""
    return (
        may_quote(review, rights, now) and rights_of(review, rights).may_mark_up and review.consent.covers(Use.MARKUP)
    )


def may_count(review: Review, rights: Rights, now: datetime) -> bool:
    """Whether the words may inform a count that is shown inside the company alone, without a word of them."""
    return (
        review.state is State.APPROVED
        and review.standing is Standing.PUBLIC
        and rights_of(review, rights).may_mine is not Mining.NEVER
        and not is_too_old(review, rights, now)
    )


def may_ask(rights: Rights) -> bool:
    """Whether a customer's question from this source may stand on a page, word for word."""
    return rights.may_show and rights.may_excerpt is Excerpt.YES


def may_feed(review: Review, rights: Rights, now: datetime) -> bool:
    """Whether the words may be handed on in a feed: our own reviews, with their authors' consent to that use.

    The rating is not looked at, here or anywhere on the way to a feed: whoever feeds reviews feeds all of them.
    """
    return (
        may_show(review, rights, now)
        and class_of(review, rights) is RightsClass.OWN
        and rights_of(review, rights).may_feed
        and review.consent.covers(Use.FEED)
    )


def is_too_old(review: Review, rights: Rights, now: datetime) -> bool:
    """Whether the source's terms ask for a fresher copy than the one we have."""
    return rights.max_age is not None and review.received_at + rights.max_age <= now


def oldest_allowed(sources: Iterable[Source], now: datetime) -> dict[SourceId, datetime]:
    """For each source whose terms set a maximum age: what was received at or before this is too old."""
    return {each.id: now - each.rights.max_age for each in sources if each.rights.max_age is not None}


def _lacks_its_link(review: Review, rights: Rights) -> bool:
    """Whether its source must be linked to beside it, and there is nothing to link to."""
    named = rights.attribution
    return named is not None and named.link_required and not (review.url or named.url)
