"""What makes sentences of a language quotable, from ``quoting/<code>.toml``: a further language is a further file."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from engine.errors import NotFoundError
from engine.mining.grammar import Grammar, Words, base_language, grammar

FOLDER = Path(__file__).parent / "quoting"
SHORTEST_FORM = 3
"""Letters of a word that can name something."""
TELLS = 0.6
"""What a word adds to what a sentence is about when nothing shows that it is a noun."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class QuotingWords:
    """One language; all words in lower case, with straight apostrophes."""

    grammar: Grammar | None
    """None where the language cannot be mined: then only the form of a sentence is judged."""
    pronouns: Words = frozenset()
    """A sentence that begins with one of these speaks of what was said before it."""
    pointers: Words = frozenset()
    """So does one that begins with one of these and goes on without a noun: ``this is``, but not ``this kettle``."""
    no_nouns: Words = frozenset()
    """What follows a pointer that stands for a thing by itself."""
    expletives: Words = frozenset()
    """After a pronoun these speak of nothing: ``it took three weeks``."""
    open_ends: Words = frozenset()
    """Words that end no sentence."""
    empty: Words = frozenset()
    """Words that say nothing about any subject in particular, opinions among them: so no opinion is worth more."""
    number_words: Words = frozenset()
    figures: re.Pattern[str]
    """Finds a number in small letters; the group ``stars`` is a rating, ``unit`` has a unit or a currency."""
    comparisons: re.Pattern[str]
    """Finds, in small letters, what is held against something else or another time."""
    elsewhere: re.Pattern[str]
    """Finds what points at another place of the text, or at other reviews, in small letters too."""


@lru_cache(maxsize=32)
def quoting_words(language: str | None) -> QuotingWords:
    """The words of a language by its tag, the region ignored; for others, and for None, the form alone counts."""
    code = base_language(language or "")
    try:
        known = grammar(code)
        with (FOLDER / f"{code}.toml").open("rb") as file:
            return _to_words(known, tomllib.load(file))
    except (NotFoundError, FileNotFoundError):
        return QuotingWords(grammar=None, figures=_figures({}), comparisons=NOTHING, elsewhere=NOTHING)


NOTHING = re.compile(r"(?!)")


def _to_words(known: Grammar, table: Mapping[str, Any]) -> QuotingWords:
    opinions = known.positive | known.negative | known.neutral | known.opinion_nouns
    plain = known.stop_words | known.generic | known.qualities | known.degrees | known.negators | known.contrasts
    lists = ("pronouns", "pointers", "expletives", "open_ends", "number_words")
    return QuotingWords(
        grammar=known,
        **{name: frozenset(table[name].split()) for name in lists},
        no_nouns=(known.stop_words | known.copulas) - known.qualities - known.generic,
        empty=opinions | plain | known.copulas | known.continuations | frozenset(table["worn"].split()),
        figures=_figures(table),
        comparisons=_any_of(table["comparisons"]),
        elsewhere=_any_of(table["elsewhere"]),
    )


def _figures(table: Mapping[str, Any]) -> re.Pattern[str]:
    units = "|".join(str(table.get("units", "")).split()) or "(?!)"
    stars = "|".join(table.get("stars", ())) or "(?!)"
    words = "|".join(str(table.get("number_words", "")).split()) or "(?!)"
    digits = r"(?<![\w.,])\d{1,9}(?:[.,:]\d{1,6})*+"
    return re.compile(
        rf"(?P<stars>(?:{digits}|\b(?:{words}))[ -]?(?:(?:{stars})\b|/ ?(?:5|10)\b))"
        rf"|(?P<unit>[€$£] ?\d|{digits} ?[€$£%°\"]|(?:{digits}|\b(?:{words}))[ -]?(?:an? )?(?:{units})\b)"
        rf"|{digits}"
    )


def _any_of(wordings: Sequence[str]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(wordings)})(?!\w)")


@lru_cache(maxsize=1 << 16)
def worth(form: str, words: QuotingWords) -> float:
    """How much a word, in lower case, says about a subject in particular, whatever is thought of it: 0 or more."""
    if len(form) < SHORTEST_FORM or form in words.empty or not form[0].isalpha():
        return 0.0
    known = words.grammar
    if known is None:
        return TELLS
    stem = known.stem(form)
    if stem in known.positive_stems or stem in known.negative_stems:
        return 0.0
    # Adjectives and adverbs are opinions more often than not, whether or not they are in the lists.
    is_manner = form.endswith(known.other_endings) and not form.endswith(known.noun_endings)
    return TELLS / 2 if is_manner else TELLS
