"""Excerpts of a text around the words that were asked for: exact spans, whole words, whole sentences where they fit."""

from __future__ import annotations

import unicodedata
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from engine.domain.search import TextField
from engine.search.analysis import Token, base_language, tokens
from engine.search.sentences import sentence_spans
from engine.search.wanted import Wanted

LONGEST = 240
"""Characters of an excerpt; a shorter text is shown whole."""
MOST = 2
"""Excerpts of one text."""
Span = tuple[int, int]
_JOINER = "\u200d"


@dataclass(frozen=True, slots=True, kw_only=True)
class Excerpt:
    """A span of a text, and the spans in it that were asked for; all count characters (Unicode code points) from the
    beginning of the text, the end is the first that does not belong to it."""

    start: int
    end: int
    marks: Sequence[Span] = ()


def marks(text: str, wanted: Sequence[Wanted], field: TextField, language: str | None) -> list[Span]:
    """The whole words of a text that were looked for, in their order; words of a phrase are one span.

    ``wanted`` is what the index looked for, so that whatever it found a review by is marked; ``language`` is the
    review's, as it was given to the index.
    """
    looked_for = [each for each in wanted if not each.is_excluded and each.within in (None, field)]
    if not looked_for:
        return []
    read, its = list(tokens(text)), base_language(language)
    terms = [f"{its}:{each.word}" for each in read]
    found: set[Span] = set()
    for each in looked_for:
        found.update(_marked(read, terms, each))
    return _joined(sorted(found))


def excerpts(text: str, marked: Sequence[Span], language: str | None, *, longest: int = LONGEST) -> list[Excerpt]:
    """Up to two excerpts with the most marks, in the order of the text; its beginning where nothing is marked."""
    if len(text) <= longest:
        return [Excerpt(start=0, end=len(text), marks=tuple(marked))] if text else []
    pieces = list(_pieces(text, language, longest))
    windows = _windows(pieces, longest)
    ranked = sorted(
        windows, key=lambda window: (-len(_within(marked, window)), window[1] - window[0] < longest // 3, window)
    )
    chosen: list[Span] = []
    for window in ranked:
        is_apart = all(window[1] <= start or end <= window[0] for start, end in chosen)
        if is_apart and (not chosen or _within(marked, window)):
            chosen.append(window)
        if len(chosen) == MOST:
            break
    return [Excerpt(start=start, end=end, marks=tuple(_within(marked, (start, end)))) for start, end in sorted(chosen)]


def _marked(read: Sequence[Token], terms: Sequence[str], wanted: Wanted) -> Iterator[Span]:
    """``terms`` are those of the words that were read."""
    yield from _of(read, terms, wanted.terms)
    for parts, _ in wanted.together:
        spans = [list(_of(read, terms, part)) for part in parts]
        if all(spans):
            yield from chain.from_iterable(spans)
    for row, _ in wanted.rows:
        yield from _of_row(read, row)


def _of(read: Sequence[Token], terms: Sequence[str], wanted: Container[str]) -> Iterator[Span]:
    return ((each.start, each.end) for each, term in zip(read, terms, strict=True) if term in wanted)


def _of_row(read: Sequence[Token], row: Sequence[str]) -> Iterator[Span]:
    """From the first word of a row to its last, wherever they stand after each other."""
    ends = {(each.word, each.place): each.end for each in read}
    for each in read:
        if each.word == row[0] and all((word, each.place + at) in ends for at, word in enumerate(row)):
            yield each.start, ends[row[-1], each.place + len(row) - 1]


def _joined(spans: Sequence[Span]) -> list[Span]:
    """Spans without what lies inside another."""
    kept: list[Span] = []
    for start, end in spans:
        if kept and start < kept[-1][1]:
            kept[-1] = kept[-1][0], max(end, kept[-1][1])
        else:
            kept.append((start, end))
    return kept


def _pieces(text: str, language: str | None, longest: int) -> Iterator[Span]:
    """The sentences of a text; those that do not fit are cut between words, and words that do not between letters."""
    for start, end in sentence_spans(text, language):
        at = start
        while end - at > longest:
            cut = _last_gap(text, at, at + longest)
            yield at, cut
            at = cut
            while at < end and text[at].isspace():
                at += 1
        if at < end:
            yield at, end


def _last_gap(text: str, start: int, most: int) -> int:
    for at in range(most, start + 1, -1):
        if text[at].isspace() and not text[at - 1].isspace():
            return at
    at = most
    while at > start + 1 and _belongs_together(text, at):
        at -= 1
    # Hundreds of marks on one letter are nobody's word: cut one by one, they would be as many pieces.
    return at if at > start + 1 else most


def _belongs_together(text: str, at: int) -> bool:
    """Whether a cut before this place would part a letter from its marks, or a picture from what it is joined with."""
    here, before = text[at], text[at - 1]
    is_mark = unicodedata.category(here)[0] == "M" or "\U0001f3fb" <= here <= "\U0001f3ff"
    is_flag = all("\U0001f1e6" <= each <= "\U0001f1ff" for each in (here, before))
    return is_mark or is_flag or _JOINER in (here, before)


def _windows(pieces: Sequence[Span], longest: int) -> list[Span]:
    """From each piece on, as many of them as fit."""
    windows, last = [], 0
    for first, (start, _) in enumerate(pieces):
        last = max(last, first)
        while last + 1 < len(pieces) and pieces[last + 1][1] - start <= longest:
            last += 1
        windows.append((start, pieces[last][1]))
    return windows


def _within(marked: Sequence[Span], window: Span) -> list[Span]:
    """The marks that lie in a window; what a cut parts is no mark any more."""
    return [each for each in marked if window[0] <= each[0] and each[1] <= window[1]]
