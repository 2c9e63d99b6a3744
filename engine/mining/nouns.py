"""Which words people use as names of things, told from their company: no tagger, only the words beside them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.mining.lexemes import Lexemes, after, before
from engine.mining.segment import Flags, Reals

# Before a word was seen: how likely it is a noun, and how many sightings that belief is worth.
PRIOR, BY_ENDING, WEIGHT = 0.4, (0.75, 0.2), 3.0


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the company of each stem says; all arrays are by the stem's number."""

    noun: Reals
    """From 0 (never a noun) to 1."""
    head: Reals
    """The share of its places at which it is the noun itself and not what describes the next one."""
    opinion: Reals
    """How much more often than other words it stands in a clause that holds an opinion; 1 is as often."""
    judging: Flags
    """Whether the word itself is an opinion."""
    empty: Flags
    """Whether the word says nothing about a subject, or is only a quality of something."""
    generic: Flags
    name: Flags
    """Whether the word is a person's name, or some other proper name."""


def evidence(lexemes: Lexemes, authors: frozenset[str]) -> Evidence:
    """The evidence of all texts together; ``authors`` are the words of the authors' names in lower case."""
    grammar, content = lexemes.grammar, lexemes.content
    opinions = lexemes.stem_flags(
        grammar.positive_stems | grammar.negative_stems, but=grammar.neutral | grammar.opinion_nouns
    )
    qualities = lexemes.flags(grammar.qualities | grammar.degrees) | opinions
    inside = lexemes.inside
    core = content & ~qualities
    determined = _determined(lexemes, qualities, core, inside)
    noun = _noun_share(lexemes, determined, opinions, inside)
    places = np.maximum(1, _per_stem(lexemes, content))
    neighbour = before(core, inside) if grammar.head_first else after(core, inside)
    generic = lexemes.stems_where(lexemes.flags(grammar.generic))
    return Evidence(
        noun=noun,
        head=(1 + _per_stem(lexemes, content & ~neighbour)) / (1 + places),
        opinion=_opinion_share(lexemes, opinions, places),
        judging=lexemes.stems_where(opinions),
        empty=lexemes.stems_where(lexemes.flags(grammar.qualities)),
        generic=generic,
        name=_names(lexemes, authors, determined > 0),
    )


def _per_stem(lexemes: Lexemes, values: Flags | Reals) -> Reals:
    content = lexemes.content
    counted: Reals = np.bincount(lexemes.key[content], values[content], len(lexemes.keys)).astype(np.float64)
    return counted


def _determined(lexemes: Lexemes, qualities: Flags, core: Flags, inside: Flags) -> Reals:
    """Per place: how surely a determiner belongs to the word (``the screen``, ``the small screen``)."""
    articles = lexemes.flags(lexemes.grammar.determiners)
    behind_quality = before(qualities, inside)
    near = before(articles, inside) | behind_quality & before(articles, inside, 2)
    near |= behind_quality & before(qualities, inside, 2) & before(articles, inside, 3)
    compound = before(core & near, inside)
    return np.where(near, 1.0, np.where(compound, 0.6, 0.0))


def _noun_share(lexemes: Lexemes, determined: Reals, opinions: Flags, inside: Flags) -> Reals:
    grammar = lexemes.grammar
    articles, copulas = lexemes.flags(grammar.determiners), lexemes.flags(grammar.copulas)
    judged = before(opinions, inside) & (determined == 0)
    yes = determined + after(copulas, inside) + 0.5 * before(lexemes.flags(grammar.links), inside) + 0.7 * judged
    no = 1.0 * before(lexemes.flags(grammar.verb_marks), inside) + before(lexemes.flags(grammar.degrees), inside)
    no += 0.7 * before(copulas, inside) + after(articles, inside) + after(lexemes.flags(grammar.objects), inside)
    if grammar.capital_nouns:
        capital = np.array([form[:1].isupper() for form in lexemes.row.forms], dtype=np.bool_)[lexemes.row.word]
        yes = 0.3 * yes + (capital & lexemes.mid_sentence)
        no = 0.3 * no + 1.5 * (~capital & lexemes.mid_sentence)
    told_yes, told_no = _per_stem(lexemes, yes), _per_stem(lexemes, no)
    return (told_yes + WEIGHT * _prior(lexemes)) / (told_yes + told_no + WEIGHT)


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


def _opinion_share(lexemes: Lexemes, opinions: Flags, places: Reals) -> Reals:
    clause = lexemes.row.clause
    if not len(clause):
        return np.ones(len(lexemes.keys))
    judged = np.zeros(int(clause[-1]) + 1, dtype=np.bool_)
    judged[clause[opinions]] = True
    near = judged[clause]
    usual = max(0.05, float(near[lexemes.content].mean())) if lexemes.content.any() else 1.0
    return (_per_stem(lexemes, near) + 5 * usual) / (places + 5) / usual


def _names(lexemes: Lexemes, authors: frozenset[str], determined: Flags) -> Flags:
    """Names have a capital within a sentence and no determiner; where all nouns have one, known names are told."""
    grammar, content = lexemes.grammar, lexemes.content
    title = np.array([form.istitle() for form in lexemes.row.forms], dtype=np.bool_)[lexemes.row.word]
    addressed = before(lexemes.flags(grammar.titles), lexemes.mid_sentence | lexemes.inside) & title
    known = (lexemes.flags(grammar.given_names | authors) & title) | addressed
    places = np.maximum(1, _per_stem(lexemes, content))
    bare = _per_stem(lexemes, content & determined) < 0.25 * places
    called = _per_stem(lexemes, content & known) >= 0.5 * places
    if grammar.capital_nouns:
        return called & bare
    mid = lexemes.mid_sentence & content
    seen = _per_stem(lexemes, mid)
    return (called | (seen > 0) & (_per_stem(lexemes, mid & title) >= 0.75 * seen)) & bare
