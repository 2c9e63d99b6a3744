"""Every number that decides the order of what is found, in one place: tests/benchmarks judges a change of them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from engine.domain.search import TextField

EXACT = 1.0
STEM = 0.98
"""Of another form: who asks for a battery is answered by batteries; the form as it was asked only breaks ties."""
SPELLING = 0.9
"""Of a word that is spelt without umlauts, or with them."""
SYNONYM = 0.6
COMPOUND = 0.3
"""Of a word that a compound is made with, and of a compound whose parts stand apart."""
GUESSED = 0.2
"""Of a word that looks like a compound with one part that nobody wrote by itself."""
TYPO = 0.5
"""Of a word that is near to one that nobody wrote."""

FIELDS: Mapping[TextField, float] = {
    TextField.TITLE: 1.2,
    TextField.BODY: 1.0,
    TextField.SUBJECT: 0.4,
    TextField.AUTHOR: 1.0,
    TextField.COMPANY: 1.0,
    TextField.ROLE: 0.8,
}
"""What an occurrence counts by the text that it stands in: a title sums up; the name of a subject stands at all of its
reviews, and says nothing of what this one tells."""
OF_FIELD = np.array([FIELDS[each] for each in TextField], np.float32)
"""The same, in the order in which the index numbers the texts."""

SATURATION = 3.0
"""BM25's k1: how soon more of the same word says no more. Higher than for pages: a review has a few sentences, a word
that comes again is mostly in another one, and who comes back to a thing speaks of it."""
LENGTH = 0.5
"""BM25's b: how much a long review has to say a word more often; 0 is not at all, 1 is in proportion. Reviews are
short, and ten words with one hit are no better an answer than thirty with two."""

EVENNESS = 0.5
"""The power of a word's rarity among reviews that have all the words: none of them is there by chance, and what counts
is how much is said of each, but "it" and "the" still count little."""

APART = 1
"""So many words from each other, two that are asked for one after the other are one expression."""
TOGETHER = 0.3
"""Of two that always stand together where a review has both, beside the words themselves."""

DWELLING = 4.0
"""What a review counts more if all its sentences have some of what is asked for; one that comes to speak of it in
passing says little of it, however rare the word is."""
UNSAID = 1
"""Sentences, at least one, that each review is taken to have beside its own, and that say nothing of it: three that do
are more than the only one."""

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
