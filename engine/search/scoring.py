"""Which documents of an index have what is wanted, and in which order: BM25 over numpy arrays, one segment at a time.

https://www.staff.city.ac.uk/~sbrp622/papers/foundations_bm25_review.pdf (section 3.6: occurrences are weighted by
field and form before they are saturated). Every document that matches is scored: there is nothing to be skipped when
all of them are counted anyway.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import reduce
from math import log1p

import numpy as np
from numpy.typing import NDArray

from engine.domain.search import Matches
from engine.search import weights
from engine.search.dwelling import dwelling
from engine.search.expressions import Pair, expressions
from engine.search.numbers import as_array
from engine.search.postings import FIELD_PLACE, FIELD_SHIFT, Numbers
from engine.search.rows import row
from engine.search.segments import Floats, Mask, Reading, Segment, Snapshot
from engine.search.wanted import Terms, Wanted


@dataclass(frozen=True, slots=True)
class _Scored:
    """What was found in one segment."""

    numbers: Numbers
    scores: Floats
    is_whole: Mask
    """Which of them have all that is wanted."""


def matches(snapshot: Snapshot, wanted: Sequence[Wanted], within: AbstractSet[int] | None, limit: int) -> Matches:
    """The documents with all that is wanted; where these fill no limit, those with some of it after them."""
    allowed = None if within is None else as_array(within)
    alive = [_allowed(segment, wanted, allowed) for segment in snapshot.segments]
    positive = [each for each in wanted if not each.is_excluded]
    if not positive:
        return _complement(snapshot, alive if wanted else [], limit)
    return _best(_found(snapshot, positive, alive, least=1, is_question=True), limit)


def alike(
    snapshot: Snapshot, wanted: Sequence[Wanted], within: AbstractSet[int] | None, *, without: int, limit: int
) -> Matches:
    """The documents that share the most of what is wanted, at least ``weights.SHARED`` of it where there is as much."""
    allowed = None if within is None else as_array(within)
    alive = [_allowed(each, (), allowed) & (each.reading.numbers != without) for each in snapshot.segments]
    if not wanted:
        return Matches()
    found = _found(snapshot, wanted, alive, least=min(weights.SHARED, len(wanted)), is_question=False)
    best = _top(*_joined(found)[:2], limit)
    return Matches(best=best, numbers=[number for number, _ in best])


def having(segment: Segment, wanted: Wanted) -> Mask:
    """The living documents of a segment that have something."""
    return (_counted(segment.reading, wanted) > 0) & segment.alive


def _found(
    snapshot: Snapshot, wanted: Sequence[Wanted], alive: Sequence[Mask], *, least: int, is_question: bool
) -> list[_Scored]:
    """What has at least so much of what is wanted; a question has an order, and reviews that answer all of it."""
    readings = [segment.reading for segment in snapshot.segments]
    counts = [[_counted(reading, each) for each in wanted] for reading in readings]
    rarities = _rarities(snapshot, counts)
    pairs = expressions(readings, wanted, counts) if is_question else [[] for _ in readings]
    found = []
    for reading, of_segment, of_pairs, living in zip(readings, counts, pairs, alive, strict=True):
        had, mask = _had(wanted, of_segment, living)
        documents, is_whole = np.flatnonzero(mask & (had >= least)), had == len(wanted)
        scores = _scores(snapshot, reading, of_segment, of_pairs, rarities)
        if is_question:
            evened = [each**weights.EVENNESS for each in rarities]
            scores = np.where(is_whole, _scores(snapshot, reading, of_segment, of_pairs, evened), scores)
            scores *= dwelling(reading, wanted)
        found.append(_Scored(reading.numbers[documents], scores[documents], is_whole[documents]))
    return found


def _allowed(segment: Segment, wanted: Sequence[Wanted], allowed: Numbers | None) -> Mask:
    mask = segment.alive
    if allowed is not None:
        mask = mask & np.isin(segment.reading.numbers, allowed)
    for each in wanted:
        if each.is_excluded:
            mask = mask & (_counted(segment.reading, each) == 0)
    return mask


def _complement(snapshot: Snapshot, alive: Sequence[Mask], limit: int) -> Matches:
    """Everything but what is excluded; nothing of it is better than the rest, so the newest come first."""
    found = [segment.reading.numbers[mask] for segment, mask in zip(snapshot.segments, alive, strict=False)]
    numbers = np.concatenate([*found, np.empty(0, np.int64)])
    newest = np.sort(numbers)[::-1][:limit]
    return Matches(best=[(int(each), 0.0) for each in newest], numbers=numbers.tolist())


def _rarities(snapshot: Snapshot, counts: Sequence[Sequence[Floats]]) -> list[float]:
    """BM25's idf of each thing that is wanted, over all segments and all living documents."""
    having = np.sum(
        [
            [np.count_nonzero((each > 0) & segment.alive) for each in of_segment]
            for segment, of_segment in zip(snapshot.segments, counts, strict=True)
        ],
        axis=0,
    )
    return [log1p((snapshot.documents - count + 0.5) / (count + 0.5)) for count in np.atleast_1d(having).tolist()]


