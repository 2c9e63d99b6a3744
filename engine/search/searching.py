"""Searching: what was asked, and the reviews that answer it at this moment, counted, narrowed, sorted and excerpted.

The index is asked for words alone. What is narrowed and counted is the database's, and each review is read from it once
more before it is given out: what was withdrawn a moment ago is neither found nor counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import numpy as np

from engine.domain import PublishSettings, ReviewId, State
from engine.domain.search import Asked, Facet, Matches, Sorting, Suggestion, TextField
from engine.errors import NotFoundError
from engine.search.codes import Columns, Mask, Places
from engine.search.counting import FacetCounts, facet_counts
from engine.search.excerpts import Excerpt, Span, excerpts, marks
from engine.search.facets import having
from engine.search.following import Following
from engine.search.narrowing import Wish, all_of, as_columns, is_wanted, masks_of, reach_of, within
from engine.search.orders import DEEPEST, Cursor, cursor_at, in_order, ranks_after, read_cursor
from engine.search.protocol import Index
from engine.search.wanted import Wanted
from engine.showing import Kept, Shown, kept_among, shown_among
from engine.store import Transaction
from engine.store.search import APPLIED

SPARE = 20
"""Reviews that are read beyond a page, for those that are no longer what was asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One review that answers the question."""

    shown: Shown
    kept: Kept | None
    """What only those may know who may read what is kept; None for all others."""
    has_all_words: bool
    title_marks: Sequence[Span]
    excerpts: Sequence[Excerpt]
    """Of the body."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    hits: Sequence[Hit]
    following: str | None
    """The cursor of the next page; None on the last."""
    total: int
    """Reviews with all the words; a page may go on with reviews that have only some of them."""
    facets: Sequence[FacetCounts]
    meant: Asked | None
    """The question as it was probably meant, where a word of it is unknown."""


