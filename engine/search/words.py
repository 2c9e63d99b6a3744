"""The words that an index knows, with how many reviews have each: what a question's words are looked up in.

Everything that is not the word itself is found here when a question is read: its other forms, words that begin so,
compounds that it is a part of, and words that it was probably meant to be. So nothing of that is indexed, and a better
rule needs no new index.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract_iter

from engine.search.analysis import STEMMERS, stems

MOST_BEGUN = 400
"""Words that a prefix stands for at the most, the commonest first."""
_END = "\U0010ffff"


class Vocabulary:
    """The words of one segment; it never changes."""

    def __init__(self, counted: Iterable[tuple[str, int]]) -> None:
        self.counts: dict[str, dict[str, int]] = {}
        for term, count in counted:
            language, _, word = term.partition(":")
            self.counts.setdefault(language, {})[word] = count
        self._forms: dict[str, dict[str, list[str]]] = {}
        self._sorted = {language: sorted(words) for language, words in self.counts.items()}
        self._text: dict[str, str] = {}
        self._by_length: dict[str, dict[int, list[str]]] = {}

    def forms(self, stem: str, language: str) -> Sequence[str]:
        """The words of a language that have this stem."""
        if language not in self._forms:
            words = self._sorted.get(language, [])
            by_stem: dict[str, list[str]] = {}
            for word, its_stem in zip(words, stems(words, language), strict=True):
                by_stem.setdefault(its_stem, []).append(word)
            self._forms[language] = by_stem
        return self._forms[language].get(stem, ())

    def beginning(self, start: str, language: str) -> Sequence[str]:
        """The words that begin so, in the order of the alphabet."""
        words = self._sorted.get(language, [])
        return words[bisect_left(words, start) : bisect_left(words, start + _END)]

    def as_long(self, length: int, edits: int, language: str) -> Iterator[str]:
        """The words that are no more letters longer or shorter than that many edits make them."""
        if language not in self._by_length:
            by_length: dict[int, list[str]] = {}
            for word in self._sorted.get(language, []):
                by_length.setdefault(len(word), []).append(word)
            self._by_length[language] = by_length
        for each in range(length - edits, length + edits + 1):
            yield from self._by_length[language].get(each, ())

    def containing(self, part: str, language: str) -> Iterator[str]:
        """The longer words that these letters stand in."""
        if language not in self._text:
            self._text[language] = "\n".join(["", *self._sorted.get(language, []), ""])
        text, at = self._text[language], 0
        while (at := text.find(part, at)) >= 0:
            start, at = text.rfind("\n", 0, at) + 1, text.find("\n", at)
            if at - start > len(part):
                yield text[start:at]


class Lexicon:
    """The words of all the segments that are read together."""

    def __init__(self, vocabularies: Sequence[Vocabulary]) -> None:
        self._all = tuple(vocabularies)
        self.languages = tuple(sorted({language for each in self._all for language in each.counts}))

    def count(self, word: str, language: str | None = None) -> int:
        """How many reviews have it, those counted that are gone but not forgotten yet; None: in any language."""
        languages = self.languages if language is None else (language,)
        return sum(each.counts[its].get(word, 0) for each in self._all for its in languages if its in each.counts)

    def forms(self, word: str, language: str) -> set[str]:
        """Words of the same stem, itself included where it is there."""
        [stem] = stems([word], language)
        return {form for each in self._all for form in each.forms(stem, language)}

    def is_known(self, word: str, language: str | None = None) -> bool:
        """Whether it or another form of it is there; None: in any language."""
        languages = self.languages if language is None else (language,)
        return self.count(word) > 0 or any(self.forms(word, each) for each in languages if each in STEMMERS)

    def beginning(self, start: str, language: str | None) -> list[tuple[str, int]]:
        """Words that begin so with their counts, the commonest first."""
        return _commonest(
            {
                word: self.count(word, language)
                for its in self._of(language)
                for each in self._all
                for word in each.beginning(start, its)
            }
        )

    def containing(self, part: str, language: str) -> list[tuple[str, int]]:
        """Longer words that these letters stand in, the commonest first."""
        return _commonest(
            {word: self.count(word, language) for each in self._all for word in each.containing(part, language)}
        )

    def near(self, word: str, language: str | None, limit: int) -> list[tuple[str, int]]:
        """Words that it was probably meant to be, with their counts: the nearest first, the commonest of these first.

        One edit for words of four letters, two from eight on; letters that changed places are one edit, and the first
        letter may be another. Shorter words are what they are.
        """
        edits = allowed_edits(word)
        if not edits:
            return []
        found: dict[str, int] = {}
        for its in self._of(language):
            for each in self._all:
                words = each.as_long(len(word), edits, its)
                for near, distance, _ in extract_iter(word, words, scorer=OSA.distance, score_cutoff=edits):
                    if near != word and not near.isdigit():
                        found[near] = int(distance)
        ranked = sorted(found, key=lambda near: (found[near], -self.count(near, language), near))
        return [(near, self.count(near, language)) for near in ranked[:limit]]

    def _of(self, language: str | None) -> Sequence[str]:
        return self.languages if language is None else (language, "") if language else ("",)


@lru_cache(maxsize=1 << 12)
def allowed_edits(word: str) -> int:
    """How far a word may be from what was meant; numbers are never mistyped words."""
    if len(word) < 4 or any(each.isdigit() for each in word):
        return 0
    return 1 if len(word) < 8 else 2


def _commonest(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST_BEGUN]
