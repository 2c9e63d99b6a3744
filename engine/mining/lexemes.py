"""The words of all texts with what the grammar says about each, as flags over the whole row."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import numpy as np

from engine.mining.grammar import Grammar
from engine.mining.segment import POSSESSIVE, Flags, Numbers, Row, key_of


@dataclass(frozen=True, slots=True)
class Lexemes:
    """A row of words and their stems; flags and numbers are per place in the row."""

    row: Row
    grammar: Grammar
    keys: Sequence[str]
    """The stems by their number."""
    key: Numbers
    """The stem's number at each place."""
    of_form: Numbers
    """The stem's number of each form of the row."""
    whole: Sequence[str]
    """Each form of the row in lower case, with straight apostrophes."""
    plain: Sequence[str]
    """The same without a possessive ending."""
    content: Flags
    """What may begin or end a phrase."""

    def __len__(self) -> int:
        return len(self.key)

    def flags(self, words: AbstractSet[str]) -> Flags:
        """Whether the word at a place is one of these."""
        return self._known(words)[self.row.word]

    def _known(self, words: AbstractSet[str]) -> Flags:
        """Per form: whether it is one of these."""
        if words.isdisjoint(self.whole) and words.isdisjoint(self.plain):
            return np.zeros(len(self.plain), np.bool_)
        known = (a in words or b in words for a, b in zip(self.whole, self.plain, strict=True))
        return np.fromiter(known, np.bool_, len(self.plain))

    def stem_flags(self, stems: AbstractSet[str], but: AbstractSet[str] = frozenset()) -> Flags:
        """Whether the stem at a place is one of these and the word none of the others."""
        of_stem = np.fromiter((stem in stems for stem in self.keys), np.bool_, len(self.keys))
        known = of_stem[self.key]
        return known & ~self.flags(but) if but else known

    def stems_where(self, flags: Flags) -> Flags:
        """Per stem: whether most of its places are flagged."""
        flagged = np.bincount(self.key[flags], minlength=len(self.keys))
        return flagged * 2 > np.bincount(self.key, minlength=len(self.keys))

    def stems_of(self, words: AbstractSet[str]) -> Flags:
        """Per stem: whether most of its places, or its commonest form, are one of these words."""
        return self.stems_where(self.flags(words)) | self._known(words)[self._commonest()]

    def _commonest(self) -> Numbers:
        """Per stem: the number of the form in which it is written most often, the first of equals."""
        often = np.bincount(self.row.word, minlength=len(self.of_form))
        order = np.lexsort((-often, self.of_form))
        firsts = np.searchsorted(self.of_form[order], np.arange(len(self.keys)))
        return order[firsts]

    @property
    def inside(self) -> Flags:
        """Whether a word follows another in the same clause."""
        follows = np.zeros(len(self), dtype=np.bool_)
        follows[1:] = self.row.clause[1:] == self.row.clause[:-1]
        return follows

    @property
    def mid_sentence(self) -> Flags:
        """Whether a word follows another in the same sentence, so that its capital says something."""
        follows = np.zeros(len(self), dtype=np.bool_)
        follows[1:] = self.row.sentence[1:] == self.row.sentence[:-1]
        return follows


def lexemes(row: Row, grammar: Grammar) -> Lexemes:
    """What the grammar says about the words of a row."""
    whole = [form.lower().replace("’", "'") for form in row.forms]
    plain = [POSSESSIVE.sub("", form) for form in whole]
    numbers: dict[str, int] = {}
    stems = [numbers.setdefault(key_of(form, grammar.stem), len(numbers)) for form in row.forms]
    stops = grammar.stop_words
    meaning = [
        len(short) > 1 and short[0].isalpha() and short not in stops and form not in stops
        for short, form in zip(plain, whole, strict=True)
    ]
    content = np.array(meaning, dtype=np.bool_)[row.word] & ~row.hidden
    of_form = np.array(stems, dtype=np.int32)
    return Lexemes(row, grammar, tuple(numbers), of_form[row.word], of_form, tuple(whole), tuple(plain), content)


def before(flags: Flags, inside: Flags, steps: int = 1) -> Flags:
    """Per place: whether the word so many steps before it, in the same clause, is flagged."""
    shifted = np.zeros_like(flags)
    if steps < len(flags):
        shifted[steps:] = flags[:-steps]
        for step in range(steps):
            shifted[step:] &= inside[: len(inside) - step]
    return shifted


def after(flags: Flags, inside: Flags, steps: int = 1) -> Flags:
    """Per place: whether the word so many steps behind it, in the same clause, is flagged."""
    shifted = np.zeros_like(flags)
    if steps < len(flags):
        shifted[:-steps] = flags[steps:]
        for step in range(1, steps + 1):
            shifted[:-step] &= inside[step:]
    return shifted
