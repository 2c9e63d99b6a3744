"""What quotes rest on: the review behind each, as it stands at this moment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from engine.domain import Quote, Review
from engine.material import Standing
from engine.rights import may_quote
from engine.store import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One quote and its review."""

    quote: Quote
    review: Review | None
    """None where it is kept no longer."""
    may_stand: bool
    """Whether these are its author's words still, and may be quoted."""


def evidence_of(transaction: Transaction, quotes: Iterable[Quote], now: datetime) -> Mapping[Quote, Evidence]:
    """Each of the quotes with what it rests on."""
    wanted = set(quotes)
    filed = transaction.reviews.among(sorted({each.review_id for each in wanted}), lock=False)
    rights = {each.id: each.rights for each in transaction.sources.all().values()}
    reviews = {each: found.review for each, found in filed.items()}
    quotable = {each: review for each, review in reviews.items() if may_quote(review, rights[review.source_id], now)}
    standing = Standing(quotable)
    return {
        each: Evidence(quote=each, review=reviews.get(each.review_id), may_stand=standing.has_quotes([each]))
        for each in wanted
    }
