"""The orders in which reviews are found, and cursors that say where a page ended.

A cursor names what the last review was sorted by, so that a page repeats none when others are added above it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.domain.search import Sorting
from engine.errors import BadValueError
from engine.search.codes import Columns, Places

DEEPEST = 1000
"""Reviews by relevance, on all pages: who wants more of them narrows, or takes another order."""
_CURSOR = re.compile(
    r"(?P<sorting>[a-z]{4,11})~(?P<first>-?[0-9]{1,18})~(?P<second>-?[0-9]{1,18})~(?P<number>[0-9]{1,15})"
)


@dataclass(frozen=True, slots=True)
class Cursor:
    """What the last review of a page was sorted by, and its number; by relevance its rank comes first."""

    first: int
    second: int
    number: int

    def written(self, sorting: Sorting) -> str:
        return f"{sorting}~{self.first}~{self.second}~{self.number}"


def read_cursor(text: str | None, sorting: Sorting) -> Cursor | None:
    """Raises BadValueError for one that this order did not give."""
    if text is None:
        return None
    found = _CURSOR.fullmatch(text)
    if found is None or found["sorting"] != sorting:
        raise BadValueError("after: this is not a cursor that this order of reviews gave")
    return Cursor(int(found["first"]), int(found["second"]), int(found["number"]))


def in_order(columns: Columns, places: Places, sorting: Sorting, after: Cursor | None, limit: int) -> Places:
    """Up to ``limit`` of the places by date, rating or quotability, the highest and newest first, from after a cursor.

    What has no date or no rating comes last.
    """
    first, second = _keys(columns, sorting)
    first, second, numbers = first[places], second[places], columns.numbers[places]
    if after is not None:
        kept = (first < after.first) | (
            (first == after.first) & ((second < after.second) | ((second == after.second) & (numbers < after.number)))
        )
        places, first, second, numbers = places[kept], first[kept], second[kept], numbers[kept]
    if len(places) > limit:
        # All that may be among the first, and no more, is sorted.
        least = np.partition(first, len(first) - limit)[len(first) - limit]
        kept = first >= least
        places, first, second, numbers = places[kept], first[kept], second[kept], numbers[kept]
    ordered: Places = places[np.lexsort((-numbers, -second, -first))][:limit]
    return ordered


def cursor_at(columns: Columns, place: int, sorting: Sorting) -> Cursor:
    first, second = _keys(columns, sorting)
    return Cursor(int(first[place]), int(second[place]), int(columns.numbers[place]))


def ranks_after(numbers: Sequence[int], after: Cursor | None) -> int:
    """Where a list by relevance goes on: behind the last review of the page before, or at its rank where it is gone."""
    if after is None:
        return 0
    return numbers.index(after.number) + 1 if after.number in numbers else min(after.first, len(numbers))


def _keys(columns: Columns, sorting: Sorting) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    written = columns.codes["written"].astype(np.int64)
    match sorting:
        case Sorting.RATING:
            return columns.codes["hundredths"].astype(np.int64), written
        case Sorting.QUOTABILITY:
            return columns.codes["quotability"].astype(np.int64), written
        case _:
            return written, np.zeros(len(written), np.int64)
