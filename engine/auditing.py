"""What the verbs about reviews, pictures, questions and subjects write into the audit log; pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from engine.domain import (
    Change,
    Collection,
    Consent,
    Decision,
    FaqEntry,
    FaqState,
    Flag,
    MediaId,
    OwnReply,
    Review,
    ReviewId,
    Rights,
    Source,
    State,
    Subject,
)
from engine.store import FiledReview

REVIEW_ACTIONS = {
    State.APPROVED: "review.approve",
    State.REJECTED: "review.reject",
    State.WITHDRAWN: "review.withdraw",
    State.PENDING: "review.recheck",
}
MEDIA_ACTIONS = {State.APPROVED: "media.approve", State.REJECTED: "media.reject"}


def decided(before: Iterable[FiledReview], decision: Decision) -> list[Change]:
    """A decision about reviews; ``before`` are they as they were."""
    after: dict[str, str | int | None] = {"state": decision.state, "reason": decision.reason}
    return [
        Change(
            at=decision.at,
            by=decision.by,
            action=REVIEW_ACTIONS[decision.state],
            about=f"review/{each.review.id}",
            before={"state": each.review.state},
            after=after,
        )
        for each in before
    ]


def undone(before: Iterable[FiledReview], after: Iterable[Review], *, by: str, at: datetime) -> list[Change]:
    """A step back about reviews; ``before`` are they as the step had left them, ``after`` as they are again."""
    return [
        Change(
            at=at,
            by=by,
            action="review.undo",
            about=f"review/{was.review.id}",
            before={"state": was.review.state},
            after={"state": now.state},
        )
        for was, now in zip(before, after, strict=True)
    ]


def narrowed(review: ReviewId, before: Consent, after: Consent, *, by: str, at: datetime) -> Change:
    """Single uses that were taken back, while the review stays."""
    return Change(
        at=at,
        by=by,
        action="review.narrow",
        about=f"review/{review}",
        before={"taken_back": " ".join(sorted(before.taken_back))},
        after={"taken_back": " ".join(sorted(after.taken_back))},
    )


def rights_changed(source: Source, rights: Rights, *, by: str, at: datetime) -> Change:
    """Another rights profile for a source, given as it was."""
    return Change(
        at=at,
        by=by,
        action="source.rights",
        about=f"source/{source.id}",
        before={"profile": source.rights.profile},
        after={"profile": rights.profile},
    )


def answered(review: ReviewId, *, by: str, at: datetime) -> Change:
    """The owner's answer to a review, whose words are not written down here."""
    return Change(at=at, by=by, action="review.answer", about=f"review/{review}")


def answer_taken_back(reply: OwnReply, *, by: str, at: datetime) -> Change:
    """The owner's answer to a review, taken back; whose it was stays on record, its words do not."""
    return Change(
        at=at, by=by, action="review.unanswer", about=f"review/{reply.review_id}", before={"written_by": reply.by}
    )


def media_decided(media: MediaId, was: State, state: State, *, by: str, at: datetime) -> Change:
    return Change(
        at=at, by=by, action=MEDIA_ACTIONS[state], about=f"media/{media}", before={"state": was}, after={"state": state}
    )


def faq_decided(before: FaqEntry, after: FaqEntry, *, by: str, at: datetime) -> Change:
    """A decision about a question; that its words changed is said, and not which they are."""
    is_edited = before.question != after.question or before.sentences != after.sentences
    action = "reject" if after.state is FaqState.REJECTED else "edit" if is_edited else "approve"
    if after.state in (FaqState.DRAFT, FaqState.STALE):
        action = "reopen"
    return Change(
        at=at,
        by=by,
        action=f"faq.{action}",
        about=f"faq/{after.id}",
        before={"state": before.state},
        after={"state": after.state},
    )


def imported(before: Subject | None, after: Subject, *, by: str, at: datetime) -> Change:
    """A subject as a catalogue tells it."""
    return Change(
        at=at,
        by=by,
        action="subject.change" if before else "subject.create",
        about=f"subject/{after.id}",
        before={"name": before.name, "type": before.type, "url": before.url} if before else {},
        after={"name": after.name, "type": after.type, "url": after.url},
    )


def picked(before: Collection | None, after: Collection | None, *, by: str, at: datetime) -> Change:
    """What a person picked: made, changed or, where ``after`` is None, taken away."""
    action = "change" if before and after else "create" if after else "delete"
    about = after or before
    return Change(
        at=at,
        by=by,
        action=f"collection.{action}",
        about=f"collection/{about.id if about else ''}",
        before=_as_written(before),
        after=_as_written(after),
    )


def flag_answered(before: Flag, after: Flag, *, by: str, at: datetime) -> Change:
    """What a reader reported, answered; neither his words nor the answer's are written down here."""
    return Change(
        at=at,
        by=by,
        action="flag.answer",
        about=f"flag/{after.id}",
        before={"state": before.state},
        after={"state": after.state, "review": after.review_id},
    )


def handed_out(rows: int, *, by: str, at: datetime) -> Change:
    """All that is kept of one person, given to somebody; who it was is not written down."""
    return Change(at=at, by=by, action="person.export", about="person", after={"rows": rows})


def _as_written(each: Collection | None) -> dict[str, str | int | None]:
    return {"name": each.name, "reviews": len(each.reviews)} if each else {}
