"""What a batch changes: its reviews as they were and as they will be, before anything of it is written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from engine.domain import ApprovalRule, Review, ReviewId, Rights, State, Translation
from engine.policy import approved_by_policy
from engine.rights import is_too_old, told_again
from engine.store import FiledReview, Tally

WORDS = ("title", "body", "author", "role", "company", "original")


@dataclass(slots=True)
class Changes:
    """The reviews of a batch as they will be, and as they were."""

    fresh: list[FiledReview] = field(default_factory=list)
    changed: list[tuple[FiledReview, FiledReview]] = field(default_factory=list)
    told_again: list[FiledReview] = field(default_factory=list)
    approved: dict[ReviewId, Review] = field(default_factory=dict)
    """Those that a policy approved at once."""

    def add(self, old: FiledReview | None, new: FiledReview, policy: Sequence[ApprovalRule], now: datetime) -> None:
        decided = approved_by_policy(new, policy, now)
        if decided is not new:
            self.approved[decided.review.id] = decided.review
        if old is None:
            self.fresh.append(decided)
        else:
            self.changed.append((old, decided))

    def saved(self) -> Iterator[FiledReview]:
        yield from self.fresh
        yield from (new for _, new in self.changed)

    def rewritten(self) -> Iterator[FiledReview]:
        """Those that had other words, as they were."""
        yield from (old for old, new in self.changed if words_of(old.review) != words_of(new.review))

    def silenced(self) -> Iterator[Review]:
        """Those whose words, as they were, may stand nowhere any longer.

        A policy that approves other words at once does not save the earlier ones.
        """
        yield from (
            old.review for old, new in self.changed if old.is_shown and (not new.is_shown or _is_tied(old, new))
        )
        yield from (old.review for old in self.rewritten() if old.is_shown)

    def visible(self, rights: Rights, now: datetime) -> list[Review]:
        """Those that visitors see change, as they were and as they will be; what had grown too old is shown again."""
        shown = [each for pair in self.changed if pair[0].is_shown or pair[1].is_shown for each in pair]
        shown += (each for each in self.told_again if each.is_shown and is_too_old(each.review, rights, now))
        return [*(each.review for each in shown), *self.approved.values()]

    def tally(self) -> Tally:
        tally = Tally()
        for each in self.fresh:
            tally.add(each)
        for old, new in self.changed:
            tally.take_away(old)
            tally.add(new)
        return tally


def merged(old: Review, new: Review) -> Review:
    """A known review as its source tells it now.

    Other words go back to pending, because nobody has decided about them; another rating or date does not, nor does
    being hidden there for a while. Consent and the time of first receipt stay, unless the author was asked again.
    """
    kept = replace(new, consent=told_again(old.consent, new.consent), received_at=old.received_at)
    if words_of(old) == words_of(new) or old.state is State.PENDING:
        return replace(kept, state=old.state, decision=old.decision)
    return kept


def words_of(review: Review) -> tuple[str | Translation | None, ...]:
    """All of a review that visitors read as its author's: when it changes, somebody has to decide anew."""
    return tuple(getattr(review, name) for name in WORDS)


def _is_tied(old: FiledReview, new: FiledReview) -> bool:
    """Whether something else ties the author to the company than before: it has to be said beside the words."""
    was, now = old.review, new.review
    return (was.incentive, was.relation) != (now.incentive, now.relation)
