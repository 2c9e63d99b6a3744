"""Takes the words of reviews off everything that quotes them, in the transaction that ends the right to."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from engine.domain import Event, EventKind, FaqDecision, FaqState, Review, ReviewId, Scope
from engine.outbox import Work, page_key
from engine.rights import may_quote
from engine.store import Transaction
from engine.text import borrows


def take_words_away(transaction: Transaction, reviews: Sequence[Review], now: datetime) -> None:
    """Empties every snippet that quotes one of the reviews; FAQ entries that may quote them no more go stale.

    ``reviews`` are as they were. The caller has saved them as they are now, and marked their subjects before that: it
    is what keeps a publisher in flight from writing them again.
    """
    if not reviews:
        return
    gone = _no_longer_quotable(transaction, reviews, now)
    borrowed = _borrowed(transaction, [each for each in reviews if each.id in gone], now)
    beside = {quote.review_id for decision in borrowed for quote in decision.quotes}
    _empty(transaction, beside | {each.id for each in reviews}, now)
    for subject in sorted({each.subject_id for each in reviews if each.id in gone}):
        transaction.faq.take_away(subject, gone)
    for decision in borrowed:
        transaction.faq.doubt(transaction.faq.decision(decision.id) or decision)


def _empty(transaction: Transaction, quoted: Collection[ReviewId], now: datetime) -> None:
    gone = transaction.snippets.quoting(sorted(quoted))
    transaction.snippets.remove(each.key for each in gone)
    transaction.events.add(
        [
            Event(
                kind=EventKind.SNIPPET_REMOVED,
                at=now,
                by="engine",
                subject_id=each.key.subject_id,
                details={**each.key.details, "version": each.version + 1},
            )
            for each in gone
        ]
    )


def _no_longer_quotable(transaction: Transaction, reviews: Sequence[Review], now: datetime) -> set[ReviewId]:
    """An approved answer is only undone where its quote may stand no more: a person has to approve it again."""
    rights = {each.id: each.rights for each in transaction.sources.all().values()}
    found = transaction.reviews.among([each.id for each in reviews])
    kept = {each: filed.review for each, filed in found.items()}
    # What was erased is found no more, and may be quoted as little.
    return {
        each.id for each in reviews if each.id not in kept or not may_quote(kept[each.id], rights[each.source_id], now)
    }


def _borrowed(transaction: Transaction, gone: Sequence[Review], now: datetime) -> list[FaqDecision]:
    """What was approved in words of the reviews that nobody marked as a quote: whoever edited it wrote them down."""
    found = [
        decision
        for subject in sorted({each.subject_id for each in gone})
        for decision in transaction.faq.decisions(subject)
        if decision.state is not FaqState.REJECTED and _holds_words(decision, gone)
    ]
    # Topics print such an answer too, and those that nobody who is gone speaks of are marked by nobody else.
    topics = {topic for each in found for topic in transaction.topics.of_subject(each.subject_id)}
    transaction.marks.set(Work.PUBLISH, [page_key(Scope.TOPIC, each) for each in sorted(topics)], now)
    return found


def _holds_words(decision: FaqDecision, gone: Sequence[Review]) -> bool:
    wording = f"{decision.question}\n{decision.opening or ''}"
    return any(each.subject_id == decision.subject_id and borrows(wording, each.body) for each in gone)
