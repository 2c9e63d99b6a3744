"""Excerpts: exact spans from the beginning of a text, cut where a reader would pause."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

ELLIPSIS = "…"
LEAST_SHARE = 2
"""A sentence that ends in the first half of the room leaves too little; then words are cut instead."""
_CLOSING = re.escape("\"'”’»)]」』")
# Marks that end a sentence before white space, those of scripts without spaces anywhere, and the end of a line.
_SENTENCE_END = re.compile(rf"[.!?…]+[{_CLOSING}]*(?=\s)|[。！？]+[{_CLOSING}]*|(?=\n)")
_WORD_END = re.compile(r"(?<=\S)(?=\s)")
_JOINER = "\u200d"


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A span of a text, without white space at its ends."""

    text: str
    is_cut: bool


def excerpt(text: str, most: int) -> Excerpt:
    """The text, or as much of its beginning as has at most so many characters: up to a sentence's end, or a word's.

    A run of so many characters without a space is cut between two letters.
    """
    whole = text.strip()
    if len(whole) <= most:
        return Excerpt(whole, is_cut=False)
    end = _last(_SENTENCE_END, whole, most)
    if end * LEAST_SHARE < most:
        end = max(end, _last(_WORD_END, whole, most)) or _between_letters(whole, most)
    return Excerpt(whole[:end].rstrip(), is_cut=True)


def as_excerpt(span: Excerpt) -> str:
    """The span with the mark that it goes on, which stands apart from a sentence that is whole."""
    if not span.is_cut:
        return span.text
    is_sentence = not (span.text[-1].isalnum() or span.text[-1] in ",;:-–—")
    return f"{span.text}{' ' if is_sentence else ''}{ELLIPSIS}"


def _last(ends: re.Pattern[str], text: str, most: int) -> int:
    """The last place within ``most`` characters where something ends; 0 where nothing does."""
    return max((found.end() for found in ends.finditer(text, 0, most + 1) if found.end() <= most), default=0)


def _between_letters(text: str, most: int) -> int:
    """A place that parts no letter from its marks and no picture from what it is joined with."""
    end = most
    while end > 1 and (unicodedata.category(text[end])[0] == "M" or _JOINER in text[end - 1 : end + 1]):
        end -= 1
    return end
