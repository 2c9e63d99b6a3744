"""Counts how often each of millions of hashes came, in some bytes for each."""

from __future__ import annotations

from array import array
from collections import Counter

_FEWEST = 1 << 10
_COUNT = 0xFF
# Fuller than this, looking for a free place takes longer than making the table anew twice as large.
_FULL = 0.6


class Occurrences:
    """A table of 56 bits of each hash and its count; what came 255 times or more is counted beside it.

    Two hashes of equal bits would share a count: of two million that happens once in thirty thousand files.
    """

    def __init__(self) -> None:
        self._places = array("Q", bytes(8 * _FEWEST))
        self._used = 0
        self._often: Counter[int] = Counter()

    def __bool__(self) -> bool:
        return self._used > 0

    def count(self, known_by: str) -> int:
        """Counts a hash (hexadecimal) once more; how often it came, this time included."""
        key = (int(known_by[:14], 16) or 1) << 8
        at = self._place_of(key)
        kept = self._places[at]
        if not kept:
            self._add(at, key)
            return 1
        if kept & _COUNT < _COUNT:
            self._places[at] = kept + 1
            return (kept & _COUNT) + 1
        self._often[key] += 1
        return _COUNT + self._often[key]

    def _place_of(self, key: int) -> int:
        places, last = self._places, len(self._places) - 1
        at = key >> 8 & last
        while (kept := places[at]) and kept ^ key > _COUNT:
            at = at + 1 & last
        return at

    def _add(self, at: int, key: int) -> None:
        self._places[at] = key | 1
        self._used += 1
        if self._used > _FULL * len(self._places):
            before, self._places = self._places, array("Q", bytes(16 * len(self._places)))
            for kept in before:
                if kept:
                    self._places[self._place_of(kept & ~_COUNT)] = kept
