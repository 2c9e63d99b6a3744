"""What is mined, the words of one voice about one subject, and which phrases are wanted of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from engine.domain import ReviewId


@dataclass(frozen=True, slots=True)
class MinedText:
    """One review as the miner sees it; copies of one person's words have one ``voice``."""

    id: ReviewId
    voice: str
    text: str
    author: str | None = None
    hundredths: int | None = None
    """Of a star, 100 to 500; None where the review has no rating."""
    written_at: datetime | None = None


def one_per_voice(texts: Iterable[MinedText]) -> list[MinedText]:
    """Of each voice the review with the first id, sorted by id, so that the order of the input changes nothing."""
    first: dict[str, MinedText] = {}
    for each in sorted(texts, key=lambda text: (text.id, text.text)):
        first.setdefault(each.voice, each)
    return list(first.values())


def author_words(texts: Iterable[MinedText]) -> frozenset[str]:
    """The words of the authors' names, in lower case; a word of one or two letters may be any word."""
    return frozenset(word for each in texts for word in (each.author or "").lower().split() if len(word) > 2)


class Listing(StrEnum):
    """Which phrases a list holds."""

    MERGED = "merged"
    SINGLE = "single"
    MULTIWORD = "multiword"

    def admits(self, length: int) -> bool:
        return self is Listing.MERGED or (length == 1) == (self is Listing.SINGLE)