def _had(wanted: Sequence[Wanted], counts: Sequence[Floats], mask: Mask) -> tuple[NDArray[np.int16], Mask]:
    """How much of what is wanted each document has, and which may be found at all."""
    had = np.zeros(len(mask), np.int16)
    for each, count in zip(wanted, counts, strict=True):
        there = count > 0
        had += there
        if each.is_strict:
            mask = mask & there
    return had, mask


def _scores(
    snapshot: Snapshot, reading: Reading, counts: Sequence[Floats], pairs: Sequence[Pair], rarities: Sequence[float]
) -> Floats:
    """BM25 of what was counted, each by its rarity, and an expression by that of its commoner word."""
    length = np.maximum(reading.lengths, 1) / snapshot.mean_length
    size = weights.SATURATION * (1 - weights.LENGTH + weights.LENGTH * length)
    weighed = list(zip(counts, rarities, strict=True))
    weighed += [(each.times, each.weight * min(rarities[each.at : each.at + 2])) for each in pairs]
    scores = np.zeros(reading.count, np.float32)
    for count, rarity in weighed:
        scores += rarity * count / (count + size)
    return scores


def _best(found: Sequence[_Scored], limit: int) -> Matches:
    numbers, scores, is_whole = _joined(found)
    best = _top(numbers[is_whole], scores[is_whole], limit)
    more = _top(numbers[~is_whole], scores[~is_whole], limit - len(best))
    return Matches(best=best + more, numbers=numbers[is_whole].tolist(), is_filled=bool(more))


def _joined(found: Sequence[_Scored]) -> tuple[Numbers, Floats, Mask]:
    numbers = np.concatenate([np.empty(0, np.int64), *(each.numbers for each in found)])
    scores = np.concatenate([np.empty(0, np.float32), *(each.scores for each in found)])
    return numbers, scores, np.concatenate([np.empty(0, np.bool_), *(each.is_whole for each in found)])


def _top(numbers: Numbers, scores: Floats, limit: int) -> list[tuple[int, float]]:
    """The best with their scores; of equal ones the newest first."""
    if limit <= 0:
        return []
    if len(scores) > limit:
        least = np.partition(scores, len(scores) - limit)[len(scores) - limit]
        kept = scores >= least
        numbers, scores = numbers[kept], scores[kept]
    order = np.lexsort((-numbers, -scores))[:limit]
    return [(int(numbers[at]), float(scores[at])) for at in order]


def _counted(reading: Reading, wanted: Wanted) -> Floats:
    """How often each document of a segment has it, by the weights of forms and fields."""
    count = _of_terms(reading, wanted.terms, wanted)
    for words, weight in wanted.rows:
        found = row(reading, words)
        count += weight * _summed(reading, found.owners, _by_field(found.places, wanted))
    for parts, weight in wanted.together:
        count += weight * reduce(np.minimum, (_of_terms(reading, part, wanted) for part in parts))
    return count


def _of_terms(reading: Reading, terms: Mapping[str, float] | Terms, wanted: Wanted) -> Floats:
    lists = [(reading.postings(term), weight) for term, weight in terms.items()]
    owners = [found.owners for found, _ in lists if len(found.owners)]
    if not owners:
        return np.zeros(reading.count, np.float32)
    values = [weight * _by_field(found.places, wanted) for found, weight in lists if len(found.owners)]
    return _summed(reading, np.concatenate(owners), np.concatenate(values))


def _by_field(places: Numbers, wanted: Wanted) -> Floats:
    fields = places >> FIELD_SHIFT
    found: Floats = weights.OF_FIELD[fields]
    return found if wanted.within is None else found * (fields == FIELD_PLACE[wanted.within])


def _summed(reading: Reading, owners: Numbers, values: NDArray[np.floating]) -> Floats:
    return np.bincount(owners, values, reading.count).astype(np.float32)