@dataclass(slots=True)
class Searching:
    """Answers questions; one for all threads of a process."""

    index: Index
    settings: PublishSettings
    _following: Following = field(default_factory=Following, init=False)

    def search(self, transaction: Transaction, wish: Wish, now: datetime) -> Found:
        """Raises BadValueError for a cursor that this order did not give, IndexUnusableError where words cannot be
        looked for; a question without words needs no index, once reviews were taken in."""
        self._refuse_before_the_first(transaction)
        known, after = self._following.columns(transaction), read_cursor(wish.after, wish.order)
        reach = reach_of(transaction, known, wish, now) & is_wanted(known, wish.asked)
        selected = {facet: having(known, facet, values) for facet, values in wish.asked.facets.items()}
        narrowed = all_of(reach, selected.values())
        words, matches = self._words(wish, known, reach), None
        if wish.order is Sorting.RELEVANCE:
            rank = after.first if after else 0
            most = min(DEEPEST, rank + wish.limit + 1 + SPARE)
            matches = self.index.search(wish.asked, within=within(known, narrowed), limit=most)
        candidates = _candidates(known, narrowed & words, wish, matches, after)
        hits = self._hits(transaction, known, wish, candidates, words, now)
        return Found(
            hits=[hit for _, hit in hits[: wish.limit]],
            following=_following(known, wish, [place for place, _ in hits], candidates, matches),
            total=int(np.count_nonzero(narrowed & words)),
            facets=facet_counts(
                transaction, known, masks_of(wish, reach & words, selected), wish.asked.facets, wish.whole
            ),
            meant=self._meant(wish, known, reach),
        )

    def similar(self, transaction: Transaction, review: ReviewId, wish: Wish, now: datetime) -> list[Hit]:
        """Reviews that share what is particular about one. Raises NotFoundError where the asker does not find that one,
        IndexUnusableError."""
        self._refuse_before_the_first(transaction)
        known = self._following.columns(transaction)
        reach = reach_of(transaction, known, wish, now)
        place = known.places(list(transaction.search.numbers([review]).values()))
        if not len(place) or not reach[place[0]]:
            raise NotFoundError(f"there is no review {review!r}")
        number = int(known.numbers[place[0]])
        matches = self.index.similar(number, within=within(known, reach), limit=wish.limit + SPARE)
        candidates = known.places([each for each, _ in matches.best])
        found = self._hits(transaction, known, wish, candidates[reach[candidates]], known.everything, now)
        return [hit for _, hit in found[: wish.limit]]

    def suggest(
        self, transaction: Transaction, start: str, wish: Wish, now: datetime, language: str | None = None
    ) -> list[Suggestion]:
        """Words that begin so, the commonest first, with how many reviews have them; only words of reviews that the
        asker finds. Raises IndexUnusableError."""
        if wish.is_for_readers and not wish.subjects:
            return list(self.index.suggest(start, language=language, limit=wish.limit))
        known = self._following.columns(transaction)
        reach = within(known, reach_of(transaction, known, wish, now))
        return list(self.index.suggest(start, language=language, limit=wish.limit, within=reach))

    def _refuse_before_the_first(self, transaction: Transaction) -> None:
        """Raises IndexUnusableError where there are reviews and the index was never made: what they are narrowed by is
        not there either, and nobody is told that there is no review."""
        if not transaction.memory.find(APPLIED) and transaction.attention.has_reviews():
            self.index.search(Asked(), within=None, limit=1)

    def _words(self, wish: Wish, known: Columns, reach: Mask) -> Mask:
        """Which reviews have all the words."""
        if wish.has_words:
            # Within the whole reach: what a facet counts is not narrowed by its own selection.
            return known.among(self.index.search(wish.asked, within=within(known, reach), limit=1).numbers)
        words = known.everything
        for each in wish.asked.clauses:
            unwanted = Asked(clauses=(replace(each, is_excluded=False),), language=wish.asked.language)
            words = words & ~known.among(self.index.search(unwanted, within=None, limit=1).numbers)
        return words

    def _hits(
        self,
        transaction: Transaction,
        known: Columns,
        wish: Wish,
        candidates: Places,
        words: Mask,
        now: datetime,
    ) -> list[tuple[int, Hit]]:
        """The reviews at these places, one more than a page of them, each with its place."""
        wanted = self.index.looked_for(wish.asked) if wish.has_words else ()
        ids = transaction.search.ids([int(each) for each in known.numbers[candidates]])
        found: list[tuple[int, Hit]] = []
        step = wish.limit + 1
        for start in range(0, len(candidates), step):
            places = {
                ids[number]: int(place)
                for place in candidates[start : start + step]
                if (number := int(known.numbers[place])) in ids
            }
            for kept, shown in self._read(transaction, wish, list(places), now):
                place = places[shown.review.id]
                found.append((place, _hit(shown, kept, wanted, has_all_words=bool(words[place]))))
            if len(found) > wish.limit:
                break
        return found[:step]

    def _read(
        self, transaction: Transaction, wish: Wish, ids: Sequence[ReviewId], now: datetime
    ) -> list[tuple[Kept | None, Shown]]:
        """Those of the reviews that are what was asked for at this moment, in their order."""
        read: list[tuple[Kept | None, Shown]]
        if wish.is_for_readers:
            read = [(each, each.shown) for each in kept_among(transaction, ids, self.settings, now)]
        else:
            read = [(None, each) for each in shown_among(transaction, ids, self.settings, now)]
        fresh = as_columns(transaction, wish.asked, [each.review for _, each in read])
        mask = all_of(is_wanted(fresh, wish.asked), [having(fresh, *each) for each in wish.asked.facets.items()])
        if wish.subjects:
            mask &= having(fresh, Facet.SUBJECT, wish.subjects)
        return [
            each
            for each, is_asked_for in zip(read, mask, strict=True)
            if is_asked_for and each[1].review.state is not State.WITHDRAWN
        ]

    def _meant(self, wish: Wish, known: Columns, reach: Mask) -> Asked | None:
        meant = self.index.meant(wish.asked) if wish.has_words else None
        if meant is None or (wish.is_for_readers and not wish.subjects):
            return meant
        # Words of reviews that the asker does not find are none of his business.
        return meant if self._count(meant, known, reach) else None

    def _count(self, asked: Asked, known: Columns, reach: Mask) -> int:
        numbers = self.index.search(asked, within=within(known, reach), limit=1).numbers
        return int(np.count_nonzero(known.among(numbers) & reach))


def _candidates(known: Columns, found: Mask, wish: Wish, matches: Matches | None, after: Cursor | None) -> Places:
    if matches is None:
        return in_order(known, np.flatnonzero(found), wish.order, after, wish.limit + 1 + SPARE)
    numbers = [number for number, _ in matches.best]
    return known.places(numbers[ranks_after(numbers, after) :])


def _following(
    known: Columns, wish: Wish, places: Sequence[int], candidates: Places, matches: Matches | None
) -> str | None:
    """The cursor of the last review of the page, where another follows; many may have been left out."""
    is_cut = len(candidates) == wish.limit + 1 + SPARE
    if len(places) <= wish.limit and not is_cut:
        return None
    last = places[wish.limit - 1] if len(places) > wish.limit else int(candidates[-1])
    if matches is None:
        return cursor_at(known, last, wish.order).written(wish.order)
    number = int(known.numbers[last])
    rank = [each for each, _ in matches.best].index(number) + 1
    return Cursor(rank, 0, number).written(wish.order) if rank < DEEPEST else None


def _hit(shown: Shown, kept: Kept | None, wanted: Sequence[Wanted], *, has_all_words: bool) -> Hit:
    review = shown.review
    in_body = marks(review.body, wanted, TextField.BODY, review.language)
    return Hit(
        shown=shown,
        kept=kept,
        has_all_words=has_all_words,
        title_marks=marks(review.title or "", wanted, TextField.TITLE, review.language),
        excerpts=excerpts(review.body, in_body, review.language),
    )
