"""The words of a text as they are indexed and asked for: one analysis for indexes, questions and excerpts.

Nothing is dropped: "far too" is found only where stop words are kept. A word is folded (small letters, without
marks), never stemmed here: stems join the forms of a word when a question is read (``stems``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

import Stemmer

from engine.text import as_sought

LONGEST_WORD = 64
"""Characters of a word that are looked at: nothing that is longer is a word, or typed into a search box."""

STEMMERS: Mapping[str, str] = {"en": "english", "de": "german", "nl": "dutch", "fr": "french", "es": "spanish"}

_MARKS = "\u0300-\u036f"
_APOSTROPHES = "'’ʼ＇"
_JOINTS = re.compile(f"[-\u2010\u2011{_APOSTROPHES}]")
_WORD = re.compile(rf"[^\W_](?:[^\W_]|[{_MARKS}]|[-\u2010\u2011{_APOSTROPHES}](?=[^\W_]))*")
# Written without spaces between words: each sign stands for itself, and what is asked is a row of them.
_SIGN = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u0e00-\u0e7f]")
_LETTERS = str.maketrans({"æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ł": "l", "þ": "th", "ð": "d"})
# can't, it's, they're; the Dutch foto's and the German geht's.
_ENDINGS = frozenset({"t", "s", "re", "ve", "ll", "d", "m"})
# l'écran, qu'il, jusqu'ici; what follows is the word.
_ELIDED = frozenset({"l", "d", "j", "m", "n", "s", "t", "c", "qu", "jusqu", "lorsqu", "puisqu", "quoiqu"})
_TYPED: Mapping[str, Sequence[tuple[str, str]]] = {
    "de": (("ä", "ae"), ("ö", "oe"), ("ü", "ue")),
    "nl": (("ÿ", "ij"),),
}
_WRITTEN: Mapping[str, Sequence[tuple[str, str]]] = {
    "de": (("ae", "a"), ("oe", "o"), ("ue", "u")),
    "nl": (("y", "ij"),),
}
_MOST_JOINED = 4
# Akkus, Kameras, Fotos: Snowball takes a German s away after consonants only.
_FOREIGN_PLURAL = re.compile(r"(?<=\w{3}[aiouy])(?<!etwa)s$")


class Token(NamedTuple):
    """One way to read one stretch of a text; several share a place or a stretch."""

    word: str
    place: int
    """Which word of the text it is, from 0."""
    start: int
    end: int


class Unit(NamedTuple):
    """One thing that is asked for: each reading is a row of words, and any of them will do."""

    text: str
    readings: tuple[tuple[str, ...], ...]


@lru_cache(maxsize=1 << 16)
def folded(word: str) -> str:
    """The word as it is compared: ``Élan`` is ``elan``, ``Straße`` is ``strasse``, ``œuvre`` is ``oeuvre``."""
    return as_sought(word[:LONGEST_WORD]).translate(_LETTERS)


def tokens(text: str) -> Iterator[Token]:
    """The words of a text in order, each with the span that it stands in.

    A word with joints is read both ways: ``e-bike`` is ``e``, ``bike`` and ``ebike``; ``battery's`` is ``battery`` and
    ``batterys``; ``can't`` is ``cant``; ``l'écran`` is ``l`` and ``ecran``.
    """
    place = 0
    for match in _WORD.finditer(text):
        raw, start = match[0], match.start()
        if raw.isascii() and raw.isalnum():
            yield Token(raw[:LONGEST_WORD].lower(), place, start, match.end())
            place += 1
            continue
        for read in _read(raw):
            yield Token(read.word, place + read.place, start + read.start, start + read.end)
        place += _width(raw)


def phrase(text: str) -> tuple[str, ...]:
    """The words of a phrase in their order, one for each place of a text."""
    words: dict[int, str] = {}
    for token in tokens(text):
        words.setdefault(token.place, token.word)
    return tuple(words.values())


def units(text: str) -> tuple[Unit, ...]:
    """What is asked for by a text without quotation marks: one unit for each word as people write words."""
    return tuple(unit for match in _WORD.finditer(text) if (unit := _unit(match[0])).readings)


def stems(words: Sequence[str], language: str) -> list[str]:
    """The stems of folded words in the same order; a language without a stemmer leaves them as they are."""
    stem = _stemmer(language)
    found = stem(list(words)) if stem else list(words)
    return [_FOREIGN_PLURAL.sub("", each) for each in found] if language == "de" else found


def spellings(word: str, language: str) -> tuple[str, ...]:
    """How a word is written otherwise: typed without the umlauts that it has, or with those that were typed as two.

    The word comes as it was asked; the spellings are folded.
    """
    low = word.casefold()
    found = [folded(_replaced(low, _TYPED.get(language, ()))), _replaced(folded(word), _WRITTEN.get(language, ()))]
    return tuple(each for each in dict.fromkeys(found) if each != folded(word))


def base_language(tag: str | None) -> str:
    """``de`` of ``de-AT``; nothing where a text has no language."""
    return (tag or "").replace("_", "-").partition("-")[0].lower()


@cache
def _stemmer(language: str) -> Callable[[list[str]], list[str]] | None:
    name = STEMMERS.get(language)
    stem: Callable[[list[str]], list[str]] | None = Stemmer.Stemmer(name).stemWords if name else None
    return stem


@lru_cache(maxsize=1 << 14)
def _read(raw: str) -> tuple[Token, ...]:
    """The readings of one stretch without spaces, counted from its own start; the first of a place is its word."""
    if _SIGN.search(raw):
        return tuple(_signs(raw))
    parts = [each for each in _parts(raw) if each.word]
    if len(parts) < 2:
        return tuple(parts)
    joined = "".join(each.word for each in parts)[:LONGEST_WORD]
    if _is_ending(raw, parts):
        whole = Token(joined, 0, 0, len(raw))
        base = "".join(each.word for each in parts[:-1])
        return (whole, Token(base, 0, 0, parts[-2].end)) if parts[-1].word == "s" else (whole,)
    if parts[0].word in _ELIDED or len(parts) > _MOST_JOINED:
        return tuple(parts)
    # The joined word begins at its first place and ends at its last: phrases may go on from either.
    ends = (Token(joined, place, 0, len(raw)) for place in (0, len(parts) - 1))
    return (*parts, *ends)


def _width(raw: str) -> int:
    return 1 + max((each.place for each in _read(raw)), default=-1)


def _parts(raw: str) -> Iterator[Token]:
    place = start = 0
    for part in _JOINTS.split(raw):
        word = folded(part)
        yield Token(word, place, start, start + len(part))
        place += bool(word)
        start += len(part) + 1


def _is_ending(raw: str, parts: Sequence[Token]) -> bool:
    last = parts[-1]
    return last.word in _ENDINGS and raw[last.start - 1] in _APOSTROPHES


def _signs(raw: str) -> Iterator[Token]:
    """Signs one by one, and what stands between them whole."""
    place = at = 0
    for sign in (*_SIGN.finditer(raw), None):
        end = sign.start() if sign else len(raw)
        for start, stop in ((at, end), (end, end + 1 if sign else end)):
            if word := folded(raw[start:stop]):
                yield Token(word, place, start, stop)
                place += 1
        at = end + 1


def _unit(raw: str) -> Unit:
    found = _read(raw)
    row = tuple({each.place: each.word for each in reversed(found)}[place] for place in range(_width(raw)))
    if len(row) > 1 and row[0] in _ELIDED and any(each in raw for each in _APOSTROPHES):
        return Unit(raw, (row[1:],))
    wholes = ((each.word,) for each in found if (each.start, each.end) == (0, len(raw)))
    bases = ((each.word,) for each in found if len(row) == 1)
    return Unit(raw, tuple(dict.fromkeys([*wholes, *bases, *([row] if row else [])])))


def _replaced(word: str, pairs: Sequence[tuple[str, str]]) -> str:
    for old, new in pairs:
        word = word.replace(old, new)
    return word
