"""What a review is narrowed and sorted by, packed into bytes, and unpacked into columns for counting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import blake2b
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray

from engine.domain import Review, TopicId, Use
from engine.domain.search import Facet
from engine.mining.grammar import base_language
from engine.store import Packed
from engine.store.values import to_micros
from engine.text import as_sought

INDUSTRY = "industry:"
"""How the tag begins that says which industry the author's company is in."""
USES: Mapping[Use, int] = {use: 1 << place for place, use in enumerate(Use)}
VERIFIED, PHOTO = 1, 2
SENTIMENTS = {"negative": -1, "unclear": 0, "positive": 1}
NAMED = (Facet.SUBJECT, Facet.SOURCE, Facet.LANGUAGE, Facet.ROLE, Facet.COMPANY, Facet.INDUSTRY)
"""Facets whose values are words: kept as a number that stands for the word, 0 where there is none."""
CODES = np.dtype(
    [
        *[(str(facet), "<u8") for facet in NAMED],
        ("written", "<i8"),
        ("hundredths", "<u2"),
        ("date", "<u2"),
        ("rating", "u1"),
        ("sentiment", "i1"),
        ("flags", "u1"),
        ("scope", "u1"),
        ("quotability", "u1"),
    ]
)
"""``written`` in microseconds since 1970, 0 undated; ``date`` is a year; ``hundredths`` of a star and ``rating`` are 0
for what is not rated."""
TOPIC = np.dtype("<u8")

Mask = NDArray[np.bool_]
Places = NDArray[np.intp]


def word_code(word: str | None) -> int:
    """The number that stands for a word of a facet; two words that only differ in case and marks have the same."""
    folded = " ".join(as_sought(word or "").split())
    return exact_code(folded) if folded else 0


def exact_code(word: str) -> int:
    """The number that stands for an id."""
    return int.from_bytes(blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")


def industry_of(tags: Sequence[str]) -> str | None:
    return next((each[len(INDUSTRY) :].strip() for each in tags if each.lower().startswith(INDUSTRY)), None)


def language_of(tag: str | None) -> str | None:
    return base_language(tag) if tag else None


def packed_codes(review: Review, *, sentiment: int, quotability: int, has_photo: bool) -> bytes:
    """``sentiment`` is -1, 0 or 1; ``quotability`` 0 to 100."""
    consented = [bit for use, bit in USES.items() if review.consent.covers(use)]
    row = np.zeros(1, CODES)
    row["subject"], row["source"] = exact_code(review.subject_id), exact_code(review.source_id)
    row["language"] = exact_code(language) if (language := language_of(review.language)) else 0
    row["role"], row["company"] = word_code(review.role), word_code(review.company)
    row["industry"] = word_code(industry_of(review.tags))
    row["written"] = to_micros(review.written_at) if review.written_at else 0
    row["date"] = review.written_at.year if review.written_at else 0
    row["hundredths"] = review.rating.hundredths if review.rating else 0
    row["rating"] = review.rating.star if review.rating else 0
    row["flags"] = VERIFIED * review.verification.is_verified | PHOTO * has_photo
    row["sentiment"], row["scope"], row["quotability"] = sentiment, sum(consented), quotability
    return row.tobytes()


def packed_topics(topics: Sequence[TopicId]) -> bytes:
    return np.array([exact_code(each) for each in topics], TOPIC).tobytes()


@dataclass(frozen=True, slots=True, kw_only=True)
class Factors:
    """The different values of a column, and for each row the place of its value among them."""

    values: NDArray[np.generic]
    """In any order; some may have no row any more."""
    of_row: Places
    places: Mapping[int, int]
    """Of ``values``."""

    @classmethod
    def of(cls, rows: NDArray[np.generic]) -> Factors:
        values, of_row = np.unique(rows, return_inverse=True)
        return cls(values=values, of_row=of_row, places={each: place for place, each in enumerate(values.tolist())})

    def with_more(self, rows: NDArray[np.generic]) -> tuple[Factors, Places]:
        """The same with the values of more rows among them, and the places of these."""
        listed, found = rows.tolist(), self
        if added := [each for each in dict.fromkeys(listed) if each not in self.places]:
            places = {**self.places, **{each: place for place, each in enumerate(added, len(self.places))}}
            values = np.concatenate([self.values, np.array(added, self.values.dtype)])
            found = replace(self, values=values, places=places)
        return found, np.fromiter((found.places[each] for each in listed), np.intp, len(listed))


@dataclass(frozen=True)
class Columns:
    """All reviews that can be found, in the order of their numbers, as one array for each thing that is counted."""

    numbers: NDArray[np.int64]
    live: NDArray[np.int8]
    received: NDArray[np.int64]
    """In microseconds since 1970."""
    codes: NDArray[np.void]
    topics: NDArray[np.uint64]
    """Of all reviews, one after the other."""
    topic_of: Places
    """For each of ``topics`` the place of its review."""

    @cached_property
    def factors(self) -> dict[str, Factors]:
        """By the name of a facet; filled by whoever counts it first."""
        return {}

    @cached_property
    def everything(self) -> Mask:
        return np.ones(len(self.numbers), np.bool_)

    def places(self, numbers: Sequence[int] | AbstractSet[int]) -> Places:
        """Where the reviews of these numbers stand; what is not there any more is left out."""
        wanted = np.fromiter(numbers, np.int64, len(numbers))
        if not len(self.numbers) or not len(wanted):
            return np.zeros(0, np.intp)
        found = np.searchsorted(self.numbers, wanted)
        found[found == len(self.numbers)] = 0
        there: Places = found[self.numbers[found] == wanted]
        return there

    def among(self, numbers: Sequence[int]) -> Mask:
        mask = np.zeros(len(self.numbers), np.bool_)
        mask[self.places(numbers)] = True
        return mask


def columns(rows: Sequence[Packed]) -> Columns:
    size = len(rows)
    numbers, live, received, codes = (map(itemgetter(at), rows) for at in range(4))
    topics = [row[4] for row in rows]
    sizes = np.fromiter(map(len, topics), np.int64, size) // TOPIC.itemsize
    return Columns(
        numbers=np.fromiter(numbers, np.int64, size),
        live=np.fromiter(live, np.int8, size),
        received=np.fromiter(received, np.int64, size),
        codes=np.frombuffer(b"".join(codes), CODES),
        topics=np.frombuffer(b"".join(topics), TOPIC),
        topic_of=np.repeat(np.arange(size), sizes),
    )
