"""Why a review may not be shown, in words for whoever wants to show it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from engine.domain import Review, Rights, RightsClass, Standing, State, Use
from engine.rights.uses import class_of, is_too_old, rights_of


class Hindrance(StrEnum):
    """What keeps a review off every page."""

    PENDING = "pending"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    TOO_OLD = "too-old"
    NOT_PUBLIC = "not-public"
    RIGHTS = "rights"
    CONSENT = "consent"
    CONTACT = "contact"
    LINK = "link"


UNDECIDED = {
    State.PENDING: Hindrance.PENDING,
    State.REJECTED: Hindrance.REJECTED,
    State.WITHDRAWN: Hindrance.WITHDRAWN,
}


def hindrance(review: Review, rights: Rights, now: datetime) -> Hindrance | None:
    """The first reason that ``may_show`` has for saying no; None where it says yes."""
    if review.state in UNDECIDED:
        return UNDECIDED[review.state]
    if is_too_old(review, rights, now):
        return Hindrance.TOO_OLD
    if class_of(review, rights) is not RightsClass.INTERNAL:
        return None
    return _of_internal(review, rights)


def why_not_shown(review: Review, rights: Rights, now: datetime) -> str | None:
    """The same reason in words."""
    found = hindrance(review, rights, now)
    if found is None:
        return None
    words = {
        Hindrance.PENDING: "it is pending: approve it first",
        Hindrance.REJECTED: "it was rejected",
        Hindrance.WITHDRAWN: "it was withdrawn",
        Hindrance.TOO_OLD: f"its copy is older than the rights profile {rights.profile!r} allows",
        Hindrance.NOT_PUBLIC: f"it is {review.standing} at its source",
        Hindrance.RIGHTS: f"the rights profile {rights.profile!r} of {review.source_id} forbids showing it",
        Hindrance.CONSENT: "its author did not consent to its being shown, or took that back",
        Hindrance.CONTACT: "it holds contact data",
        Hindrance.LINK: f"the rights profile {rights.profile!r} asks for a link to its source, and there is none",
    }
    return words[found]


def _of_internal(review: Review, rights: Rights) -> Hindrance:
    if review.standing is not Standing.PUBLIC:
        return Hindrance.NOT_PUBLIC
    if not rights_of(review, rights).may_show:
        return Hindrance.RIGHTS
    if not review.consent.covers(Use.DISPLAY):
        return Hindrance.CONSENT
    return Hindrance.CONTACT if review.holds_contact_data else Hindrance.LINK
