"""Words that stand after each other: where a phrase, or a word with joints, is written out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.search.postings import SENTENCE, Numbers, Postings
from engine.search.segments import Mask, Reading

DOCUMENT_SHIFT = 32
"""A key is a place, and above these bits its document."""
PLACE = (1 << DOCUMENT_SHIFT) - 1


def row(reading: Reading, words: Sequence[str]) -> Postings:
    """The places of one of the words, wherever they all stand in this order, in any one language and in whatever
    sentences: a phrase may go on in the next one."""
    lists = [_lists(reading, word) for word in words]
    found: Numbers | None = None
    among: Mask | None = None
    starts = np.empty(0, np.int64)
    # The rarest first: of the others, only what stands in its documents is looked at.
    for at in sorted(range(len(words)), key=lambda at: sum(len(each.owners) for each in lists[at])):
        keys = keys_of(lists[at], among)
        there = (keys & ~SENTENCE) - at
        if found is None:
            found, starts = keys, there
        else:
            # Both are in order: a place is kept where the other word stands as far from it as in the row.
            kept = _is_in(starts, there)
            found, starts = found[kept], starts[kept]
        among = np.zeros(reading.count, np.bool_)
        among[found >> DOCUMENT_SHIFT] = True
    keys = np.empty(0, np.int64) if found is None else found
    return Postings(keys >> DOCUMENT_SHIFT, keys & PLACE)


def keys_of(lists: Sequence[Postings], among: Mask | None) -> Numbers:
    """The documents and places of some lists in order, of some documents or of all."""
    kept = [slice(None) if among is None else among[found.owners] for found in lists]
    keys = [
        (found.owners[mask] << DOCUMENT_SHIFT) + found.places[mask] for found, mask in zip(lists, kept, strict=True)
    ]
    # A commit that only took reviews out has a segment without words.
    return np.sort(np.concatenate([np.empty(0, np.int64), *keys]))


def _lists(reading: Reading, word: str) -> list[Postings]:
    return [reading.postings(f"{language}:{word}") for language in reading.vocabulary.counts]


def _is_in(keys: Numbers, there: Numbers) -> Mask:
    if not len(there):
        return np.zeros(len(keys), np.bool_)
    at = np.minimum(np.searchsorted(there, keys), len(there) - 1)
    found: Mask = there[at] == keys
    return found
