"""Expressions: two words that are asked for one after the other, and stand together in a sentence where reviews have
both."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from engine.search import weights
from engine.search.postings import FIELD_SHIFT
from engine.search.rows import DOCUMENT_SHIFT, PLACE, keys_of
from engine.search.segments import Floats, Mask, Reading
from engine.search.wanted import Wanted


class Pair(NamedTuple):
    """Two words of a question in one segment."""

    at: int
    """The place of the first in the question."""
    times: Floats
    """How often each document has them together."""
    weight: float


def expressions(
    readings: Sequence[Reading], wanted: Sequence[Wanted], counts: Sequence[Sequence[Floats]]
) -> list[list[Pair]]:
    """The pairs of a question for each segment; ``counts``: how often each document has each word.

    A pair counts by the share of the reviews with both words that have them together: ``battery life`` is one thing,
    and ``food menu`` are two, which say more when they stand in two places.
    """
    found: list[list[Pair]] = [[] for _ in readings]
    for at, (first, second) in enumerate(pairwise(wanted)):
        if not all(each.terms and not each.is_strict for each in (first, second)):
            continue
        both = [(of_segment[at] > 0) & (of_segment[at + 1] > 0) for of_segment in counts]
        times = [_together(reading, first, second, mask) for reading, mask in zip(readings, both, strict=True)]
        among = sum(int(np.count_nonzero(mask)) for mask in both)
        share = sum(int(np.count_nonzero(each)) for each in times) / max(1, among)
        for pairs, each in zip(found, times, strict=True):
            pairs.append(Pair(at, each, weights.TOGETHER * share))
    return found


def _together(reading: Reading, first: Wanted, second: Wanted, both: Mask) -> Floats:
    """How often each document that has both has them no further apart than ``weights.APART`` in one sentence, in either
    order, each time counted by its text."""
    here, there = (keys_of([reading.postings(term) for term in each.terms], both) for each in (first, second))
    if not len(here) or not len(there):
        return np.zeros(reading.count, np.float32)
    at = np.searchsorted(there, here)
    before, after = there[np.maximum(at - 1, 0)], there[np.minimum(at, len(there) - 1)]
    distance = np.minimum(np.abs(here - before), np.abs(after - here))
    # A word that stands for both is not together with itself.
    found = here[(distance > 0) & (distance <= weights.APART)]
    fields = (found & PLACE) >> FIELD_SHIFT
    return np.bincount(found >> DOCUMENT_SHIFT, weights.OF_FIELD[fields], reading.count).astype(np.float32)
