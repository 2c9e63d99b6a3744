"""Which words people use as names of things, told from their company: no tagger, only the words beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from engine.mining.lexemes import Lexemes
from engine.mining.profile import Profile
from engine.mining.segment import Flags, Reals
from engine.mining.signs import Counts, Sign, counted, opinions

# Before a word was seen: how likely it is a noun, and how many sightings that belief is worth.
PRIOR, BY_ENDING, WEIGHT = 0.4, (0.75, 0.2), 3.0
FOR_A_NOUN: Mapping[Sign, float] = {
    Sign.DETERMINED: 1.0,
    Sign.SUBJECT: 1.0,
    Sign.LINKED: 0.5,
    Sign.PRAISED: 0.7,
}
AGAINST: Mapping[Sign, float] = {
    Sign.VERB_MARKED: 1.0,
    Sign.GRADED: 1.0,
    Sign.PREDICATE: 0.7,
    Sign.BEFORE_ARTICLE: 1.0,
    Sign.BEFORE_OBJECT: 1.0,
}
COMPOUNDED = 0.6
"""Where the noun stands behind what describes it; elsewhere an adjective stands there."""
# Where nouns have a capital, the capital outweighs the company.
CAPITAL, SMALL, COMPANY = 1.0, 1.5, 0.3
SURELY_A_NOUN = 0.65
WORTH = 10.0
"""How many sightings the rest of the shop is worth at most, so that a subject's own use of a word can differ."""
OFTEN_ENOUGH = 4
"""A German noun that stands so often has a determiner or an opinion before it at least once."""
REGARD_PRIOR = 5.0
"""How many usual sightings are added before it is told how a word is spoken of."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the company of each stem says; all arrays are by the stem's number."""

    noun: Reals
    """From 0 (never a noun) to 1."""
    head: Reals
    """The share of its places at which it is the noun itself and not what describes the next one."""
    regard: Reals
    """How much more often than other nouns people judge it or make it the subject of a clause; 1 is as often."""
    judging: Flags
    """Whether the word itself is an opinion."""
    empty: Flags
    """Whether the word says nothing about a subject, or is only a quality of something."""
    generic: Flags
    opinion: Flags
    """Whether the word is said as an opinion; this one array is by place."""
    name: Flags
    """Whether the word is a person's name, or some other proper name."""


def evidence(lexemes: Lexemes, authors: frozenset[str], profile: Profile | None = None) -> Evidence:
    """The evidence of all texts together, on top of that of the whole shop where its profile is given.

    ``authors`` are the words of the authors' names in lower case.
    """
    grammar = lexemes.grammar
    own = counted(lexemes, authors)
    rest = None if profile is None else profile.rest(lexemes.keys, own)
    counts: Counts = own if rest is None else own + _at_its_worth(rest)
    places = np.maximum(1, counts[Sign.PLACE])
    judging = opinions(lexemes)
    # Another form of an opinion is one too unless it is used as a noun: "powerful" is an opinion, "power" is none.
    said = judging & lexemes.flags(grammar.positive | grammar.negative)
    noun = _noun_share(lexemes, counts)
    return Evidence(
        noun=noun,
        head=(1 + counts[Sign.PLACE] - counts[Sign.DESCRIBING]) / (1 + places),
        # What a word is, the whole shop tells; how people speak of it here, only this subject does.
        regard=_regard(own, noun),
        judging=lexemes.stems_where(said) | lexemes.stems_where(judging) & (noun < SURELY_A_NOUN),
        opinion=said,
        empty=lexemes.stems_of(grammar.qualities) | lexemes.stems_of(grammar.stop_words),
        generic=lexemes.stems_of(grammar.generic),
        name=_names(counts, places, capital_nouns=grammar.capital_nouns),
    )


def _at_its_worth(rest: Counts) -> Reals:
    """The evidence of the rest of the shop, as if it had no more than so many sightings of each word."""
    scaled: Reals = rest * np.minimum(1.0, WORTH / np.maximum(1, rest[Sign.PLACE]))
    return scaled


def _noun_share(lexemes: Lexemes, counts: Counts) -> Reals:
    yes, no = (
        np.sum([weight * counts[sign] for sign, weight in signs.items()], axis=0) for signs in (FOR_A_NOUN, AGAINST)
    )
    if not lexemes.grammar.head_first:
        yes = yes + COMPOUNDED * counts[Sign.COMPOUNDED]
    if lexemes.grammar.capital_nouns:
        yes = COMPANY * yes + CAPITAL * counts[Sign.CAPITAL]
        no = COMPANY * no + SMALL * counts[Sign.SMALL]
    share: Reals = (yes + WEIGHT * _prior(lexemes)) / (yes + no + WEIGHT)
    return share


def _prior(lexemes: Lexemes) -> Reals:
    """What the ending of a word says; a stem takes the word of its first form in the row."""
    grammar = lexemes.grammar
    prior = np.full(len(lexemes.keys), PRIOR)
    places, firsts = np.unique(lexemes.key, return_index=True)
    for stem, first in zip(places.tolist(), firsts.tolist(), strict=True):
        form = lexemes.plain[lexemes.row.word[first]]
        if len(form) > 4 and form.endswith(grammar.noun_endings):
            prior[stem] = BY_ENDING[0]
        elif len(form) > 4 and form.endswith(grammar.other_endings):
            prior[stem] = BY_ENDING[1]
    return prior


def _regard(counts: Counts, noun: Reals) -> Reals:
    """The geometric mean of how often it is judged and how often a clause is about it, each beside other nouns."""
    places, nouns = counts[Sign.PLACE], noun >= 0.5
    regard = np.ones(len(noun))
    for sign in (Sign.JUDGED, Sign.OPENING):
        usual = max(0.01, float(counts[sign][nouns].sum()) / max(1.0, float(places[nouns].sum())))
        regard *= (counts[sign] + REGARD_PRIOR * usual) / (places + REGARD_PRIOR) / usual
    return np.sqrt(regard)


def _names(counts: Counts, places: Counts, *, capital_nouns: bool) -> Flags:
    """Names have a capital within a sentence and no determiner.

    Where all nouns have a capital, known names are told, and words that have no determiner and no opinion before them
    however often they stand there: ``Yusuf war da``.
    """
    bare: Flags = counts[Sign.DETERMINED] + counts[Sign.COMPOUNDED] < 0.25 * places
    called: Flags = counts[Sign.NAMED] >= 0.5 * places
    if capital_nouns:
        never_described: Flags = counts[Sign.DETERMINED] + counts[Sign.PRAISED] == 0
        # Behind a noun and its determiner stands a name: "der Kellner Yusuf".
        often: Flags = counts[Sign.PLACE] + counts[Sign.COMPOUNDED] >= OFTEN_ENOUGH
        return called & bare | never_described & often
    seen = counts[Sign.WITHIN]
    mostly_titled: Flags = (seen > 0) & (counts[Sign.TITLED] >= 0.75 * seen)
    return (called | mostly_titled) & bare
