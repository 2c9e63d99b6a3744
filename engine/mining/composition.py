"""How words turn each other's opinion: negation, excess, denial, comparison and wordings with a sign of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.mining.lexemes import Lexemes, after, before
from engine.mining.opinion_rules import OpinionRules
from engine.mining.segment import Flags, Numbers, Reals

REACH = 4
"""So many words behind a negator an opinion is still turned."""
REACH_OF_A_CONDITION = 8
TURNED_PRAISE, TURNED_BLAME = -0.9, -0.6
"""``Not good`` blames nearly as much as good praises; ``not bad`` praises less than bad blames."""
DENIED = -0.4
"""What ``does not open`` says: less than a word of blame."""


@dataclass(frozen=True, slots=True)
class Composed:
    """The opinions of a row after its words have turned each other."""

    base: Reals
    """Per place: what the word says by itself, the turning left to ``turned``."""
    turned: Flags
    denied: Flags
    """Negators that deny something that is no opinion."""

    @property
    def value(self) -> Reals:
        base = self.base
        turned = np.where(base > 0, TURNED_PRAISE * base, TURNED_BLAME * base)
        value: Reals = np.where(self.turned, turned, base) + np.where(self.denied, DENIED, 0.0)
        return value


def cuts(words: Lexemes, weights: Reals, rules: OpinionRules) -> Flags:
    """Per place: whether an opinion may turn here, at ``but``, or belongs to something else, behind ``better than``."""
    inside = words.inside
    judged = weights != 0
    compared = words.flags(rules.other_side) & (before(judged, inside) | before(judged, inside, 2))
    return words.flags(words.grammar.contrasts) | compared


def composed(words: Lexemes, weights: Reals, rules: OpinionRules, inside: Flags) -> Composed:
    """What each place of a row says; ``inside`` is whether a word follows another in the same clause.

    The weights are the words' own, so that a trained model is measured and used under the same rules.
    """
    grammar = words.grammar
    base, spent, signed, asides = _with_wordings(
        words, np.where(_is_thing(words, weights, rules, inside), 0.0, weights), rules
    )
    negators = words.flags(grammar.negators | rules.removes) & ~spent
    too = words.flags(grammar.excess) & ~spent & ~before(negators, inside)
    said = words.flags(grammar.qualities) | (base != 0)
    base = np.where(before(too, inside) & said & ~signed, -1.0, base)
    supposed = _supposed(words, rules, inside) & ~signed
    base = np.where(supposed, 0.0, base)
    turned, idle = _negated(words, (base != 0) & ~asides, negators, rules, inside)
    harmless = words.flags(rules.harmless)
    near_harmless = after(harmless, inside) | after(harmless, inside, 2) | before(harmless, inside)
    return Composed(base, turned, idle & words.flags(rules.denials) & ~near_harmless & ~supposed)


def _with_wordings(words: Lexemes, weights: Reals, rules: OpinionRules) -> tuple[Reals, Flags, Flags, Flags]:
    """The weights with each wording's sign at its last word; the words of all wordings; where signs and asides stand.

    A wording of one word is an aside, told as it is: ``unfortunately not`` blames.
    """
    base = weights.copy()
    spent = np.zeros(len(words), dtype=np.bool_)
    signed, asides = np.zeros_like(spent), np.zeros_like(spent)
    for places, length, sign in _wordings(words, rules):
        free = places[~spent[places] & ~spent[places + length - 1]]
        for offset in range(length):
            spent[free + offset] = True
            base[free + offset] = 0.0
        base[free + length - 1] = sign
        signed[free + length - 1] = sign != 0
        asides[free] = length == 1
    return base, spent, signed, asides


def _supposed(words: Lexemes, rules: OpinionRules, inside: Flags) -> Flags:
    conditions = words.flags(rules.conditions)
    found = np.zeros(len(words), dtype=np.bool_)
    if not conditions.any():
        return found
    for steps in range(1, min(REACH_OF_A_CONDITION, len(words) - 1) + 1):
        found |= before(conditions, inside, steps)
    return found


def _is_thing(words: Lexemes, weights: Reals, rules: OpinionRules, inside: Flags) -> Flags:
    return words.flags(rules.things) & after(words.content | (weights > 0), inside)


def _negated(words: Lexemes, judged: Flags, negators: Flags, rules: OpinionRules, inside: Flags) -> tuple[Flags, Flags]:
    """Which opinions are negated, and which negators negate none: only the first opinion behind one is turned."""
    turned = np.zeros(len(words), dtype=np.bool_)
    busy = np.zeros(len(words), dtype=np.bool_)
    if not negators.any():
        return turned, negators
    idle = negators.copy()
    for steps in range(1, min(REACH, len(words) - 1) + 1):
        turned |= before(idle, inside, steps) & judged
        met = after(judged, inside, steps) & idle
        busy |= met
        idle &= ~met
    behind = words.flags(rules.behind or words.grammar.negators)
    for steps in range(1, min(words.grammar.negation_after, len(words) - 1) + 1):
        idle = negators & ~busy & behind
        turned |= after(idle, inside, steps) & judged
        busy |= before(judged, inside, steps) & idle
    return turned, negators & ~busy


def _wordings(words: Lexemes, rules: OpinionRules) -> list[tuple[Numbers, int, int]]:
    """Where each wording stands within one sentence, with its length and its sign; the longest first."""
    numbers: dict[str, int] = {}
    of_form = np.fromiter((numbers.setdefault(form, len(numbers)) for form in words.whole), np.int32, len(words.whole))
    row = of_form[words.row.word]
    begun = sorted(number for form in numbers for number in rules.beginnings.get(form, ()))
    known = [
        (tuple(numbers[word] for word in wording), sign)
        for wording, sign in (rules.wordings[number] for number in begun)
        if all(word in numbers for word in wording)
    ]
    if not known:
        return []
    starts = _starts(row, {wording[0] for wording, _ in known}, len(numbers))
    return [
        (_places(row, words.row.sentence, starts[wording[0]], wording), len(wording), sign) for wording, sign in known
    ]


def _starts(row: Numbers, firsts: set[int], different: int) -> dict[int, Numbers]:
    wanted = np.zeros(different, dtype=np.bool_)
    wanted[list(firsts)] = True
    places = np.flatnonzero(wanted[row])
    order = np.argsort(row[places], kind="stable")
    sorted_ = row[places][order]
    return {
        first: places[order[np.searchsorted(sorted_, first) : np.searchsorted(sorted_, first, side="right")]]
        for first in firsts
    }


def _places(row: Numbers, sentence: Numbers, starts: Numbers, wording: Sequence[int]) -> Numbers:
    found: Numbers = starts[starts + len(wording) <= len(row)]
    found = found[sentence[found + len(wording) - 1] == sentence[found]]
    for offset, word in enumerate(wording[1:], 1):
        found = found[row[found + offset] == word]
    return found
