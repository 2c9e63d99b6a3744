"""Rights profiles, and the one place that says what a review may be used for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

from engine.domain import (
    Attribution,
    Consent,
    Excerpt,
    Mining,
    OnSourceDelete,
    Relation,
    Review,
    Rights,
    RightsClass,
    State,
    Use,
)
from engine.errors import ForbiddenRightError, NotFoundError

OWN = Rights(
    profile="own",
    may_store=True,
    may_edit=True,
    may_excerpt=Excerpt.YES,
    may_show=True,
    may_mark_up=True,
    may_aggregate=True,
    may_feed=True,
    may_mine=Mining.PUBLISHED,
    on_source_delete=OnSourceDelete.WITHDRAW,
)
DISPLAY_ONLY = Rights(
    profile="display-only",
    may_store=True,
    may_edit=False,
    may_excerpt=Excerpt.WITH_LINK,
    may_show=True,
    may_mark_up=False,
    may_aggregate=False,
    may_feed=False,
    may_mine=Mining.INTERNAL,
)
INTERNAL = Rights(
    profile="internal",
    may_store=True,
    may_edit=False,
    may_excerpt=Excerpt.NO,
    may_show=False,
    may_mark_up=False,
    may_aggregate=False,
    may_feed=False,
    may_mine=Mining.INTERNAL,
    on_source_delete=OnSourceDelete.KEEP,
)
FORBIDDEN = Rights(
    profile="forbidden",
    may_store=False,
    may_edit=False,
    may_excerpt=Excerpt.NO,
    may_show=False,
    may_mark_up=False,
    may_aggregate=False,
    may_feed=False,
    may_mine=Mining.NEVER,
)
PROFILES: Mapping[str, Rights] = {each.profile: each for each in (OWN, DISPLAY_ONLY, INTERNAL, FORBIDDEN)}

DECLARED = "declared by the operator: rights "
# Advertising and translation are asked for by name: declaring a file to be one's own does not give them.
DECLARED_USES: Mapping[str, frozenset[Use]] = {
    "own": frozenset({Use.DISPLAY, Use.MARKUP, Use.EXCERPT, Use.FEED}),
    "display-only": frozenset({Use.DISPLAY, Use.EXCERPT}),
    "internal": frozenset(),
    "forbidden": frozenset(),
}


def profile(name: str, *, attribution: str | None = None) -> Rights:
    """The rights profile of a name.

    ``attribution`` is how the source is named beside each review. Raises NotFoundError with the names there are.
    """
    if name not in PROFILES:
        raise NotFoundError(f"there is no rights profile {name!r}; there are {', '.join(PROFILES)}")
    rights = PROFILES[name]
    if attribution is None:
        return rights
    return replace(rights, attribution=Attribution(name=attribution, link_required=not rights.may_mark_up))


def declared_consent(rights: Rights, *, proof: str, now: datetime) -> Consent:
    """The consent that stands behind an import: the operator declares it, and the proof says when and with what."""
    uses = DECLARED_USES.get(rights.profile, frozenset())
    return Consent(
        uses=uses,
        wording=DECLARED + rights.profile,
        proof=proof,
        given_at=now.astimezone(UTC),
    )


def redeclared(consent: Consent, rights: Rights) -> Consent:
    """A consent under another profile of its source.

    What the operator declared follows the profile; what an author gave stays as it is; what an author took back stays
    taken back.
    """
    if not consent.wording.startswith(DECLARED):
        return consent
    declared = DECLARED_USES.get(rights.profile, frozenset())
    return replace(consent, uses=declared, wording=DECLARED + rights.profile)


def refuse_unless_storable(rights: Rights, source: str) -> None:
    """Raises ForbiddenRightError when the source's terms forbid keeping what it says."""
    if not rights.may_store:
        raise ForbiddenRightError(f"the rights profile of {source!r} forbids storing its reviews: nothing was changed")


def class_of(review: Review, rights: Rights) -> RightsClass:
    """What a review counts for: its source's rights and its author's consent, the narrower of both."""
    if not rights.may_show or not review.consent.covers(Use.DISPLAY) or review.holds_contact_data:
        return RightsClass.INTERNAL
    return RightsClass.OWN if rights.may_aggregate else RightsClass.DISPLAY_ONLY


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
        and rights.may_mark_up
        and review.consent.covers(Use.MARKUP)
        and review.author is not None
    )


def may_quote(review: Review, rights: Rights, now: datetime) -> bool:
    """Whether an exact span of the words may stand on its own, in an FAQ answer or under a phrase.

    A quote has no room for the disclosure that a reward or a tie to the company asks for, so such words are not quoted.
    """
    return (
        may_show(review, rights, now)
        and review.incentive is None
        and review.relation is Relation.NONE
        and rights.may_excerpt is Excerpt.YES
        and rights.may_mine is Mining.PUBLISHED
        and review.consent.covers(Use.EXCERPT)
    )


def may_count(review: Review, rights: Rights, now: datetime) -> bool:
    """Whether the words may inform a count that is shown inside the company alone, without a word of them."""
    return (
        review.state is State.APPROVED and rights.may_mine is not Mining.NEVER and not is_too_old(review, rights, now)
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
        and rights.may_feed
        and review.consent.covers(Use.FEED)
    )


def is_too_old(review: Review, rights: Rights, now: datetime) -> bool:
    """Whether the source's terms ask for a fresher copy than the one we have."""
    return rights.max_age is not None and review.received_at + rights.max_age <= now
