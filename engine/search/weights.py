"""Every number that decides the order of what is found, in one place: tests/benchmarks judges a change of them."""

from __future__ import annotations

from collections.abc import Mapping

from engine.domain.search import TextField

EXACT = 1.0
STEM = 0.4
SPELLING = 0.9
"""Of a word that is spelt without umlauts, or with them."""
SYNONYM = 0.6
COMPOUND = 0.5
"""Of a word that a compound is made with, and of a compound whose parts stand apart."""
GUESSED = 0.3
"""Of a word that looks like a compound with one part that nobody wrote by itself."""
TYPO = 0.5
"""Of a word that is near to one that nobody wrote."""

FIELDS: Mapping[TextField, float] = {
    TextField.TITLE: 1.4,
    TextField.BODY: 1.0,
    TextField.SUBJECT: 0.8,
    TextField.AUTHOR: 1.0,
    TextField.COMPANY: 1.0,
    TextField.ROLE: 0.8,
}
"""What an occurrence counts by the text that it stands in."""

SATURATION = 0.8
"""BM25's k1: how soon more of the same word says no more."""
LENGTH = 0.6
"""BM25's b: how much a long review has to say a word more often; 0 is not at all, 1 is in proportion."""

NEIGHBOURS = 5
"""Words that a mistyped one is looked for as."""
RARE = 2
"""A word that no more reviews have than this, and a near one has fifty times as often, may be mistyped by both."""
COMMONER = 50
SLIPS = 2
"""Reviews that may have the same three letters by mistake."""
COMPOUNDS = 200
"""Compounds that a part is looked for in, the commonest first."""

PARTICULAR = 15
"""Words of a review that others are compared by: the rarest that it shares with any."""
COMMON = 0.2
"""A word that more of the reviews have than this share says nothing of one of them."""
SHARED = 2
"""Of these, as many have to be shared."""
