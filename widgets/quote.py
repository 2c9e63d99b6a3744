"""One review as a quotation, chosen blind to its rating."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.domain import Draft, Material, Review, Scope
from engine.i18n import Texts
from widgets.cards import Card, short_card
from widgets.links import method_page, review_page, reviews_page
from widgets.rendering import language_tag, render, words
from widgets.selection import selection

SHORTEST, LONGEST = 40, 320
"""In characters: fewer say little, more are no quotation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteContext:
    language: str
    texts: Texts
    card: Card
    cite: str
    selection: Sequence[str]
    start: str
    method: str


class SingleQuote:
    """The newest review in the language of the page that can be quoted; nothing where there is none."""

    name = "quote"
    media_type = "text/html; charset=utf-8"
    scopes = frozenset(Scope)
    needs: Sequence[str] = ()

    def build(self, material: Material) -> Draft | None:
        review = next((each for each in material.shown if _can_be_quoted(each, material)), None)
        if review is None:
            return None
        texts = words(material.locale)
        context = QuoteContext(
            language=language_tag(texts),
            texts=texts,
            card=short_card(review, material, texts, LONGEST),
            cite=review_page(review.id, material),
            selection=selection(material, texts, texts("selection-quote") if material.total_shown > 1 else ""),
            start=reviews_page(material),
            method=method_page(material),
        )
        return Draft(body=render("quote.html", context), reviews=[review.id])


def _can_be_quoted(review: Review, material: Material) -> bool:
    """Whether its text says something, and fits or may be excerpted; how it rates is not looked at."""
    is_in_language = (review.language or "").partition("-")[0] == material.locale.partition("-")[0]
    says_enough = len(review.body) >= SHORTEST
    return is_in_language and says_enough and (len(review.body) <= LONGEST or review.id in material.excerptable)
