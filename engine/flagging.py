"""Flagging: what a reader says of a published review is kept, decided about by a person, and answered.

A flag by itself changes nothing about its review. Regulation (EU) 2022/2065, articles 16 and 17.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from engine.auditing import flag_answered
from engine.domain import (
    Event,
    EventKind,
    Flag,
    FlagId,
    FlagReason,
    FlagState,
    Locale,
    Reason,
    Review,
    ReviewId,
    State,
    digest,
)
from engine.errors import BadValueError, NotFoundError, RefusedError
from engine.moderation import Moderation, reason_from
from engine.rights import may_show
from engine.store import Transaction
from engine.text import clean_line, clean_text

READER = "reader"
"""As the record of events calls whoever flags a review."""
LONGEST = 4_000
"""Characters of an explanation, and of an answer."""
REASONS: Mapping[FlagReason, Reason] = {
    FlagReason.ILLEGAL: Reason.ILLEGAL,
    FlagReason.NOT_GENUINE: Reason.NOT_A_CUSTOMER,
    FlagReason.PERSONAL_DATA: Reason.PERSONAL_DATA,
    FlagReason.ABUSE: Reason.ABUSE,
    FlagReason.SPAM: Reason.SPAM,
    FlagReason.OFF_TOPIC: Reason.OFF_TOPIC,
}
"""For which reason a review is rejected when a flag is upheld as it was meant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What a reader sent; nothing of it is trusted."""

    reason: FlagReason
    explanation: str
    locale: Locale
    name: str = ""
    email: str = ""


def flaggable(transaction: Transaction, wanted: ReviewId, now: datetime) -> Review:
    """A review that readers can see at this moment. Raises NotFoundError for every other one."""
    review = transaction.reviews.find(wanted).review
    if not may_show(review, transaction.sources.all()[review.source_id].rights, now):
        raise NotFoundError(f"there is no review {wanted!r}")
    return review


def flag_review(transaction: Transaction, wanted: ReviewId, notice: Notice, now: datetime) -> Flag:
    """Keeps a notice about a review that stands; the same notice again is the flag that there is.

    After the review was decided about anew, it is another one. Raises NotFoundError for a review that readers cannot
    see, BadValueError for an explanation that is empty or longer than ``LONGEST``.
    """
    review = flaggable(transaction, wanted, now)
    flag = _flag(review, notice, now)
    if not transaction.flags.add(flag):
        return transaction.flags.find(flag.id)
    transaction.events.add([_event(EventKind.REVIEW_FLAGGED, flag, review, READER, {"reason": flag.reason})])
    return flag


def answer_flag(
    transaction: Transaction,
    moderation: Moderation,
    wanted: FlagId,
    text: str,
    *,
    by: str,
    uphold: Reason | None = None,
) -> tuple[Flag, Review]:
    """Answers an open flag: with a reason to uphold it the review is rejected, in this transaction; else it stands.

    ``text`` is the statement of reasons, which the reader gets, and the author too where the review was taken down.
    Raises NotFoundError, BadValueError for a text that is empty or too long, and RefusedError for a flag that was
    answered before or a review that was withdrawn.
    """
    said = _bounded(clean_text(text), "an answer")
    flag = transaction.flags.find(wanted)
    if flag.state is not FlagState.OPEN:
        raise RefusedError(f"{wanted} was answered before: {flag.state}")
    review = transaction.reviews.find(flag.review_id).review
    if uphold is not None:
        review = _rejected(moderation, review, uphold, flag, by)
    answered = replace(
        flag,
        state=FlagState.DISMISSED if uphold is None else FlagState.UPHELD,
        answer=said,
        answered_by=by,
        answered_at=moderation.now,
    )
    transaction.flags.answer(answered)
    transaction.events.add([_event(EventKind.FLAG_ANSWERED, answered, review, by, {"state": answered.state})])
    transaction.audit.add(flag_answered(flag, answered, by=by, at=moderation.now))
    return answered, review


def statement_to_author(transaction: Transaction, review: Review) -> str:
    """What the author of a rejected review is told of why; empty where no flag is behind the decision that holds."""
    decision = review.decision
    if review.state is not State.REJECTED or decision is None:
        return ""
    upheld = (each for each in transaction.flags.of_review(review.id) if each.state is FlagState.UPHELD)
    return next((each.answer for each in upheld if each.answered_at == decision.at), "")


def reason_for(text: str) -> Reason:
    """The reason for rejecting that a word means, the reader's words included. Raises RefusedError for any other."""
    return REASONS[FlagReason(text)] if text in set(FlagReason) else reason_from(text)


def _rejected(moderation: Moderation, review: Review, reason: Reason, flag: Flag, by: str) -> Review:
    if review.state is State.REJECTED:
        # By another flag, or by somebody who was faster.
        return review
    if review.state is State.WITHDRAWN:
        raise RefusedError(f"{review.id} was withdrawn, and is shown nowhere: dismiss {flag.id} and say so")
    [rejected] = moderation.reject([review.id], by=by, reason=reason, note=f"upheld {flag.id}")
    return rejected


def _flag(review: Review, notice: Notice, now: datetime) -> Flag:
    explanation = _bounded(clean_text(notice.explanation), "an explanation")
    name, email = clean_line(notice.name), clean_line(notice.email)
    decided = review.decision.at.isoformat() if review.decision else ""
    return Flag(
        id=FlagId("n" + digest(review.id, decided, notice.reason, explanation, name, email)),
        review_id=review.id,
        reason=notice.reason,
        explanation=explanation,
        at=now,
        locale=notice.locale,
        name=name or None,
        email=email or None,
    )


def _bounded(text: str, what: str) -> str:
    if not 0 < len(text) <= LONGEST:
        raise BadValueError(f"{what} has 1 to {LONGEST:,} characters; this one has {len(text):,}")
    return text


def _event(kind: EventKind, flag: Flag, review: Review, by: str, details: Mapping[str, str]) -> Event:
    at = flag.answered_at or flag.at
    told: dict[str, str | int] = {"flag": flag.id, **{name: str(value) for name, value in details.items()}}
    return Event(kind=kind, at=at, by=by, subject_id=review.subject_id, review_id=review.id, details=told)
