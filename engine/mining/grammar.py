"""What the miner knows about a language, read from ``languages/<code>.toml``: a further language is a further file."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from unicodedata import combining, normalize

import Stemmer
from stop_words import get_stop_words

from engine.errors import NotFoundError

FOLDER = Path(__file__).parent / "languages"

Words = AbstractSet[str]
Stems = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grammar:
    """One language: all words in lower case, with straight apostrophes."""

    language: str
    stem: Callable[[str], str]
    elisions: tuple[str, ...]
    """What stands before an apostrophe and is a word of its own: French ``l'``, ``qu'``."""
    capital_nouns: bool
    """Whether nouns are written with a capital, so that a small letter says that a word is none."""
    head_first: bool
    """Whether the noun stands before what describes it: ``rapport qualité prix`` is a ``rapport``."""
    closed_compounds: bool
    """Whether nouns that belong together are one word, so that a word between determiner and noun is an adjective."""
    ordinal_dots: bool
    """Whether a full stop behind a number makes it an ordinal: German ``am 3. Mai``."""
    negation_after: int
    """How many words behind an opinion a negator still turns it: German ``schmeckt mir nicht``."""
    stop_words: Words
    determiners: Words
    copulas: Words
    """After a noun: ``the screen is``; before an adjective: ``is bright``."""
    links: Words
    """What may stand inside a phrase, between two words of meaning: ``of``, ``de``, ``van``."""
    verb_marks: Words
    """A word after one of these is a verb: ``to``, ``we``, ``can``."""
    objects: Words
    """A word before one of these is a verb: ``it``, ``them``."""
    degrees: Words
    """A word after one of these is an adjective or adverb: ``very``."""
    excess: Words
    """An adjective after one of these is a complaint, whatever it says: ``too``."""
    noun_endings: tuple[str, ...]
    other_endings: tuple[str, ...]
    """Endings of adjectives, adverbs and participles."""
    qualities: Words
    """Adjectives and adverbs that hold no opinion."""
    generic: Words
    """Nouns that people use about anything, so that they say nothing about a subject."""
    titles: Words
    """A capitalised word after one of these is a person's name."""
    given_names: Words
    abbreviations: Words
    negators: Words
    contrasts: Words
    """Words at which an opinion may turn: ``but``."""
    positive: Words
    negative: Words
    positive_stems: Words
    """For forms that are in neither list: French ``attentif`` and ``attente`` have one stem."""
    negative_stems: Words
    continuations: Words
    """A sentence that begins with one of these goes on with the one before, so that it makes a poor quote."""
    neutral: Words
    """Forms that hold no opinion although their stem does."""
    opinion_nouns: Words
    """Words that hold an opinion and can be phrases all the same: ``noise``."""
    kinds: Mapping[str, str]
    """The kind of a phrase by the stem of its telling word."""
    expressions: Mapping[Stems, str]
    """Wordings that are phrases although they break the rules for one, with their kind."""


@lru_cache(maxsize=1)
def languages() -> tuple[str, ...]:
    """The languages that can be mined, sorted."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))


def base_language(tag: str) -> str:
    """The language of a BCP 47 tag without its region: ``de-AT`` is ``de``."""
    return tag.replace("_", "-").partition("-")[0].lower()


@lru_cache(maxsize=32)
def grammar(language: str) -> Grammar:
    """The grammar of a language by its tag; the region is ignored.

    Raises NotFoundError where the language has no file.
    """
    code = base_language(language)
    if code not in languages():
        raise NotFoundError(f"no words to mine {language!r} with; there are {', '.join(languages())}")
    with (FOLDER / f"{code}.toml").open("rb") as file:
        return to_grammar(code, tomllib.load(file))


def to_grammar(code: str, table: Mapping[str, Any]) -> Grammar:
    """A language file's table as a grammar."""
    stem = _stem(table)
    words: dict[str, Any] = {name: frozenset(table[name].split()) for name in WORD_LISTS}
    words |= {name: _however_typed(words[name]) for name in ("qualities", "generic", "given_names")}
    endings: dict[str, Any] = {name: tuple(table[name].split()) for name in ENDINGS}
    return Grammar(
        language=code,
        stem=stem,
        capital_nouns=table["capital_nouns"],
        head_first=table["head_first"],
        closed_compounds=table["closed_compounds"],
        ordinal_dots=table["ordinal_dots"],
        negation_after=table["negation_after"],
        stop_words=_stop_words(table).union(*(words[name] for name in NEVER_PHRASES)),
        positive_stems=frozenset(map(stem, table["positive"].split())),
        negative_stems=frozenset(map(stem, table["negative"].split())),
        kinds={stem(word): kind for kind, cues in table["kinds"].items() for word in cues.replace("-", " ").split()},
        expressions={
            tuple(map(stem, phrase.replace("'", "' ").split())): kind
            for kind, phrases in table["expressions"].items()
            for phrase in phrases
        },
        **words,
        **endings,
    )


def _stem(table: Mapping[str, Any]) -> Callable[[str], str]:
    """The stemmer, except for words that it confuses with others: Spanish ``maría`` is no ``mar``."""
    plain: Callable[[str], str] = Stemmer.Stemmer(table["stemmer"]).stemWord
    own = {form: form for form in table["given_names"].split()}
    # No word has an apostrophe at its end, so that no other stem is the same.
    own |= {form: f"{forms.split()[0]}'" for forms in table["apart"] for form in forms.split()}

    def stem(form: str) -> str:
        return own.get(form) or plain(form)

    return stem


ENDINGS = ("elisions", "noun_endings", "other_endings")
NEVER_PHRASES = ("determiners", "verb_marks", "links", "degrees", "objects", "negators")
WORD_LISTS = (
    *NEVER_PHRASES,
    "copulas",
    "excess",
    "qualities",
    "generic",
    "titles",
    "given_names",
    "abbreviations",
    "contrasts",
    "positive",
    "negative",
    "continuations",
    "neutral",
    "opinion_nouns",
)


def _stop_words(table: Mapping[str, Any]) -> frozenset[str]:
    package = _however_typed(get_stop_words(table["stop_words"])) - frozenset(table["never_stop"].split())
    return package | _however_typed(table["also_stop"].split())


def _however_typed(words: Iterable[str]) -> frozenset[str]:
    """With and without accents, which many people leave out."""
    known = frozenset(words)
    return known | frozenset(map(without_accents, known))


def without_accents(word: str) -> str:
    """A word in its plain letters: ``atencion``."""
    return "".join(each for each in normalize("NFD", word) if not combining(each))
