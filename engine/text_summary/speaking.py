"""How clearly sentences speak well or ill of a phrase, so that the plainest of them can be quoted for it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.mining.grammar import Grammar
from engine.mining.lexemes import Lexemes, lexemes
from engine.mining.segment import Numbers, Reals, keys_of, row
from engine.mining.sentiment import opinions


def clarity(sentences: Sequence[str], forms: Sequence[str], grammar: Grammar) -> list[float]:
    """Of each sentence: above 0 where it speaks well of the phrase, below 0 ill, the farther the more clearly.

    0 where it does not hold the phrase in one of its forms, or says one thing of the phrase and another as a whole.
    """
    words = lexemes(row(sentences, grammar.elisions), grammar)
    places, lengths = _places(words, [keys_of(form, grammar.elisions, grammar.stem) for form in forms])
    if not len(places):
        return [0.0] * len(sentences)
    told = opinions(words, [None] * len(sentences))
    at_phrase = np.bincount(words.row.text[places], told.at(places, lengths), len(sentences))
    as_a_whole = np.bincount(words.row.text, told.value, len(sentences))
    clear: Reals = np.where(
        at_phrase * as_a_whole > 0, np.sign(at_phrase) * np.minimum(np.abs(at_phrase), np.abs(as_a_whole)), 0.0
    )
    return [float(each) for each in clear]


def _places(words: Lexemes, forms: Sequence[Sequence[str]]) -> tuple[Numbers, Numbers]:
    """Where the forms stand, each place once, and how many words each has there."""
    numbers = {key: number for number, key in enumerate(words.keys)}
    found: dict[int, int] = {}
    for keys in forms:
        if keys and all(key in numbers for key in keys):
            for place in _starts(words, [numbers[key] for key in keys]):
                found[place] = max(len(keys), found.get(place, 0))
    return np.array(sorted(found), dtype=np.int32), np.array([found[each] for each in sorted(found)], dtype=np.int32)


def _starts(words: Lexemes, stems: Sequence[int]) -> list[int]:
    """Where the stems follow each other in one sentence."""
    starts = np.arange(max(0, len(words) - len(stems) + 1))
    for offset, stem in enumerate(stems):
        starts = starts[words.key[starts + offset] == stem]
    same = words.row.text[starts] == words.row.text[starts + len(stems) - 1]
    return [int(each) for each in starts[same]]
