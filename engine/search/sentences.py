"""The sentences of a text that is searched, in any language."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from engine.errors import NotFoundError
from engine.mining.grammar import grammar
from engine.mining.segment import sentences
from engine.search.analysis import Token, tokens


def sentence_spans(text: str, language: str | None) -> list[tuple[int, int]]:
    """Where each begins and ends, in characters; full stops of abbreviations are known where the language is."""
    abbreviations, ordinal_dots = _abbreviations(language)
    return sentences(text, abbreviations, ordinal_dots=ordinal_dots)


def tokens_in_sentences(text: str, language: str | None) -> Iterator[tuple[Token, int]]:
    """The words of a text in order, each with the number of its sentence, from 1; signs without a word are none."""
    ends = iter([end for _, end in sentence_spans(text, language)])
    end = number = 0
    for token in tokens(text):
        if token.start >= end:
            number += 1
            end = next((each for each in ends if each > token.start), len(text))
        yield token, number


@lru_cache(maxsize=32)
def _abbreviations(language: str | None) -> tuple[frozenset[str], bool]:
    try:
        found = grammar(language or "")
    except NotFoundError:
        return frozenset(), False
    return frozenset(found.abbreviations), found.ordinal_dots
