"""Questions and answers as the workshop shows them: each sentence beside the quotes that it rests on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from engine.domain import FaqDecision, FaqEntry, FaqState, Quote, ReviewId, Sentence, State
from engine.evidence import Evidence, evidence_of
from engine.faq import PLACEHOLDERS
from engine.i18n import Texts
from engine.store import Transaction
from review_site.console.faq.filters import PLACE
from review_site.console.shell import Cell, Column, Table

MOST_NAMED = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownQuote:
    """A sentence's quote with its review."""

    author: str | None
    before: str
    words: str
    after: str
    """What the review says before the quote, the quote, and after it."""
    state: State | None
    """Of the review; None where it is kept no longer."""
    may_stand: bool
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownSentence:
    text: str
    voices: int
    """How many reviews it rests on."""
    reviews: Sequence[tuple[ReviewId, str]]
    """The first MOST_NAMED of them, with where each is read; the file of the entry names all."""
    quote: ShownQuote | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownEntry:
    entry: FaqEntry
    subject: str
    """Its name."""
    sentences: Sequence[ShownSentence]
    numbers: Sequence[tuple[str, str]]
    """What may stand in braces in its answer, and what stands there then."""
    decision: FaqDecision | None = None

    @property
    def address(self) -> str:
        return f"{PLACE}/answers/{self.entry.id}"

    @property
    def is_shown(self) -> bool:
        return self.entry.state.is_shown

    @property
    def is_rejected(self) -> bool:
        return self.entry.state is FaqState.REJECTED


def shown_entries(transaction: Transaction, entries: Sequence[FaqEntry], now: datetime) -> list[ShownEntry]:
    """The entries with their evidence as it stands at this moment."""
    evidence = evidence_of(transaction, [quote for each in entries for quote in each.quotes], now)
    subjects = transaction.subjects.among(sorted({each.subject_id for each in entries}))
    return [_entry(each, subjects[each.subject_id].name, evidence) for each in entries]


def shown_entry(transaction: Transaction, entry: FaqEntry, now: datetime) -> ShownEntry:
    """One entry with its evidence and with what was decided about it."""
    [shown] = shown_entries(transaction, [entry], now)
    return replace(shown, decision=transaction.faq.decision(entry.id))


def evidence_table(texts: Texts, entry: FaqEntry) -> Table:
    """A row for each review that a sentence of the entry rests on."""
    rows = [[Cell(text=each.text), Cell(text=review)] for each in entry.sentences for review in each.review_ids]
    columns = [Column(title=texts("sentence")), Column(title=texts("review"))]
    return Table(caption=texts("evidence"), columns=columns, rows=rows)


def _entry(entry: FaqEntry, subject: str, evidence: Mapping[Quote, Evidence]) -> ShownEntry:
    return ShownEntry(
        entry=entry,
        subject=subject,
        sentences=[_sentence(each, evidence) for each in entry.sentences],
        numbers=[(each, entry.numbers[each]) for each in PLACEHOLDERS if each in entry.numbers],
    )


def _sentence(sentence: Sentence, evidence: Mapping[Quote, Evidence]) -> ShownSentence:
    return ShownSentence(
        text=sentence.text,
        voices=len(sentence.review_ids),
        reviews=[(each, review_address(each)) for each in sentence.review_ids[:MOST_NAMED]],
        quote=_quote(evidence[sentence.quote]) if sentence.quote else None,
    )


def _quote(found: Evidence) -> ShownQuote:
    body = found.review.body if found.review else ""
    before, words, after = body.partition(found.quote.text)
    return ShownQuote(
        author=found.quote.author,
        # A review that says something else by now is shown as it is, with nothing marked.
        before=before,
        words=words,
        after=after,
        state=found.review.state if found.review else None,
        may_stand=found.may_stand,
        address=review_address(found.quote.review_id),
    )


def review_address(review: ReviewId) -> str:
    """Where a review is read in the console."""
    return f"/console/reviews/{review}"
