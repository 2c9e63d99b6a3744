"""What a question narrows to, and what whoever asks it may find at all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np

from engine.domain import Review, SubjectId
from engine.domain.search import Asked, Facet, Sorting
from engine.rights import oldest_allowed
from engine.search.codes import Columns, Mask, columns, exact_code, packed_codes, packed_topics
from engine.search.facets import STANDING, having
from engine.search.numbers import Numbers
from engine.search.projection import sentiments
from engine.store import Transaction
from engine.store.search import SHOWN
from engine.store.values import to_micros


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A question, and what whoever asks it may find."""

    asked: Asked = field(default_factory=Asked)
    sorting: Sorting | None = None
    """None: by relevance where there are words, else by date."""
    limit: int = 20
    after: str | None = None
    """The cursor of the page before; opaque."""
    is_for_readers: bool = False
    """Whether whatever is kept may be found, shown or not; else only what may stand on a page at this moment."""
    subjects: AbstractSet[SubjectId] = frozenset()
    """The only ones that the asker reaches; empty: all."""
    whole: AbstractSet[Facet] = frozenset()
    """Facets of which all values are wanted."""

    @property
    def has_words(self) -> bool:
        return any(not each.is_excluded for each in self.asked.clauses)

    @property
    def order(self) -> Sorting:
        if self.sorting in (None, Sorting.RELEVANCE):
            return Sorting.RELEVANCE if self.has_words else Sorting.DATE
        return self.sorting or Sorting.DATE


def reach_of(transaction: Transaction, known: Columns, wish: Wish, now: datetime) -> Mask:
    """What the asker may find at all."""
    reach: Mask = known.everything
    if not wish.is_for_readers:
        reach = known.live == SHOWN
        for source, moment in oldest_allowed(transaction.sources.all().values(), now).items():
            is_theirs = known.codes["source"] == np.uint64(exact_code(source))
            reach = reach & ~(is_theirs & (known.received <= to_micros(moment)))
    return reach & having(known, Facet.SUBJECT, wish.subjects) if wish.subjects else reach


def is_wanted(known: Columns, asked: Asked) -> Mask:
    """Not of an unwanted value, and written when it was asked for."""
    mask, written = known.everything, known.codes["written"]
    for facet, values in asked.unwanted.items():
        mask = mask & ~having(known, facet, values)
    if asked.since is not None:
        mask = mask & (written >= to_micros(asked.since)) & (written != 0)
    if asked.before is not None:
        mask = mask & (written < to_micros(asked.before)) & (written != 0)
    return mask


def masks_of(wish: Wish, reach: Mask, selected: Mapping[Facet, Mask]) -> dict[Facet, Mask]:
    """For each facet what it is counted among: all selections but its own."""
    facets = [each for each in Facet if wish.is_for_readers or each is not Facet.STATE]
    return {facet: all_of(reach, [mask for other, mask in selected.items() if other is not facet]) for facet in facets}


def all_of(mask: Mask, others: Iterable[Mask]) -> Mask:
    for each in others:
        mask = mask & each
    return mask


def within(known: Columns, mask: Mask) -> AbstractSet[int] | None:
    return None if mask.all() else Numbers(known.numbers[mask])


def as_columns(transaction: Transaction, asked: Asked, reviews: Sequence[Review]) -> Columns:
    """The same of reviews that were just read, to be judged by the same rules."""
    ids = [each.id for each in reviews]
    topics, pictured = transaction.search.topics(ids), transaction.search.pictured(ids)
    feelings = sentiments(reviews) if Facet.SENTIMENT in {*asked.facets, *asked.unwanted} else {}
    return columns(
        [
            (
                place,
                STANDING.get(each.state, (0,))[0],
                to_micros(each.received_at),
                packed_codes(
                    each,
                    sentiment=feelings.get(each.id, 0),
                    quotability=0,
                    has_photo=each.id in pictured,
                ),
                packed_topics(topics.get(each.id, ())),
            )
            for place, each in enumerate(reviews)
        ]
    )
