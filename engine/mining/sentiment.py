"""Whether people speak well or ill of something, told clause by clause from the words of opinion beside it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.mining.grammar import Grammar
from engine.mining.lexemes import Lexemes, after, before, lexemes
from engine.mining.segment import Flags, Numbers, Reals, row

NEGATION_REACH = 4
NEAR = 6
"""Within so many words an opinion belongs to a phrase, more surely the nearer it stands."""
PRIOR = 0.15
"""What the stars of the review add to a clause that holds an opinion: little, for people praise and blame at once."""


@dataclass(frozen=True, slots=True)
class Opinions:
    """The opinions of a row: what each word says, where clauses end and what the stars say."""

    value: Reals
    """Per place: 1 for praise, -1 for blame, turned by negation."""
    clause: Numbers
    """Like the row's clauses, but an opinion may also turn at ``but``."""
    stretch: Numbers
    """Sentences, cut at ``but`` only."""
    of_clause: Reals
    of_stretch: Reals
    prior: Reals
    """Per text."""
    text: Numbers

    def at(self, places: Numbers, lengths: Numbers) -> Reals:
        """How people speak of the so many words at each place: above 0 well, below 0 ill, 0 unclear.

        The nearest words of the clause decide; where it holds no opinion, the rest of the sentence up to a ``but``.
        """
        near = self._near(places, lengths)
        told = np.where(near != 0, near, 0.5 * np.sign(self.of_clause[self.clause[places]]))
        told = np.where(told != 0, told, 0.25 * np.sign(self.of_stretch[self.stretch[places]]))
        return np.where(told != 0, told + self.prior[self.text[places]], 0.0)

    def _near(self, places: Numbers, lengths: Numbers) -> Reals:
        total = np.zeros(len(places))
        for offset in range(-NEAR, NEAR + int(lengths.max(initial=1))):
            there = np.clip(places + offset, 0, len(self.value) - 1)
            same = (self.clause[there] == self.clause[places]) & (there == places + offset)
            distance = np.maximum(1, np.maximum(-offset, offset - lengths + 1))
            total += np.where(same & (distance <= NEAR), self.value[there], 0.0) / distance
        return np.where(np.abs(total) < 0.05, 0.0, total)


def opinions(words: Lexemes, hundredths: list[int | None]) -> Opinions:
    """The opinions of a row; ``hundredths`` of a star, one for each text."""
    turns = words.flags(words.grammar.contrasts)
    cuts = np.cumsum(turns, dtype=np.int32)
    clause, stretch = words.row.clause + cuts, words.row.sentence + cuts
    value = _values(words)
    stars = np.array([300 if each is None else each for each in hundredths] or [300], dtype=np.float64)
    return Opinions(
        value=value,
        clause=clause,
        stretch=stretch,
        of_clause=np.bincount(clause, value).astype(np.float64),
        of_stretch=np.bincount(stretch, value).astype(np.float64),
        prior=PRIOR * (stars - 300) / 200,
        text=words.row.text,
    )


def _values(words: Lexemes) -> Reals:
    grammar, inside = words.grammar, words.inside
    # Dutch "niet" has the stem of "genieten": only a list can give a stop word an opinion.
    silent = grammar.neutral | (grammar.stop_words - grammar.positive - grammar.negative)
    good = words.stem_flags(grammar.positive_stems, but=silent | grammar.negative)
    bad = words.stem_flags(grammar.negative_stems, but=silent | grammar.positive)
    qualities = words.flags(grammar.qualities)
    too_much = before(words.flags(grammar.excess), inside) & (qualities | good | bad)
    value = np.where(bad | too_much, -1.0, np.where(good, 1.0, 0.0))
    return np.where(_negated(words, inside), -0.8 * value, value)


def _negated(words: Lexemes, inside: Flags) -> Flags:
    """Per place: whether a negator stands shortly before it, or behind it where the language puts it there."""
    negators = words.flags(words.grammar.negators)
    turned = np.zeros(len(words), dtype=np.bool_)
    for steps in range(1, NEGATION_REACH + 1):
        turned |= before(negators, inside, steps)
    for steps in range(1, words.grammar.negation_after + 1):
        turned |= after(negators, inside, steps)
    return turned


def polarity(text: str, grammar: Grammar) -> int:
    """Of a sentence as a whole: 1 well, -1 ill, 0 unclear."""
    words = lexemes(row([text], grammar.elisions), grammar)
    if not len(words):
        return 0
    total = float(_values(words).sum())
    return (total > 0) - (total < 0)
