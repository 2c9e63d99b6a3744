"""What waits for a moderator, and why: the queue, and decisions about what somebody has really seen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from engine.batch_changes import words_of
from engine.contact import without_contacts
from engine.domain import (
    MOVES,
    ApprovalRule,
    Reason,
    Relation,
    Review,
    ReviewId,
    SourceId,
    Standing,
    State,
    SubjectId,
    digest,
)
from engine.errors import BadValueError
from engine.kpi import Suppression, suppression
from engine.moderation import Moderation
from engine.policy import fits_policy
from engine.showing import silent
from engine.spam import spam_signs
from engine.store import Beside, FiledReview, QueuedText, Trait, Transaction, WantedQueue
from engine.text import as_sought, clean_text

YEAR = timedelta(days=365)
LONGEST_NOTE = 1_000
"""Characters."""


class Why(StrEnum):
    """Why a review waits for a person, and what that person should know before deciding."""

    CONTACT = "contact"
    LINK = "link"
    REPEATED = "repeated"
    SHOUTED = "shouted"
    HIDDEN = "hidden"
    EDITED = "edited"
    RECHECKED = "rechecked"
    FLAGGED = "flagged"
    COPY = "copy"
    INCENTIVE = "incentive"
    RELATION = "relation"
    NO_RULES = "no-rules"
    NO_RULE_FITS = "no-rule-fits"
    READ_FIRST = "read-first"
    """A rule fits, and it waits all the same: it is older than the rule, or came by a way that a person reads first."""


TRAITS: Mapping[Why, Trait] = {
    Why.CONTACT: Trait.CONTACT,
    Why.HIDDEN: Trait.HIDDEN,
    Why.EDITED: Trait.EDITED,
    Why.RECHECKED: Trait.RECHECKED,
    Why.FLAGGED: Trait.FLAGGED,
    Why.COPY: Trait.COPY,
    Why.INCENTIVE: Trait.INCENTIVE,
    Why.RELATION: Trait.RELATION,
}
SIGNS = (Why.LINK, Why.REPEATED, Why.SHOUTED)
SOUGHT = (*TRAITS, *SIGNS)
"""What the queue can be narrowed to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Which reviews somebody wants to look through; None and empty ask nothing."""

    state: State = State.PENDING
    subject: SubjectId | None = None
    source: SourceId | None = None
    language: str | None = None
    star: int | None = None
    """0: those without a rating."""
    why: Why | None = None
    is_flagged: bool = False
    is_pictured: bool = False
    words: str = ""
    """Each of them stands in the title, the text, the author's name or an id, whatever its case and marks."""
    after: str | None = None
    limit: int = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Queued:
    """One review of the queue."""

    review: Review
    """Without the contact data that its text may hold."""
    subject: str
    """The name of what it is about."""
    whys: Sequence[Why]
    beside: Beside
    pictures: int
    seen: str
    """What this review is at this moment; a decision about it says so again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuePage:
    rows: Sequence[Queued]
    following: str | None
    """The cursor of the next page; None on the last."""
    counts: Mapping[State, int]
    suppression: Suppression
    """Of what came in within a year."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejection:
    """Why some reviews are rejected."""

    reason: Reason
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    reviews: Sequence[Review]
    left: int
    """How many were left as they are: they are not what was seen any more, or may not be shown."""


def queue_page(transaction: Transaction, question: Question, rules: Sequence[ApprovalRule], now: datetime) -> QueuePage:
    """One page of the queue. Raises BadValueError for a cursor that it did not give."""
    filed, following = transaction.queue.page(_wanted(question))
    return QueuePage(
        rows=_queued(transaction, filed, rules),
        following=following,
        counts=transaction.queue.counts(),
        suppression=suppression(transaction.reviews.by_state_and_star(now - YEAR)),
    )


def why_here(review: Review, beside: Beside, rules: Sequence[ApprovalRule]) -> tuple[Why, ...]:
    """Why a review waits, the gravest first; for one that does not, what is to be known about it."""
    signs = spam_signs(review.title, review.body)
    told = {
        Why.CONTACT: review.holds_contact_data,
        Why.LINK: "link" in signs,
        Why.REPEATED: "repeated" in signs,
        Why.SHOUTED: "shouted" in signs,
        Why.HIDDEN: review.standing is not Standing.PUBLIC,
        Why.EDITED: beside.was_approved,
        Why.RECHECKED: review.state is State.PENDING and review.decision is not None,
        Why.FLAGGED: beside.open_flags > 0,
        Why.COPY: beside.copies > 0,
        Why.INCENTIVE: review.incentive is not None,
        Why.RELATION: review.relation is not Relation.NONE,
    }
    found = tuple(why for why, holds in told.items() if holds)
    return (*found, *_of_policy(review, rules)) if review.state is State.PENDING else found


