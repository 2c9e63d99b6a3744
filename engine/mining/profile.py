"""How a whole shop uses its words: counts that add up over the subjects, so that small ones profit from all others."""

from __future__ import annotations

import re
import zlib
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from engine.errors import BadValueError
from engine.mining.grammar import grammar
from engine.mining.lexemes import lexemes
from engine.mining.segment import row
from engine.mining.signs import Sign, counted
from engine.mining.texts import MinedText, author_words, one_per_voice

VERSION = 1
HEAD = re.compile(rb"plaudit profile (?P<version>\d+) (?P<language>[a-z]+) (?P<texts>\d+) (?P<size>\d+)")
WIDE = 255
"""What stands for a count that takes more than a byte."""
LEAST_PLACES = 2
"""A word that the shop has once tells nothing that its own subject does not."""


@dataclass(frozen=True, slots=True, eq=False)
class Profile:
    """The signs of every stem of one language, summed over subjects; takes room for the vocabulary, not the reviews.

    A subject's share is the profile of its texts: ``shop - before + after`` brings the shop up to date, and is exactly
    what the subjects as they are now add up to.
    """

    language: str
    texts: int
    stems: tuple[str, ...]
    """Sorted."""
    counts: NDArray[np.int64]
    """One row for each sign, one column for each stem."""

    @classmethod
    def empty(cls, language: str) -> Self:
        """The profile of a shop without texts."""
        return cls(grammar(language).language, 0, (), np.zeros((len(Sign), 0), dtype=np.int64))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Profile):
            return NotImplemented
        mine, theirs = (self.language, self.texts, self.stems), (other.language, other.texts, other.stems)
        return mine == theirs and np.array_equal(self.counts, other.counts)

    def __hash__(self) -> int:
        return hash((self.language, self.texts, self.stems))

    def __add__(self, other: Profile) -> Profile:
        """Raises BadValueError where the languages differ."""
        return self._with(other, 1)

    def __sub__(self, other: Profile) -> Profile:
        """Raises BadValueError where the other was never added: no word can stand anywhere less than not at all."""
        return self._with(other, -1)

    def _with(self, other: Profile, times: int) -> Profile:
        if self.language != other.language:
            raise BadValueError(f"a profile of {self.language} and one of {other.language} do not add up")
        new = [stem for stem in other.stems if self._at(stem) is None]
        stems = sorted((*self.stems, *new))
        counts = np.insert(self.counts, [bisect_left(self.stems, stem) for stem in new], 0, axis=1)
        counts[:, [bisect_left(stems, stem) for stem in other.stems]] += times * other.counts
        texts = self.texts + times * other.texts
        if texts < 0 or (counts < 0).any():
            raise BadValueError(f"{other.texts} texts are no part of this profile of {self.texts}")
        return _compact(self.language, texts, stems, counts)

    def _at(self, stem: str) -> int | None:
        at = bisect_left(self.stems, stem)
        return at if at < len(self.stems) and self.stems[at] == stem else None

    def rest(self, stems: Sequence[str], own: NDArray[np.int64]) -> NDArray[np.int64]:
        """The counts of these stems, in their order, in the rest of the shop: without the ``own`` of one subject."""
        counts = np.zeros_like(own)
        known = [(place, at) for place, stem in enumerate(stems) if (at := self._at(stem)) is not None]
        if known:
            here, there = (list(each) for each in zip(*known, strict=True))
            counts[:, here] = self.counts[:, there]
        counts[:, counts[Sign.PLACE] < LEAST_PLACES] = 0
        rest: NDArray[np.int64] = np.maximum(0, counts - own)
        return rest

    def to_bytes(self) -> bytes:
        """The same bytes for equal profiles: a line that says what it is, then the stems and their counts, packed."""
        head = f"plaudit profile {VERSION} {self.language} {self.texts} {len(self.stems)}\n".encode()
        # One row is one sign, whose numbers are alike and mostly small: a byte each, and the few great ones behind.
        flat = self.counts.ravel()
        small = np.minimum(flat, WIDE).astype(np.uint8)
        body = "\n".join(self.stems).encode() + b"\0" + small.tobytes() + flat[small == WIDE].astype("<i8").tobytes()
        return head + zlib.compress(body, 6)

    @classmethod
    def from_bytes(cls, stored: bytes) -> Self:
        """Raises BadValueError for what is no profile, or one of another version, which is to be built anew."""
        head, _, packed = stored.partition(b"\n")
        found = HEAD.fullmatch(head)
        if found is None or int(found["version"]) != VERSION:
            raise BadValueError(f"no profile of version {VERSION}: {head[:60]!r}")
        size = int(found["size"])
        try:
            names, _, numbers = zlib.decompress(packed).partition(b"\0")
            small = np.frombuffer(numbers, np.uint8, len(Sign) * size)
            wide = np.flatnonzero(small == WIDE)
            counts = small.astype(np.int64)
            counts[wide] = np.frombuffer(numbers, "<i8", len(wide), offset=len(small))
        except (ValueError, zlib.error) as error:
            raise BadValueError(f"a profile that breaks off or was changed: {error}") from error
        stems = tuple(names.decode().split("\n")) if size else ()
        return cls(found["language"].decode(), int(found["texts"]), stems, counts.reshape(len(Sign), size))


def profile_of(texts: Iterable[MinedText], language: str) -> Profile:
    """The share of one subject's texts; copies of one voice count once.

    Raises NotFoundError where the language cannot be mined.
    """
    known, voices = grammar(language), one_per_voice(texts)
    words = lexemes(row([each.text for each in voices], known.elisions), known)
    counts = counted(words, author_words(voices))
    order = sorted(range(len(words.keys)), key=lambda number: words.keys[number])
    return _compact(known.language, len(voices), [words.keys[number] for number in order], counts[:, order])


def _compact(language: str, texts: int, stems: Sequence[str], counts: NDArray[np.int64]) -> Profile:
    """Without the stems that stand nowhere, so that equal evidence is an equal profile."""
    kept = np.flatnonzero(counts[Sign.PLACE])
    return Profile(language, texts, tuple(stems[each] for each in kept.tolist()), counts[:, kept])
