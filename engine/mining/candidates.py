"""Every wording of one to four words that enough voices use, by the rules for what may stand where in a phrase."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.mining.lexemes import Lexemes
from engine.mining.segment import Numbers

LONGEST = 4


@dataclass(frozen=True, slots=True)
class Candidate:
    """A wording: the numbers of its stems, where it stands, and in how many texts."""

    stems: tuple[int, ...]
    places: Numbers
    """Where its first word stands; each clause on its own."""
    count: int


def candidates(lexemes: Lexemes, at_least: int) -> list[Candidate]:
    """All wordings of at least so many voices, each longer one made of shorter ones that are frequent too (Apriori)."""
    row, key = lexemes.row, lexemes.key
    starts: Numbers = np.flatnonzero(lexemes.content).astype(np.int32)
    joint = lexemes.flags(lexemes.grammar.links)
    article = lexemes.flags(lexemes.grammar.determiners)
    inner = joint.copy()
    inner[1:] |= joint[:-1] & article[1:]
    grams = key[starts].astype(np.int64)
    starts, grams = _frequent(starts, grams, row.text, at_least)
    frequent = np.zeros(len(key), dtype=np.bool_)
    frequent[starts] = True
    found = _grouped(starts, grams, row.text, key, 1)
    for length in range(2, LONGEST + 1):
        last = starts + length - 1
        goes_on = last < len(key)
        starts, grams, last = starts[goes_on], grams[goes_on], last[goes_on]
        goes_on = (row.clause[last] == row.clause[starts]) & (frequent[last] | inner[last])
        starts, grams, last = starts[goes_on], grams[goes_on], last[goes_on]
        starts, grams = _frequent(starts, grams * len(lexemes.keys) + key[last], row.text, at_least)
        ends_well = frequent[starts + length - 1]
        found += _grouped(starts[ends_well], grams[ends_well], row.text, key, length)
    return found


def _frequent(
    starts: Numbers, codes: NDArray[np.int64], text: Numbers, at_least: int
) -> tuple[Numbers, NDArray[np.int64]]:
    """The places whose code stands in enough texts, with the codes numbered anew."""
    if not len(starts):
        return starts, codes
    _, grams = np.unique(codes, return_inverse=True)
    texts = np.int64(text[-1]) + 1
    pairs = np.unique(grams * texts + text[starts])
    enough = np.bincount(pairs // texts) >= at_least
    keep = enough[grams]
    return starts[keep], (np.cumsum(enough) - 1)[grams[keep]]


def _grouped(starts: Numbers, grams: NDArray[np.int64], text: Numbers, key: Numbers, length: int) -> list[Candidate]:
    if not len(starts):
        return []
    order = np.argsort(grams, kind="stable")
    starts = starts[order]
    cuts = np.flatnonzero(np.diff(grams[order])) + 1
    found = []
    for places in np.split(starts, cuts):
        stems = tuple(int(each) for each in key[places[0] : places[0] + length])
        count = 1 + int(np.count_nonzero(np.diff(text[places])))
        found.append(Candidate(stems, places, count))
    return found