def _of_policy(review: Review, rules: Sequence[ApprovalRule]) -> Iterator[Why]:
    if not rules:
        yield Why.NO_RULES
    elif not any(rule.fits(review) for rule in rules):
        yield Why.NO_RULE_FITS
    elif fits_policy(review, rules):
        yield Why.READ_FIRST


def seen_as(review: Review) -> str:
    """What somebody decides about who looks at a review now: it changes with its words and with each decision."""
    decided = review.decision.at.isoformat() if review.decision else ""
    return digest(review.state, decided, repr(words_of(review)))[:10]


def decide_seen(
    moderation: Moderation, seen: Mapping[ReviewId, str], *, by: str, rejection: Rejection | None = None
) -> Decided:
    """Approves, or rejects, those reviews that still are what somebody saw; the others stay as they are.

    Raises BadValueError for a note of more than ``LONGEST_NOTE`` characters.
    """
    found = moderation.transaction.reviews.among(list(seen))
    target = State.APPROVED if rejection is None else State.REJECTED
    fit = [
        which
        for which, each in found.items()
        if seen_as(each.review) == seen[which] and _may_become(each.review, target)
    ]
    reviews = moderation.approve(fit, by=by) if rejection is None else _reject(moderation, fit, rejection, by)
    return Decided(reviews=reviews, left=len(seen) - len(reviews))


def _reject(moderation: Moderation, fit: Sequence[ReviewId], rejection: Rejection, by: str) -> list[Review]:
    note = clean_text(rejection.note)
    if len(note) > LONGEST_NOTE:
        raise BadValueError(f"note: has {len(note):,} characters, {LONGEST_NOTE:,} are allowed")
    return moderation.reject(fit, by=by, reason=rejection.reason, note=note)


def _may_become(review: Review, target: State) -> bool:
    is_hidden = target is State.APPROVED and review.standing is Standing.HIDDEN
    return target in MOVES[review.state] and not is_hidden


def _wanted(question: Question) -> WantedQueue:
    asked = {
        Trait.FLAGGED: question.is_flagged,
        Trait.PICTURED: question.is_pictured,
        **({TRAITS[question.why]: True} if question.why and question.why in TRAITS else {}),
    }
    words = as_sought(question.words).split()
    sign = question.why if question.why in SIGNS else None

    def fits(text: QueuedText) -> bool:
        return (sign is None or sign in spam_signs(text.title, text.body)) and _holds(text, words)

    return WantedQueue(
        state=question.state,
        subject=question.subject,
        source=question.source,
        language=question.language,
        star=question.star,
        traits={each for each, is_asked in asked.items() if is_asked},
        fits=fits if words or sign else None,
        after=question.after,
        limit=question.limit,
    )


def _holds(text: QueuedText, words: Sequence[str]) -> bool:
    said = f"{text.title or ''}\n{text.body}"
    if text.holds_contact_data:
        # Nobody finds out by searching what nobody is shown.
        said = without_contacts(said)[0]
    within = as_sought("\n".join((text.id, text.external_id, text.author or "", said)))
    return all(each in within for each in words)


def _queued(transaction: Transaction, filed: Sequence[FiledReview], rules: Sequence[ApprovalRule]) -> list[Queued]:
    reviews = [each.review for each in filed]
    beside = transaction.queue.beside(reviews)
    names = transaction.subjects.among([each.subject_id for each in reviews])
    media = transaction.media.of([each.id for each in reviews])
    return [
        Queued(
            review=replace(silent(each).review, media=media.get(each.review.id, ())),
            subject=names[each.review.subject_id].name,
            whys=why_here(each.review, beside[each.review.id], rules),
            beside=beside[each.review.id],
            pictures=len(media.get(each.review.id, ())),
            seen=seen_as(each.review),
        )
        for each in filed
    ]
