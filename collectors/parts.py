"""Sources that are read part after part, product after product, and what they count over all of their parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from collectors.api import Position, number_in

_UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Where in which part a position is."""

    at: int
    """From 0."""
    page: int
    of: int
    """How many parts there are."""
    before: str
    """How many reviews the source counts in the parts before, as the first page of each said."""
    own: str
    """The same of this part; empty on its first page."""

    @property
    def is_last(self) -> bool:
        return self.at + 1 == self.of

    def following(self, entries: Sequence[Any], count: int | None) -> Position | None:
        """Where to go on after a page that says so many reviews are in this part; a page without any ends its part.

        A part counts as its first page said. Where a review went while the part was read, another one may have moved
        to a page that was read before: then fewer are seen than were counted, and nobody takes the reading for whole.
        """
        own = self.own or (_UNKNOWN if count is None else str(count))
        if entries:
            return {"part": str(self.at), "page": str(self.page + 1), "before": self.before, "own": own}
        return None if self.is_last else {"part": str(self.at + 1), "before": _sum(self.before, own)}

    def reported(self, count: int | None) -> int | None:
        """How many reviews there are in all parts: known in the last one, where each tells its count."""
        if not self.is_last or count is None or not self.before.isdecimal():
            return None
        return int(self.before) + count


def part_of(position: Position, of: int, *, first_pages: Sequence[int] | None = None) -> Part:
    """The part that a position is in; the pages of a part begin with 1, unless ``first_pages`` says otherwise."""
    at = min(number_in(position, "part", 0), of - 1)
    before = position.get("before", "0")
    return Part(
        at=at,
        page=number_in(position, "page", first_pages[at] if first_pages else 1),
        of=of,
        before=before if before.isascii() and len(before) < 19 else _UNKNOWN,
        own=position.get("own", ""),
    )


def _sum(before: str, own: str) -> str:
    are_known = before.isdecimal() and own.isascii() and own.isdecimal() and len(own) < 19
    return str(int(before) + int(own)) if are_known else _UNKNOWN
