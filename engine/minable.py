"""The texts of a subject that may be mined, by language: those whose words may be published, or only be counted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from engine.domain import Review, SubjectId
from engine.mining import MinedText
from engine.rights import may_count, may_quote
from engine.store import Transaction

Texts = Mapping[str, Sequence[MinedText]]
"""By language without its region."""


def quotable_texts(transaction: Transaction, subject: SubjectId, now: datetime) -> Texts:
    """Whatever may be quoted at this moment: all that is published about phrases rests on these reviews alone."""
    rights = {each.id: each.rights for each in transaction.sources.all().values()}
    reviews = transaction.reviews.shown(subject)
    return _by_language(each for each in reviews if may_quote(each, rights[each.source_id], now))


def countable_texts(transaction: Transaction, subject: SubjectId, now: datetime) -> Texts:
    """The same, and whatever only the company may know: for counts that leave it nowhere, and never for a quote."""
    rights = {each.id: each.rights for each in transaction.sources.all().values()}
    reviews = transaction.reviews.approved(subject)
    return _by_language(each for each in reviews if may_count(each, rights[each.source_id], now))


def _by_language(reviews: Iterable[Review]) -> Texts:
    """A rating without words says nothing to a miner."""
    texts: defaultdict[str, list[MinedText]] = defaultdict(list)
    for each in reviews:
        if each.language and each.body:
            texts[each.language.partition("-")[0]].append(_text(each))
    return dict(texts)


def _text(review: Review) -> MinedText:
    return MinedText(
        id=review.id,
        voice=review.voice or review.id,
        text=review.body,
        author=review.author,
        hundredths=review.rating.hundredths if review.rating else None,
        written_at=review.written_at,
    )
