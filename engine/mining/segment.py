"""Texts as one long row of numbered words, with the places where a clause, a sentence or a text ends."""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.integer[Any]]
Reals = NDArray[np.floating[Any]]
Flags = NDArray[np.bool_]

ADDRESS = re.compile(r"[^\s@<>]+@[^\s@<>]+|(?:https?://|www\.)\S+", re.IGNORECASE)
POSSESSIVE = re.compile(r"['’]s$")
CLOSING = "\"'”’»)]"
# A full stop, with quotation marks that close behind it, before white space; lines end sentences too.
SENTENCE_END = re.compile(rf"[.!?…]+[{re.escape(CLOSING)}]*(?=\s|$)|\n+")
LAST_WORD = re.compile(r"(?:[^\W_]+\.)*[^\W_]+$")


@dataclass(frozen=True, slots=True)
class Row:
    """The words of all texts, one after the other.

    The arrays ``word``, ``text``, ``sentence``, ``clause`` and ``hidden`` have one number for each word; their numbers
    never fall, except those of ``word``, which are places in ``forms``.
    """

    forms: Sequence[str]
    """Each different form once, as it was written."""
    word: Numbers
    text: Numbers
    sentence: Numbers
    clause: Numbers
    hidden: Flags
    """Whether the word stands in an e-mail address or a link."""


class _Forms(dict[str, int]):
    def __missing__(self, form: str) -> int:
        self[form] = number = len(self)
        return number


@lru_cache(maxsize=32)
def word_pattern(elisions: tuple[str, ...]) -> re.Pattern[str]:
    """What finds words, and the marks at which clauses and sentences end, in that order of preference."""
    elided = rf"(?:{'|'.join(elisions)})['’](?=[^\W_])|" if elisions else ""
    word = r"[^\W_]+(?:['’][^\W_]+)*"
    end = rf"[.!?…]+(?=[\s{re.escape(CLOSING)}]|$)|\n+"
    clause_end = r"[,;:()\[\]/\"“”„«»…]|(?<=\s)[-–—]+(?=\s)|--+|[–—]"
    return re.compile(f"{elided}{word}|{end}|{clause_end}", re.IGNORECASE)


def row(texts: Sequence[str], elisions: tuple[str, ...]) -> Row:
    """All texts as one row; takes time and room in proportion to their length."""
    forms = _Forms()
    numbers = array("i")
    sizes: list[int] = []
    hidden: list[int] = []
    number = forms.__getitem__
    pattern = word_pattern(elisions)
    for text in texts:
        if "@" in text or "://" in text or "www." in text:
            hidden.extend(_hidden(text, pattern, len(numbers)))
        found = pattern.findall(text)
        numbers.extend(map(number, found))
        sizes.append(len(found))
    marks = np.array([_strength(form) for form in forms] or [0], dtype=np.int8)
    word = np.frombuffer(numbers, dtype=np.int32) if numbers else np.zeros(0, dtype=np.int32)
    strength = marks[word]
    places = np.flatnonzero(strength == 0)
    text_of = np.repeat(np.arange(len(texts), dtype=np.int32), np.array(sizes, dtype=np.int64))[places]
    is_hidden = np.zeros(len(word), dtype=np.bool_)
    is_hidden[hidden] = True
    return Row(
        forms=tuple(forms),
        word=word[places],
        text=text_of,
        sentence=np.cumsum(strength == 2, dtype=np.int32)[places] + text_of,
        clause=np.cumsum(strength > 0, dtype=np.int32)[places] + text_of,
        hidden=is_hidden[places],
    )


def _strength(form: str) -> int:
    """Two for what ends a sentence, one for what ends a clause, none for a word."""
    if form[0].isalnum():
        return 0
    return 2 if form[0] in ".!?…\n" else 1


def _hidden(text: str, pattern: re.Pattern[str], offset: int) -> Iterator[int]:
    spans = [found.span() for found in ADDRESS.finditer(text)]
    for place, word in enumerate(pattern.finditer(text), offset):
        if any(start <= word.start() < end for start, end in spans):
            yield place


def first_places(row: Row, texts: int) -> Numbers:
    """Where in the row each of so many texts begins."""
    return np.searchsorted(row.text, np.arange(texts))


def word_spans(text: str, elisions: tuple[str, ...]) -> list[tuple[int, int]]:
    """Where each word of a text begins and ends."""
    return [word.span() for word in word_pattern(elisions).finditer(text) if _strength(word.group()) == 0]


def key_of(form: str, stem: Callable[[str], str]) -> str:
    """The form by which two writings of a word are the same word."""
    return stem(POSSESSIVE.sub("", form.lower()))


def keys_of(text: str, elisions: tuple[str, ...], stem: Callable[[str], str]) -> list[str]:
    """The keys of the words of a text in their order."""
    return [key_of(form, stem) for form in word_pattern(elisions).findall(text) if _strength(form) == 0]


def sentences(text: str, abbreviations: AbstractSet[str], *, ordinal_dots: bool = False) -> list[tuple[int, int]]:
    """Where each sentence of a text begins and ends, white space around it left out."""
    spans, start = [], 0
    for end in SENTENCE_END.finditer(text):
        if _is_inside(text, end, abbreviations, ordinal_dots):
            continue
        spans.append(_trimmed(text, start, end.end()))
        start = end.end()
    spans.append(_trimmed(text, start, len(text)))
    return [(begin, stop) for begin, stop in spans if begin < stop]


def _is_inside(text: str, end: re.Match[str], abbreviations: AbstractSet[str], ordinal_dots: bool) -> bool:
    """Whether a full stop only ends an abbreviation, an initial or an ordinal."""
    if end.group() != ".":
        return False
    word = LAST_WORD.search(text, max(0, end.start() - 20), end.start())
    if word is None:
        return False
    before = word.group().lower()
    is_initial = len(before) == 1 and before.isalpha() and word.group().isupper() and word.group() != "I"
    return before in abbreviations or is_initial or (ordinal_dots and before.isdigit() and len(before) <= 2)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    cut = text[start:end]
    return start + len(cut) - len(cut.lstrip()), end - (len(cut) - len(cut.rstrip()))
