"""Deciding about reviews: the decision, the summary and the marks of work are one transaction.

A review that leaves the approved state takes its words with it: every snippet that quotes it is emptied in the same
transaction, so the next request no longer has them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from engine import auditing
from engine.domain import (
    MOVES,
    Decision,
    Event,
    EventKind,
    Reason,
    Review,
    ReviewId,
    Rights,
    Source,
    SourceId,
    Standing,
    State,
    SubjectId,
    Use,
)
from engine.errors import NotFoundError, RefusedError
from engine.outbox import PROFILE_DELAY, mark_changed
from engine.rights import class_of, may_ask, redeclared
from engine.store import EarlierDecision, FiledReview, Tally, Transaction
from engine.takedown import take_words_away

EVENTS = {
    State.APPROVED: EventKind.REVIEW_APPROVED,
    State.REJECTED: EventKind.REVIEW_REJECTED,
    State.WITHDRAWN: EventKind.REVIEW_WITHDRAWN,
    State.PENDING: EventKind.REVIEW_CHANGED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """What became of a step back."""

    reviews: Sequence[Review]
    """As they were before the step."""
    left: int
    """How many stay as they are, because something happened since."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moderation:
    """What a moderator, a policy or an author can do to reviews, within the caller's transaction."""

    transaction: Transaction
    now: datetime
    mining_delay: timedelta = timedelta(0)
    profile_delay: timedelta = PROFILE_DELAY

    def approve(self, ids: Sequence[ReviewId], *, by: str) -> list[Review]:
        """Raises RefusedError, with nothing changed, when one of them is not public at its source."""
        wanted = self._all_of(ids)
        _refuse_hidden(wanted)
        return self._decide(wanted, Decision(state=State.APPROVED, by=by, at=self.now))

    def reject(self, ids: Sequence[ReviewId], *, by: str, reason: Reason, note: str = "") -> list[Review]:
        decision = Decision(state=State.REJECTED, by=by, at=self.now, reason=reason, note=note)
        return self._decide(self._all_of(ids), decision)

    def undo(self, at: datetime, *, by: str) -> Undone:
        """Takes a step back: what one person approved or rejected at a time is as it was before, decisions included.

        Only where nothing was decided since; a review that its source hides by now is not shown again, and what a
        reader was answered with stands.
        """
        before = self.transaction.decisions.replaced(at)
        found = self.transaction.reviews.among(list(before))
        own = {which: each for which, each in found.items() if _is_decided(each.review, at, by)}
        answered = self.transaction.flags.answered_at(at, list(own))
        kept = [each for which, each in own.items() if which not in answered and _may_return(each, before[which])]
        restored = [
            replace(each, review=replace(each.review.moved_to(was.state), decision=was.decision))
            for each in kept
            for was in [before[each.review.id]]
        ]
        reviews = self._settle(kept, restored)
        self.transaction.events.add([undo_event(each, by=by, at=self.now) for each in reviews])
        self.transaction.audit.add(*auditing.undone(kept, reviews, by=by, at=self.now))
        return Undone(reviews=reviews, left=len(before) - len(reviews))

    def approve_waiting(self, source: SourceId, *, by: str, limit: int) -> int:
        """Approves up to ``limit`` pending reviews that are public at their source; returns how many."""
        waiting = self.transaction.reviews.waiting(State.PENDING, source=source, standing=Standing.PUBLIC, limit=limit)
        return len(self._decide(waiting, Decision(state=State.APPROVED, by=by, at=self.now)))

    def withdraw_gone(self, filed: Sequence[FiledReview], *, by: str) -> list[Review]:
        """Withdraws what its source deleted; it comes back, to be decided anew, if the source tells it again."""
        ended = [
            replace(
                each,
                review=replace(
                    each.review,
                    standing=Standing.DELETED,
                    consent=replace(each.review.consent, withdrawn_at=self.now),
                ),
                # Whatever the source says after this is news.
                content_hash="",
            )
            for each in filed
        ]
        return self._decide(ended, self._withdrawal(by), was=filed)

    def recheck(self, filed: Sequence[FiledReview], *, by: str, note: str) -> list[Review]:
        """Puts what was approved back among what waits, off the page, with what a colleague should know."""
        # Whatever the source says after this is news; until then, a second look has nothing new to look at.
        unheard = [replace(each, content_hash="") for each in filed]
        return self._decide(unheard, Decision(state=State.PENDING, by=by, at=self.now, note=note), was=filed)

    def withdraw(self, wanted: ReviewId, uses: frozenset[Use] = frozenset(Use), *, by: str) -> Review:
        """Takes back the author's consent for some uses or for all.

        Without consent to display, the review is withdrawn for good; else it stays, without the uses taken back. One
        that is gone at its source, and would come back with it, stays away too.
        Raises NotFoundError, and ForbiddenMoveError when it was withdrawn before.
        """
        before = self.transaction.reviews.find(wanted)
        consent = before.review.consent
        may_come_back = before.review.state is State.WITHDRAWN and before.review.standing is Standing.DELETED
        if may_come_back and not uses <= consent.taken_back:
            return self._narrow(before, uses, by)
        before.review.moved_to(State.WITHDRAWN)
        if Use.DISPLAY in uses:
            ended = replace(before.review, consent=replace(consent, withdrawn_at=self.now))
            [review] = self._decide([replace(before, review=ended)], self._withdrawal(by), was=[before])
            return review
        return self._narrow(before, uses, by)

    def _narrow(self, before: FiledReview, uses: frozenset[Use], by: str) -> Review:
        consent = before.review.consent
        kept = replace(before.review, consent=replace(consent, taken_back=consent.taken_back | uses))
        self._mark([before.review, kept])
        self.transaction.reviews.replace([replace(before, review=kept)])
        self._take_words_away([kept])
        changed = Event(
            kind=EventKind.REVIEW_CHANGED, at=self.now, by=by, subject_id=kept.subject_id, review_id=kept.id
        )
        self.transaction.events.add([changed])
        self.transaction.audit.add(auditing.narrowed(kept.id, consent, kept.consent, by=by, at=self.now))
        return kept

    def change_rights(self, source: Source, rights: Rights, *, by: str) -> int:
        """Gives a source another rights profile and files all its reviews anew; returns how many.

        What may no longer stand anywhere is gone with this transaction. A consent that the operator declared follows
        the profile, except for uses that its author took back since; one that an author gave stays as it is.
        """
        changed = replace(source, rights=rights)
        self.transaction.sources.save(changed)
        count, after = 0, ""
        while some := self.transaction.reviews.of_source(source.id, after=after):
            self._file_anew(some, rights)
            count, after = count + len(some), some[-1].review.id
        if not may_ask(rights):
            self._take_questions_away(source.id)
        details: dict[str, str | int] = {"source": source.id, "was": source.rights.profile, "is": rights.profile}
        self.transaction.events.add([Event(kind=EventKind.SOURCE_CHANGED, at=self.now, by=by, details=details)])
        self.transaction.audit.add(auditing.rights_changed(source, rights, by=by, at=self.now))
        return count

    def _file_anew(self, filed: Sequence[FiledReview], rights: Rights) -> None:
        after: list[FiledReview] = []
        for each in filed:
            review = replace(each.review, consent=redeclared(each.review.consent, rights))
            after.append(replace(each, review=review, rights_class=class_of(review, rights)))
        self._mark([each.review for each in filed])
        self.transaction.reviews.replace(after)
        self._tally(list(zip(filed, after, strict=True)))
        self._take_words_away([each.review for each in filed if each.is_shown])

    def _take_questions_away(self, source: SourceId) -> None:
        """A question is a customer's words too: whatever page it stands on is emptied with the answers to it."""
        # Before they are read: a miner in flight knows the questions still, and may be about to write the first answer.
        self._mark_subjects(self.transaction.faq.asked_about(source).values())
        entries = self.transaction.faq.asked_by(source)
        quoted = sorted({review for each in entries for review in each.review_ids})
        reviews = [each.review for each in self.transaction.reviews.among(quoted).values()]
        self._mark(reviews)
        self.transaction.faq.remove(entries)
        self._take_words_away(reviews)

    def _withdrawal(self, by: str) -> Decision:
        return Decision(state=State.WITHDRAWN, by=by, at=self.now)

    def _decide(
        self, filed: Sequence[FiledReview], decision: Decision, was: Sequence[FiledReview] | None = None
    ) -> list[Review]:
        before = was or filed
        moved = [
            replace(each, review=replace(each.review.moved_to(decision.state), decision=decision)) for each in filed
        ]
        after = self._settle(before, moved)
        self.transaction.events.add([decision_event(each) for each in after])
        self.transaction.audit.add(*auditing.decided(before, decision))
        return after

    def _settle(self, before: Sequence[FiledReview], moved: Sequence[FiledReview]) -> list[Review]:
        """Saves reviews in their new states, with everything that follows but what is told of it."""
        sources = self.transaction.sources.all()
        after = [
            replace(each, rights_class=class_of(each.review, sources[each.review.source_id].rights)) for each in moved
        ]
        self._mark([each.review for each in after])
        self.transaction.reviews.move(after)
        self.transaction.decisions.keep(before, self.now)
        self._tally(list(zip(before, after, strict=True)))
        self._take_words_away([old.review for old in before if old.review.state is State.APPROVED])
        return [each.review for each in after]

    def _mark(self, reviews: Sequence[Review]) -> None:
        self._mark_subjects((each.subject_id for each in reviews), reviews)

    def _mark_subjects(self, subjects: Iterable[SubjectId], reviews: Sequence[Review] = ()) -> None:
        mark_changed(
            self.transaction,
            subjects,
            now=self.now,
            mining_delay=self.mining_delay,
            profile_delay=self.profile_delay,
            reviews=reviews,
        )

    def _tally(self, changes: Sequence[tuple[FiledReview, FiledReview]]) -> None:
        tally = Tally()
        for before, after in changes:
            tally.take_away(before)
            tally.add(after)
        self.transaction.summaries.apply(tally)

    def _take_words_away(self, reviews: Sequence[Review]) -> None:
        take_words_away(self.transaction, reviews, self.now)

    def _all_of(self, ids: Sequence[ReviewId]) -> list[FiledReview]:
        found = self.transaction.reviews.among(ids)
        missing = [each for each in ids if each not in found]
        if missing:
            raise NotFoundError(f"there is no review {', '.join(missing)}; nothing was changed")
        return [found[each] for each in dict.fromkeys(ids)]


