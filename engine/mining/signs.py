"""What the company of a word tells about it, counted: whole numbers, so that the counts of many subjects add up."""

from __future__ import annotations

from collections.abc import Iterator
from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.mining.lexemes import Lexemes, after, before
from engine.mining.segment import Flags, Numbers

Counts = NDArray[np.integer[Any]] | NDArray[np.floating[Any]]
"""One row for each sign, one column for each stem."""


FEWEST_CAPITALS, MOST_CAPITALS = 0.03, 0.6


class Sign(IntEnum):
    """The rows of the counts; a new sign, or another order, needs a new version of the stored profile."""

    PLACE = 0
    """It stands there at all, as a word of meaning."""
    DETERMINED = 1
    """A determiner belongs to it: ``the screen``, ``the small screen``."""
    COMPOUNDED = 2
    """The word before it has a determiner: ``the phone case``."""
    SUBJECT = 3
    """A copula follows."""
    LINKED = 4
    PRAISED = 5
    """An opinion stands before it, and no determiner: ``great sound``."""
    VERB_MARKED = 6
    GRADED = 7
    """Behind ``very``."""
    PREDICATE = 8
    """Behind a copula."""
    BEFORE_ARTICLE = 9
    BEFORE_OBJECT = 10
    CAPITAL = 11
    """Within a sentence, where nouns have one."""
    SMALL = 12
    DESCRIBING = 13
    """It stands beside the noun that it describes, and is not the noun itself."""
    JUDGED = 14
    """Somebody says of it directly how it is: ``a great screen``, ``the screen is great``."""
    OPENING = 15
    """A clause begins with it and its determiner, so that the clause is about it."""
    NAMED = 16
    """As a person is called: a known name, an author's, or behind a title."""
    WITHIN = 17
    """Not at the beginning of its sentence, so that a capital would say something."""
    TITLED = 18
    """Within a sentence, and with a capital."""


def counted(lexemes: Lexemes, authors: frozenset[str]) -> NDArray[np.int64]:
    """How often each stem shows each sign; ``authors`` are the words of the authors' names in lower case."""
    counts = np.zeros((len(Sign), len(lexemes.keys)), dtype=np.int64)
    for sign, flags in _signs(lexemes, authors):
        counts[sign] = np.bincount(lexemes.key[flags & lexemes.content], minlength=len(lexemes.keys))
    return counts


def opinions(lexemes: Lexemes) -> Flags:
    """Per place: whether the word itself is an opinion."""
    grammar = lexemes.grammar
    return lexemes.stem_flags(
        grammar.positive_stems | grammar.negative_stems, but=grammar.neutral | grammar.opinion_nouns
    )


def _signs(lexemes: Lexemes, authors: frozenset[str]) -> Iterator[tuple[Sign, Flags]]:
    """One sign after the other, since all of them at once would take the room of many texts."""
    grammar, content, inside = lexemes.grammar, lexemes.content, lexemes.inside
    judging = opinions(lexemes)
    qualities = lexemes.flags(grammar.qualities | grammar.degrees) | judging
    core = content & ~qualities
    articles, copulas = lexemes.flags(grammar.determiners), lexemes.flags(grammar.copulas)
    near = _determined(articles, qualities, inside)
    if grammar.closed_compounds:
        near &= ~after(core, inside)
    compounded = before(core & _determined(articles, qualities, inside), inside) & ~near
    yield Sign.PLACE, content
    yield Sign.DETERMINED, near
    yield Sign.COMPOUNDED, compounded
    yield Sign.SUBJECT, after(copulas, inside)
    yield Sign.LINKED, before(lexemes.flags(grammar.links), inside)
    yield Sign.PRAISED, before(judging, inside) & ~near & ~compounded
    yield Sign.VERB_MARKED, before(lexemes.flags(grammar.verb_marks), inside)
    yield Sign.GRADED, before(lexemes.flags(grammar.degrees), inside)
    yield Sign.PREDICATE, before(copulas, inside)
    yield Sign.BEFORE_ARTICLE, after(articles, inside)
    yield Sign.BEFORE_OBJECT, after(lexemes.flags(grammar.objects), inside)
    yield Sign.DESCRIBING, before(core, inside) if grammar.head_first else after(core, inside)
    yield Sign.JUDGED, _judged(judging, copulas, inside, head_first=grammar.head_first)
    yield Sign.OPENING, before(articles & ~inside, inside)
    yield from _capitals(lexemes, authors)


def _determined(articles: Flags, qualities: Flags, inside: Flags) -> Flags:
    behind_quality = before(qualities, inside)
    near = before(articles, inside) | behind_quality & before(articles, inside, 2)
    return near | behind_quality & before(qualities, inside, 2) & before(articles, inside, 3)


def _judged(judging: Flags, copulas: Flags, inside: Flags, *, head_first: bool) -> Flags:
    said_of_it = after(copulas, inside) & (after(judging, inside, 2) | after(judging, inside, 3))
    beside = before(judging, inside) | (after(judging, inside) if head_first else np.zeros_like(judging))
    return said_of_it | beside


def _capitals(lexemes: Lexemes, authors: frozenset[str]) -> Iterator[tuple[Sign, Flags]]:
    grammar, row, within = lexemes.grammar, lexemes.row, lexemes.mid_sentence
    title = np.array([form.istitle() for form in row.forms], dtype=np.bool_)[row.word]
    addressed = before(lexemes.flags(grammar.titles), within | lexemes.inside)
    yield Sign.NAMED, (lexemes.flags(grammar.given_names | authors) | addressed) & title
    yield Sign.WITHIN, within
    yield Sign.TITLED, within & title
    if grammar.capital_nouns:
        capital = np.array([form[:1].isupper() for form in row.forms], dtype=np.bool_)[row.word]
        telling = within & _spelled(capital, within, row.text)
        yield Sign.CAPITAL, telling & capital
        yield Sign.SMALL, telling & ~capital


def _spelled(capital: Flags, within: Flags, text: Numbers) -> Flags:
    """Per place: whether its text tells nouns by capitals: some people write all small, or all in capitals."""
    shares = np.bincount(text[within], capital[within]) / np.maximum(1, np.bincount(text[within]))
    spelled = np.zeros(int(text[-1]) + 1 if len(text) else 0, dtype=np.bool_)
    spelled[: len(shares)] = (shares > FEWEST_CAPITALS) & (shares < MOST_CAPITALS)
    return spelled[text]
