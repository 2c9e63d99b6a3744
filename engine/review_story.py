"""All that somebody who decides about one review should see: its words, its history, its standing, and where it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from engine.contact import GAP, without_contacts
from engine.domain import (
    ApprovalRule,
    Collection,
    Event,
    EventKind,
    Excerpt,
    FaqEntry,
    Flag,
    PublishSettings,
    Reason,
    ReplyDraft,
    Review,
    ReviewId,
    Scope,
    Source,
    State,
    Subject,
    Topic,
    Use,
)
from engine.queueing import Why, seen_as, why_here
from engine.rights import Hindrance, hindrance, rights_of
from engine.showing import Kept, kept_review
from engine.spam import marked_pieces
from engine.store import EarlierVersion, Transaction

MOST_COPIES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A part of a text, and why it made the review stop; None where it did not."""

    text: str
    why: Why | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """One line of a review's history."""

    at: datetime
    by: str
    """As the audit log calls them: ``account/<id>``, ``policy``, ``source/<id>``."""
    what: str
    """``received``, ``changed``, ``approved``, ``rejected``, ``withdrawn``, ``undone``, ``reply-written``,
    ``reply-taken-back``, ``picture-approved``, ``picture-rejected``, ``flagged``, ``flag-answered``."""
    reason: Reason | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UseStanding:
    """What a review may be used for, and why."""

    use: Use
    is_agreed: bool
    """Whether its author agreed and did not take it back."""
    is_taken_back: bool
    is_allowed: bool | None
    """Whether the terms of its source allow it; None: they say nothing of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Where words of a review stand at this moment."""

    snippets: Mapping[tuple[Scope, str], Sequence[str]]
    """By page: the names of the snippets, each with its locale."""
    questions: Sequence[FaqEntry]
    topics: Sequence[Topic]
    collections: Sequence[Collection]


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    kept: Kept
    """Without the contact data that its text may hold."""
    subject: Subject
    source: Source
    title: Sequence[Piece]
    body: Sequence[Piece]
    whys: Sequence[Why]
    hindrance: Hindrance | None
    """What keeps it off every page; None where nothing does."""
    seen: str
    uses: Sequence[UseStanding]
    history: Sequence[Happening]
    """The newest first."""
    versions: Sequence[EarlierVersion]
    """What it said before, the newest first."""
    copies: Sequence[Review]
    places: Places
    flags: Sequence[Flag]
    draft: ReplyDraft | None


def story_of(
    transaction: Transaction,
    wanted: ReviewId,
    settings: PublishSettings,
    rules: Sequence[ApprovalRule],
    now: datetime,
) -> Story:
    """Raises NotFoundError."""
    review = transaction.reviews.find(wanted).review
    kept = kept_review(transaction, wanted, settings, now)
    source = transaction.sources.all()[review.source_id]
    beside = transaction.queue.beside([review])[wanted]
    return Story(
        kept=kept,
        subject=transaction.subjects.find(review.subject_id),
        source=source,
        title=pieces_of(kept.shown.review.title or "", holds_contact_data=review.holds_contact_data),
        body=pieces_of(kept.shown.review.body, holds_contact_data=review.holds_contact_data),
        whys=why_here(review, beside, rules),
        hindrance=hindrance(review, source.rights, now),
        seen=seen_as(review),
        uses=list(_uses(review, source)),
        history=_history(transaction, review),
        versions=[_discreet(each) for each in reversed(transaction.reviews.earlier_versions(wanted))],
        copies=[_without_contacts(each) for each in transaction.queue.copies_of(review, MOST_COPIES)],
        places=_places(transaction, review),
        flags=transaction.flags.of_review(wanted),
        draft=transaction.reply_drafts.find(wanted),
    )


def pieces_of(text: str, *, holds_contact_data: bool) -> list[Piece]:
    """A text in pieces, those marked that make a policy stop; together they are the text.

    ``holds_contact_data`` says whether a gap in it stands for what is kept; intake leaves gaps of its own.
    """
    found: list[Piece] = []
    for piece, sign in marked_pieces(text):
        if sign or not holds_contact_data:
            found.append(Piece(text=piece, why=Why(sign) if sign else None))
            continue
        for number, part in enumerate(piece.split(GAP)):
            found += [Piece(text=GAP, why=Why.CONTACT)] if number else []
            found += [Piece(text=part)] if part else []
    return found


def _uses(review: Review, source: Source) -> Iterator[UseStanding]:
    rights = rights_of(review, source.rights)
    allowed: dict[Use, bool | None] = {
        Use.DISPLAY: rights.may_show,
        Use.MARKUP: rights.may_mark_up,
        Use.EXCERPT: rights.may_excerpt is not Excerpt.NO,
        Use.FEED: rights.may_feed,
    }
    for use in Use:
        yield UseStanding(
            use=use,
            is_agreed=review.consent.covers(use),
            is_taken_back=use in review.consent.taken_back or review.consent.withdrawn_at is not None,
            is_allowed=allowed.get(use),
        )


def _history(transaction: Transaction, review: Review) -> list[Happening]:
    decisions = [review.decision, *(each.decision for each in transaction.decisions.of_review(review.id))]
    notes = {(each.at, each.by): each.note for each in decisions if each}
    told = (_happening(each, notes.get((each.at, each.by), "")) for each in transaction.events.of_review(review.id))
    return list(told)[::-1]


def _happening(event: Event, note: str) -> Happening:
    reason = event.details.get("reason")
    is_rejection = event.kind is EventKind.REVIEW_REJECTED
    return Happening(
        at=event.at,
        by=event.by,
        what=_what(event),
        reason=Reason(str(reason)) if is_rejection and reason else None,
        note=note,
    )


def _what(event: Event) -> str:
    told = event.details
    if "undone" in told:
        return "undone"
    if "reply" in told:
        return f"reply-{str(told['reply']).replace(' ', '-')}"
    if "media" in told:
        return f"picture-{told.get('is', State.REJECTED)}"
    if event.kind is EventKind.FLAG_ANSWERED:
        return "flag-answered"
    return event.kind.removeprefix("review.")


def _places(transaction: Transaction, review: Review) -> Places:
    snippets: dict[tuple[Scope, str], list[str]] = {}
    for each in transaction.snippets.naming(review.id):
        snippets.setdefault((each.key.scope, each.key.scope_id), []).append(f"{each.key.name} ({each.key.locale})")
    entries = transaction.faq.of(review.subject_id)
    return Places(
        snippets=snippets,
        questions=[each for each in entries if review.id in each.review_ids],
        topics=[transaction.topics.find(each) for each in transaction.topics.of_reviews([review.id])],
        collections=[transaction.collections.find(each) for each in transaction.collections.of_reviews([review.id])],
    )


def _discreet(version: EarlierVersion) -> EarlierVersion:
    title = without_contacts(version.title)[0] if version.title else None
    return replace(version, title=title, body=without_contacts(version.body)[0])


def _without_contacts(review: Review) -> Review:
    if not review.holds_contact_data:
        return review
    title = without_contacts(review.title)[0] if review.title else None
    return replace(review, title=title, body=without_contacts(review.body)[0])
