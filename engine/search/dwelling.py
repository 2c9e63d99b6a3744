"""How much of a review dwells on what is asked for: the share of its sentences that have any of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from engine.search import weights
from engine.search.postings import FIELD_PLACE, FIELD_SHIFT, MOST_SENTENCES, NOWHERE, SENTENCE_SHIFT, Numbers, Postings
from engine.search.rows import row
from engine.search.segments import Floats, Mask, Reading
from engine.search.wanted import Wanted


def dwelling(reading: Reading, wanted: Sequence[Wanted]) -> Floats:
    """What the share makes of each document's score: 1 where no sentence has any of the words.

    A sentence counts by the best of the words in it, and once: that it has two of them says no more of the rest.
    """
    # The lightest first: of the words of one sentence the last is taken.
    lists = [(0.0, NOWHERE), *sorted(_found(reading, wanted), key=lambda each: each[0])]
    owners = np.concatenate([each.owners for _, each in lists])
    numbers = np.concatenate([each.places for _, each in lists]) >> SENTENCE_SHIFT & MOST_SENTENCES
    counts = np.concatenate([np.full(len(each.owners), weight) for weight, each in lists])
    kept = (numbers > 0) & _is_last(reading.first_sentences[owners] + numbers, int(reading.first_sentences[-1]))
    said = np.bincount(owners[kept], counts[kept], reading.count)
    return np.asarray(1 + weights.DWELLING * said / (reading.sentences + weights.UNSAID), np.float32)


def _is_last(sentences: Numbers, count: int) -> Mask:
    """Which of these numbers below ``count`` do not come again, without sorting them."""
    order = np.arange(len(sentences), dtype=np.int32)
    last = np.empty(count, np.int32)
    last[sentences] = order
    found: Mask = last[sentences] == order
    return found


def _found(reading: Reading, wanted: Sequence[Wanted]) -> Iterator[tuple[float, Postings]]:
    """Each list of places of what is wanted, with its weight."""
    for each in wanted:
        lists = [(weight, reading.postings(term)) for term, weight in each.terms.items()]
        lists += [(weight, row(reading, words)) for words, weight in each.rows]
        for weight, found in lists:
            if each.within is None:
                yield weight, found
            else:
                is_there = found.places >> FIELD_SHIFT == FIELD_PLACE[each.within]
                yield weight, Postings(found.owners[is_there], found.places[is_there])