def decision_event(review: Review) -> Event:
    """That a review was decided about, as its decision says. Raises ValueError when nobody did."""
    decision = review.decision
    if decision is None:
        raise ValueError(f"nobody decided about {review.id}")
    return Event(
        kind=EVENTS[decision.state],
        at=decision.at,
        by=decision.by,
        subject_id=review.subject_id,
        review_id=review.id,
        details={"reason": str(decision.reason)} if decision.reason else {},
    )


def undo_event(review: Review, *, by: str, at: datetime) -> Event:
    """That the last decision about a review was taken back; the review is as it is again."""
    reason = review.decision.reason if review.decision else None
    return Event(
        kind=EVENTS[review.state],
        at=at,
        by=by,
        subject_id=review.subject_id,
        review_id=review.id,
        details={"undone": "yes", **({"reason": str(reason)} if reason else {})},
    )


def _is_decided(review: Review, at: datetime, by: str) -> bool:
    """Whether this is what one person decided at this time, and nobody anything since."""
    decision = review.decision
    is_theirs = decision is not None and (decision.at, decision.by, decision.state) == (at, by, review.state)
    return is_theirs and review.state in (State.APPROVED, State.REJECTED)


def _may_return(filed: FiledReview, was: EarlierDecision) -> bool:
    may_be = was.state in MOVES[filed.review.state]
    return may_be and (was.state is not State.APPROVED or filed.review.standing is Standing.PUBLIC)


def _refuse_hidden(filed: Sequence[FiledReview]) -> None:
    if hidden := [each.review.id for each in filed if each.review.standing is Standing.HIDDEN]:
        raise RefusedError(
            f"{', '.join(hidden)}: hidden at the source, and so never shown here; nothing was changed."
            " When the source shows it again, it can be approved"
        )


def reason_from(text: str) -> Reason:
    """Raises RefusedError with the reasons there are."""
    try:
        return Reason(text)
    except ValueError as error:
        raise RefusedError(f"{text!r} is not a reason for rejecting; there are {', '.join(Reason)}") from error
