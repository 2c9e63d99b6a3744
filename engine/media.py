"""Deciding about pictures and film: each has an approval of its own, and stands only where its review stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.auditing import media_decided
from engine.domain import Event, EventKind, MediaId, Review, Standing, State
from engine.errors import NotFoundError, RefusedError
from engine.outbox import mark_changed
from engine.store import FiledMedia, Transaction
from engine.takedown import take_words_away

OVER = frozenset({State.REJECTED, State.WITHDRAWN})


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaApproval:
    """What a moderator can do to pictures and film, within the caller's transaction."""

    transaction: Transaction
    now: datetime
    mining_delay: timedelta = timedelta(0)

    def approve(self, ids: Sequence[MediaId], *, by: str) -> list[Review]:
        """Lets pictures stand beside their reviews; returns these.

        Raises NotFoundError, and RefusedError when one is hidden at its source or its review is over, with nothing
        changed.
        """
        return self._decide(ids, State.APPROVED, by)

    def reject(self, ids: Sequence[MediaId], *, by: str) -> list[Review]:
        """Keeps pictures off every page; where one stood it is gone with this transaction."""
        return self._decide(ids, State.REJECTED, by)

    def _decide(self, ids: Sequence[MediaId], state: State, by: str) -> list[Review]:
        found = self.transaction.media.among(ids)
        if missing := [each for each in ids if each not in found]:
            raise NotFoundError(f"there is no picture or film {', '.join(missing)}; nothing was changed")
        filed = self.transaction.reviews.among(list({each.review_id for each in found.values()}))
        reviews = {which: each.review for which, each in filed.items()}
        if state is State.APPROVED:
            for each in found.values():
                _refuse_unless_it_may_stand(each, reviews[each.review_id])
        mark_changed(
            self.transaction,
            (each.subject_id for each in reviews.values()),
            now=self.now,
            mining_delay=self.mining_delay,
            reviews=reviews.values(),
        )
        self.transaction.media.move(found, state)
        if state is State.REJECTED:
            stood = {each.review_id for each in found.values() if each.media.state is State.APPROVED}
            take_words_away(self.transaction, [reviews[each] for each in sorted(stood)], self.now)
        self.transaction.events.add([self._event(each, reviews[each.review_id], state, by) for each in found.values()])
        self.transaction.audit.add(
            *(media_decided(each.media.id, each.media.state, state, by=by, at=self.now) for each in found.values())
        )
        return list(reviews.values())

    def _event(self, each: FiledMedia, review: Review, state: State, by: str) -> Event:
        return Event(
            kind=EventKind.REVIEW_CHANGED,
            at=self.now,
            by=by,
            subject_id=review.subject_id,
            review_id=review.id,
            details={"media": each.media.id, "was": each.media.state, "is": state},
        )


def _refuse_unless_it_may_stand(each: FiledMedia, review: Review) -> None:
    if each.media.standing is not Standing.PUBLIC:
        raise RefusedError(f"{each.media.id} is hidden at its source, and so never shown here; nothing was changed")
    if review.state in OVER:
        raise RefusedError(f"{each.media.id} hangs on {review.id}, which is {review.state}; nothing was changed")
