"""Searching as tests ask it: a store with an index of words beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.domain import Review, ReviewId
from engine.domain.search import Facet
from engine.search.narrowing import Wish
from engine.search.projection import Indexer
from engine.search.searching import Found, Hit, Searching
from engine.store import Store
from review_site.asked_questions import read_question
from tests.factories import NOON, fill, make_settings
from tests.word_index import WordIndex


@dataclass(frozen=True, slots=True)
class Library:
    """A store whose reviews are all indexed."""

    store: Store
    index: WordIndex
    searching: Searching

    def ask(self, words: str = "", *, now: datetime = NOON, **said: Any) -> Found:
        """``facets`` by their names, each with its values; all else as a wish has it."""
        asked, _ = read_question(words, said.pop("facets", {}))
        with self.store.reading() as transaction:
            return self.searching.search(transaction, Wish(asked=asked, **said), now)

    def ids(self, words: str = "", **said: Any) -> list[ReviewId]:
        return ids_of(self.ask(words, **said).hits)

    def counts(self, facet: Facet, words: str = "", **said: Any) -> dict[str, int]:
        [found] = [each for each in self.ask(words, **said).facets if each.facet is facet]
        return {each.value: each.count for each in found.values}


def library(store: Store, *reviews: Review, **changes: Any) -> Library:
    fill(store, reviews, **changes)
    index = WordIndex()
    assert Indexer(
        store=store, index=index, clock=lambda: NOON, quotability=lambda each: len(each.body) % 101
    ).rebuild()
    return Library(store=store, index=index, searching=Searching(index=index, settings=make_settings()))


def ids_of(hits: Sequence[Hit]) -> list[ReviewId]:
    return [each.shown.review.id for each in hits]


def _length(review: Review) -> int:
    return len(review.body) % 101
