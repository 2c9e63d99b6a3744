"""Why a review may not be shown, in words for whoever wants to show it."""

from __future__ import annotations

from datetime import datetime

from engine.domain import Review, Rights, RightsClass, Standing, State, Use
from engine.rights.uses import class_of, is_too_old, rights_of

UNDECIDED = {
    State.PENDING: "it is pending: approve it first",
    State.REJECTED: "it was rejected",
    State.WITHDRAWN: "it was withdrawn",
}


def why_not_shown(review: Review, rights: Rights, now: datetime) -> str | None:
    """The first reason that ``may_show`` has for saying no; None where it says yes."""
    if review.state in UNDECIDED:
        return UNDECIDED[review.state]
    if is_too_old(review, rights, now):
        return f"its copy is older than the rights profile {rights.profile!r} allows"
    if class_of(review, rights) is not RightsClass.INTERNAL:
        return None
    return _why_internal(review, rights)


def _why_internal(review: Review, rights: Rights) -> str:
    if review.standing is not Standing.PUBLIC:
        return f"it is {review.standing} at its source"
    if not rights_of(review, rights).may_show:
        return f"the rights profile {rights.profile!r} of {review.source_id} forbids showing it"
    if not review.consent.covers(Use.DISPLAY):
        return "its author did not consent to its being shown, or took that back"
    if review.holds_contact_data:
        return "it holds contact data"
    return f"the rights profile {rights.profile!r} asks for a link to its source, and there is none"
