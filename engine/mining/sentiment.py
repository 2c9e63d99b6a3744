"""Whether people speak well or ill of something, told clause by clause from the words of opinion beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.mining.composition import composed, cuts
from engine.mining.grammar import Grammar
from engine.mining.lexemes import Lexemes, lexemes
from engine.mining.opinion_model import OpinionModel, shipped
from engine.mining.opinion_rules import opinion_rules
from engine.mining.segment import Flags, Numbers, Reals, row

NEAR = 10
"""Within so many words an opinion belongs to a phrase, more surely the nearer it stands."""
FARTHER = 0.6
"""What the rest of the sentence counts for beside a word right at the phrase."""
CARRIED = 0.1
"""What the sentence before counts for where the phrase's own holds no opinion."""
LEAST = 0.04
"""What tells less than this is unclear."""
PRIOR = 0.15
"""What the stars of the review add to a clause that holds an opinion: little, for people praise and blame at once."""
PRIOR_OF_WORDS = 0.1
"""The same of a review without stars, by how far its words praise more than they blame."""
FAINT = 0.5
"""What tells less than this, and against what two thirds of the voices say, is unclear."""
EXACT = 6
"""Decimals of what a text says: more are the rounding of a machine."""
MOST = 2 / 3


@dataclass(frozen=True, slots=True)
class Opinions:
    """The opinions of a row: what each word says, where clauses end and what the stars say."""

    value: Reals
    """Per place: above 0 for praise, below 0 for blame, turned by negation."""
    clause: Numbers
    """Like the row's clauses, but an opinion may also turn at ``but``."""
    stretch: Numbers
    """Sentences, cut at ``but`` only."""
    of_stretch: Reals
    before_stretch: Reals
    """What the sentence before says, for a stretch that opens a sentence and is not the first of its text."""
    prior: Reals
    """Per text."""
    text: Numbers

    def at(self, places: Numbers, lengths: Numbers) -> Reals:
        """How people speak of the so many words at each place: above 0 well, below 0 ill, 0 unclear.

        The nearest words of the clause decide, with the rest of the sentence up to a ``but`` behind them. A sentence
        that holds no opinion goes on in the mind of the one before: ``A great knife. I cut everything with it.``
        """
        stretch = self.stretch[places]
        rest = self.of_stretch[stretch] - self._own(places, lengths)
        told = _clear(self._near(places, lengths) + FARTHER * rest)
        told = np.where(told != 0, told, CARRIED * _clear(self.before_stretch[stretch]))
        return np.where(told != 0, told + self.prior[self.text[places]], 0.0)

    def _near(self, places: Numbers, lengths: Numbers) -> Reals:
        total = np.zeros(len(places))
        for offset in range(-NEAR, NEAR + int(lengths.max(initial=1))):
            there = np.clip(places + offset, 0, len(self.value) - 1)
            same = (self.clause[there] == self.clause[places]) & (there == places + offset)
            distance = np.maximum(-offset, offset - lengths + 1)
            # What a phrase is called says nothing of how people speak of it: a smell may be praised.
            beside = same & (distance >= 1) & (distance <= NEAR)
            total += np.where(beside, self.value[there], 0.0) / np.maximum(1, distance)
        return total

    def _own(self, places: Numbers, lengths: Numbers) -> Reals:
        total = np.zeros(len(places))
        for offset in range(int(lengths.max(initial=1))):
            there = np.clip(places + offset, 0, len(self.value) - 1)
            total += np.where(offset < lengths, self.value[there], 0.0)
        return total


def by_voice(told: Reals, texts: Numbers, count: int) -> Numbers:
    """How each of ``count`` texts speaks of a phrase, by the places in them: 1 well, -1 ill, 0 unclear."""
    balance = np.sign(np.bincount(texts, np.sign(told), count)).astype(np.int32)
    well, ill = int(np.count_nonzero(balance > 0)), int(np.count_nonzero(balance < 0))
    if max(well, ill) < MOST * (well + ill):
        return balance
    against = -1 if well > ill else 1
    faint = (np.abs(np.bincount(texts, told, count)) < FAINT) & (balance == against)
    voices: Numbers = np.where(faint, 0, balance).astype(np.int32)
    return voices


def _clear(told: Reals) -> Reals:
    return np.where(np.abs(told) < LEAST, 0.0, told)


def opinions(words: Lexemes, hundredths: list[int | None], model: OpinionModel | None = None) -> Opinions:
    """The opinions of a row; ``hundredths`` of a star, one for each text; by the shipped model where none is given."""
    value, turns = told(words, model)
    at_turns = np.cumsum(turns, dtype=np.int32)
    stretch = words.row.sentence + at_turns
    of_stretch = np.bincount(stretch, value).astype(np.float64)
    return Opinions(
        value=value,
        clause=words.row.clause + at_turns,
        stretch=stretch,
        of_stretch=of_stretch,
        before_stretch=_before(words, stretch, of_stretch),
        prior=_prior(words, value, hundredths),
        text=words.row.text,
    )


def _prior(words: Lexemes, value: Reals, hundredths: list[int | None]) -> Reals:
    """Per text: what its stars say, or its words on the whole where it has none."""
    count = len(hundredths)
    total = np.bincount(words.row.text, value, count)
    said = np.bincount(words.row.text, np.abs(value), count)
    by_words = PRIOR_OF_WORDS * np.divide(total, said, out=np.zeros(count), where=said > 0)
    stars = np.array([np.nan if each is None else each for each in hundredths], dtype=np.float64)
    return np.where(np.isnan(stars), by_words, PRIOR * (stars - 300) / 200)


def _before(words: Lexemes, stretch: Numbers, of_stretch: Reals) -> Reals:
    """Per stretch: what the last stretch before it says, where that ended with a sentence of the same text."""
    said = np.zeros_like(of_stretch)
    text, sentence = words.row.text, words.row.sentence
    opens = np.flatnonzero((text[1:] == text[:-1]) & (sentence[1:] != sentence[:-1])) + 1
    said[stretch[opens]] = of_stretch[stretch[opens - 1]]
    return said


def told(words: Lexemes, model: OpinionModel | None) -> tuple[Reals, Flags]:
    """What each place of a row says, above 0 well, below 0 ill, and where an opinion may turn."""
    rules = opinion_rules(words.grammar.language)
    weights = (model or shipped(words.grammar)).weights(words)
    turns = cuts(words, weights, rules)
    return composed(words, weights, rules, words.inside & ~turns).value, turns


def polarity(text: str, grammar: Grammar, model: OpinionModel | None = None) -> int:
    """Of a sentence as a whole: 1 well, -1 ill, 0 unclear."""
    return polarities([text], grammar, model)[0]


def polarities(texts: Sequence[str], grammar: Grammar, model: OpinionModel | None = None) -> list[int]:
    """Of each text of one language as a whole, as ``polarity``; many at once take a fraction of the time of each."""
    words = lexemes(row(texts, grammar.elisions), grammar)
    if not len(words):
        return [0] * len(texts)
    totals = np.bincount(words.row.text, told(words, model)[0], len(texts))
    return [int(each) for each in np.sign(totals.round(EXACT))]
