"""Deciding about questions and answers: the decision, the entry's state and the marks of work are one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from engine.auditing import faq_decided
from engine.domain import Event, EventKind, FaqDecision, FaqEntry, FaqId, FaqState, Scope
from engine.errors import ForbiddenMoveError, RefusedError
from engine.faq import PLACEHOLDERS, filled, unknown_placeholders
from engine.outbox import Work, page_key
from engine.store import Transaction
from engine.text import clean_line

LONGEST_NAME = 64
"""Characters of the name of whoever decides."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """What an entry was before somebody decided about it, for whoever thinks better of it."""

    id: FaqId
    state: FaqState
    question: str
    opening: str | None = None
    """Of the decision before, if there was one that had its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Editing:
    """What an editor can do to questions and answers, within the caller's transaction."""

    transaction: Transaction
    now: datetime
    by: str

    def __post_init__(self) -> None:
        if not self.by or len(self.by) > LONGEST_NAME:
            raise RefusedError(f"say by whom, in {LONGEST_NAME} characters at most")

    def approve(self, ids: Sequence[FaqId]) -> list[FaqEntry]:
        """Approves entries as they stand: their wording and quotes stay, whatever is drafted later.

        Raises NotFoundError, and ForbiddenMoveError for one that rests on nothing any more; nothing is changed then.
        """
        entries = self._marked(ids)
        for each in entries:
            _refuse_baseless(each)
        decisions = [self._decision(each) for each in entries]
        for entry, decision in zip(entries, decisions, strict=True):
            _refuse_missing_numbers(entry, decision.opening or "")
        return [self._decide(*each) for each in zip(entries, decisions, strict=True)]

    def reject(self, ids: Sequence[FaqId]) -> list[FaqEntry]:
        """Rejects entries: they are shown nowhere, however often they are drafted again. Raises NotFoundError."""
        return [
            self._decide(each, replace(self._decision(each), state=FaqState.REJECTED, quotes=()))
            for each in self._marked(ids)
        ]

    def edit(self, wanted: FaqId, *, question: str | None = None, opening: str | None = None) -> FaqEntry:
        """Gives an entry another question, or its answer another sentence before the quotes, and approves it so.

        ``{count}`` and its like in the opening are filled with the numbers of the day. Raises NotFoundError,
        ForbiddenMoveError, and RefusedError for empty words and for placeholders that the entry has no number for.
        """
        [entry] = self._marked([wanted])
        _refuse_baseless(entry)
        decision = self._decision(entry)
        if question is not None:
            decision = replace(decision, question=_words(question, "question"))
        if opening is not None:
            decision = replace(decision, opening=_opening(opening, entry))
        return self._decide(entry, decision)

    def earlier(self, wanted: FaqId) -> Earlier:
        """What an entry is now, to be put back after a decision. Raises NotFoundError."""
        entry, decision = self.transaction.faq.find(wanted), self.transaction.faq.decision(wanted)
        opening = decision.opening if decision else None
        return Earlier(id=entry.id, state=entry.state, question=entry.question, opening=opening)

    def put_back(self, earlier: Earlier) -> FaqEntry:
        """Makes an entry what it was before it was decided about; a draft is worded anew with the next run.

        What was taken out of it since is not put back. Raises NotFoundError, ForbiddenMoveError where it was approved
        and rests on nothing any more, and RefusedError as ``edit`` does.
        """
        [entry] = self._marked([earlier.id])
        question = _words(earlier.question, "question")
        if earlier.state is FaqState.DRAFT:
            self.transaction.faq.forget(entry.id)
            return self._keep(entry, replace(entry, question=question, state=FaqState.DRAFT))
        opening = None if earlier.opening is None else _opening(earlier.opening, entry)
        decision = replace(self._decision(entry), question=question, opening=opening)
        if earlier.state is FaqState.REJECTED:
            return self._decide(entry, replace(decision, state=FaqState.REJECTED, quotes=()))
        if earlier.state is FaqState.STALE:
            return self._decide(entry, replace(decision, state=FaqState.STALE))
        _refuse_baseless(entry)
        return self._decide(entry, decision)

    def _marked(self, ids: Sequence[FaqId]) -> list[FaqEntry]:
        """The entries as they are once the work is left: the marks are what this transaction and others meet at.

        A miner or publisher in flight loses its lease; a withdrawal in flight is waited for, and what it takes out of
        an entry is not put back by whoever read it before.
        """
        wanted = list(dict.fromkeys(ids))
        subjects = sorted({self.transaction.faq.find(each).subject_id for each in wanted})
        topics = {topic for each in subjects for topic in self.transaction.topics.of_subject(each)}
        pages = [page_key(Scope.SUBJECT, each) for each in subjects]
        self.transaction.marks.set(Work.MINE, subjects, self.now)
        self.transaction.marks.set(Work.PUBLISH, pages, self.now)
        self.transaction.marks.set(Work.PUBLISH, [page_key(Scope.TOPIC, each) for each in sorted(topics)], self.now)
        return [self.transaction.faq.find(each) for each in wanted]

    def _decision(self, entry: FaqEntry) -> FaqDecision:
        """The approval of an entry as it stands, with the opening that was approved before, if one was."""
        before = self.transaction.faq.decision(entry.id)
        return FaqDecision(
            id=entry.id,
            subject_id=entry.subject_id,
            language=entry.language,
            state=FaqState.APPROVED,
            by=self.by,
            at=self.now,
            question=entry.question,
            opening=before.opening if before else None,
            quotes=tuple(each.quote for each in entry.sentences if each.quote),
        )

    def _decide(self, entry: FaqEntry, decision: FaqDecision) -> FaqEntry:
        self.transaction.faq.decide(decision)
        drafted, *quotes = entry.sentences or (None,)
        if drafted and decision.opening and decision.state is FaqState.APPROVED:
            drafted = replace(drafted, text=filled(decision.opening, entry.numbers))
        sentences = tuple(each for each in (drafted, *quotes) if each)
        return self._keep(entry, replace(entry, question=decision.question, sentences=sentences, state=decision.state))

    def _keep(self, entry: FaqEntry, after: FaqEntry) -> FaqEntry:
        self.transaction.faq.save(after)
        details: dict[str, str | int] = {"question": entry.id, "was": entry.state, "is": after.state}
        event = Event(kind=EventKind.FAQ_UPDATED, at=self.now, by=self.by, subject_id=entry.subject_id, details=details)
        self.transaction.events.add([event])
        self.transaction.audit.add(faq_decided(entry, after, by=self.by, at=self.now))
        return after


def _refuse_baseless(entry: FaqEntry) -> None:
    """An answer begins with its counts: one without them is no longer drafted."""
    if not entry.sentences or entry.sentences[0].quote:
        raise ForbiddenMoveError(f"{entry.id} cannot be approved: customers do not say it often enough any more")
    if not entry.review_ids:
        raise ForbiddenMoveError(
            f"{entry.id} cannot be approved: no quote is left; it is drafted anew with the next run"
        )


def _words(text: str, what: str) -> str:
    cleaned = clean_line(text)
    if not cleaned:
        raise RefusedError(f"the {what} is empty")
    return cleaned


def _opening(text: str, entry: FaqEntry) -> str:
    opening = _words(text, "answer")
    _refuse_missing_numbers(entry, opening)
    return opening


def _refuse_missing_numbers(entry: FaqEntry, opening: str) -> None:
    unknown = unknown_placeholders(opening, entry.numbers)
    if unknown:
        wrong = ", ".join(f"{{{each}}}" for each in unknown)
        allowed = ", ".join(f"{{{each}}}" for each in PLACEHOLDERS if each in entry.numbers)
        raise RefusedError(f"{wrong}: the answer {entry.id} has no such number; it has {allowed}")
