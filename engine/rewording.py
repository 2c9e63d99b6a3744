"""Drafts in a language model's wording, where it keeps the rules: asked once about each draft, and never needed.

Whatever goes wrong, with the endpoint or in what it says, leaves the draft as it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Protocol

from engine.domain import FaqDecision, FaqEntry, ModelAnswer, Quote, digest
from engine.errors import BadValueError, RetryLaterError, SourceError
from engine.faq.retrieval import Finder
from engine.faq.rewording import Offer, Proposal, candidates, judged, offer
from engine.language_model import LanguageModel
from engine.mining import MinedText
from engine.store import Store

CALLS = "calls of the language model"
FAILED = "language model failed"
BUSY_PAUSE = timedelta(minutes=5)
REFUSED_PAUSE = timedelta(hours=1)
"""For what a person has to mend: a wrong key, an address that is none."""


class Rewording(Protocol):
    """Whatever may word a draft otherwise."""

    @property
    def longest(self) -> timedelta:
        """How long one draft takes at most."""
        ...

    def reword(self, entry: FaqEntry, quotes: Sequence[Quote], before: ModelAnswer | None, now: datetime) -> FaqEntry:
        """The draft with another question or other quotes of those given, or as it was; never raises SourceError.

        ``before`` is what came of this entry when it was reworded last.
        """
        ...


def reword_drafts(
    rewording: Rewording,
    drafts: Sequence[FaqEntry],
    texts: Sequence[MinedText],
    language: str,
    *,
    before: Sequence[FaqEntry],
    decisions: Sequence[FaqDecision],
    now: datetime,
) -> list[FaqEntry]:
    """The drafts of one subject in one language, each reworded unless a person decided about it; in their order.

    No two of them quote the same sentence.
    """
    finder = Finder(texts, language)
    known = {each.id: each.model_answer for each in before}
    settled = {each.id for each in decisions}
    taken = {quote for each in drafts for quote in _quoted(each)}
    reworded: list[FaqEntry] = []
    for each in drafts:
        entry = each
        if each.id not in settled:
            entry = rewording.reword(each, candidates(each, finder, taken), known.get(each.id), now)
            taken |= _quoted(entry)
        reworded.append(entry)
    return reworded


def _quoted(entry: FaqEntry) -> set[str]:
    return {each.quote.text for each in entry.sentences if each.quote}


@dataclass(slots=True, kw_only=True)
class Rewriter:
    """A language model that is asked at most so often a day, all processes of the instance together."""

    store: Store
    model: LanguageModel
    calls_a_day: int
    longest: timedelta
    _rests_until: datetime | None = field(default=None, init=False)

    def reword(self, entry: FaqEntry, quotes: Sequence[Quote], before: ModelAnswer | None, now: datetime) -> FaqEntry:
        """The draft with another question or other quotes of those given, or as it was; never raises SourceError.

        What the model said of the same draft before is taken as its answer, and judged again, without a call.
        """
        offered = offer(entry, quotes)
        if offered is None:
            return entry
        asked = digest(offered.sign, self.model.model)
        if before is not None and before.asked == asked:
            return _as_before(offered, before)
        if not self._may_ask(now):
            return entry
        try:
            return _judged(offered, self.model.propose(offered), asked)
        except BadValueError as error:
            return replace(entry, model_answer=ModelAnswer(asked=asked, refused=str(error)))
        except SourceError as error:
            self._rest(error, now)
            return entry

    def _may_ask(self, now: datetime) -> bool:
        """Counts a call of this day; says no where there were enough, or the endpoint is left in peace."""
        if self._rests_until is not None and now < self._rests_until:
            return False
        today = now.date().isoformat()
        with self.store.writing() as transaction:
            day, _, calls = transaction.memory.hold(CALLS).partition(" ")
            made = int(calls) if day == today else 0
            if made < self.calls_a_day:
                transaction.memory.save(CALLS, f"{today} {made + 1}")
        return made < self.calls_a_day

    def _rest(self, error: SourceError, now: datetime) -> None:
        pause = REFUSED_PAUSE
        if isinstance(error, RetryLaterError):
            pause = timedelta(seconds=error.retry_after) if error.retry_after else BUSY_PAUSE
        self._rests_until = now + pause
        with self.store.writing() as transaction:
            transaction.memory.save(FAILED, f"{now.isoformat(timespec='seconds')} {error}")


def _as_before(offered: Offer, before: ModelAnswer) -> FaqEntry:
    if before.refused:
        return replace(offered.entry, model_answer=before)
    return _judged(offered, Proposal(question=before.question, quotes=before.quotes), before.asked)


def _judged(offered: Offer, proposal: Proposal, asked: str) -> FaqEntry:
    entry, wrong = judged(offered, proposal)
    if wrong:
        return replace(entry, model_answer=ModelAnswer(asked=asked, refused="; ".join(wrong)))
    answer = ModelAnswer(asked=asked, question=proposal.question, quotes=tuple(proposal.quotes))
    return replace(entry, model_answer=answer)
