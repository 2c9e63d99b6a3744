"""What stands on the page of results: marked words, excerpts, and what makes a review quotable."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from engine.domain import SubjectId
from engine.i18n import Texts
from engine.quoting import Purpose
from engine.search.quotability import Part, Quotability, quotability
from engine.search.searching import Hit
from review_site.asking import instance
from review_site.console.pages import console_locale
from review_site.console.search.quotes import QuoteRow, Sources, quote_row
from review_site.quote_copies import text_copy
from widgets.rendering import words

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of a text that is marked or is not."""

    text: str
    is_marked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Extract:
    """An excerpt, piece by piece, and whether the text goes on before and behind it."""

    pieces: Sequence[Piece]
    begins: bool
    ends: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    row: QuoteRow
    has_all_words: bool
    title: Sequence[Piece]
    extracts: Sequence[Extract]
    is_whole: bool
    """Whether the excerpts are all there is."""
    quotability: Quotability
    parts: Sequence[tuple[Part, int]]
    best: str
    """The best sentence, exactly; empty where there is none."""
    best_copy: str
    """The best sentence as a quote; empty where a part of the words may not stand on its own."""


def result(hit: Hit, names: Mapping[SubjectId, str], sources: Sources, texts: Texts) -> Result:
    review = hit.shown.review
    row = quote_row(hit.shown, names, sources, texts)
    judged = quotability(review.body, review.language, review.consent)
    start, end = judged.best or (0, 0)
    best = review.body[start:end]
    may_quote = any(each.is_allowed for each in row.allowances if each.purpose is Purpose.QUOTE)
    return Result(
        row=row,
        has_all_words=hit.has_all_words,
        title=list(pieces(review.title or "", (0, len(review.title or "")), hit.title_marks)),
        extracts=[
            Extract(
                pieces=list(pieces(review.body, (each.start, each.end), each.marks)),
                begins=each.start == 0,
                ends=each.end == len(review.body),
            )
            for each in hit.excerpts
        ],
        is_whole=any(each.start == 0 and each.end == len(review.body) for each in hit.excerpts),
        quotability=judged,
        parts=list(judged.parts.items()),
        best=best,
        best_copy=text_copy(hit.shown, best, row.subject, instance().settings, words(console_locale()))
        if best and may_quote
        else "",
    )


def pieces(text: str, span: Span, marks: Sequence[Span]) -> Iterator[Piece]:
    """The text of a span in order, each mark in it a piece of its own; joined, they are exactly the span."""
    at, end = span
    for start, stop in marks:
        if at < start:
            yield Piece(text[at:start], is_marked=False)
        yield Piece(text[start:stop], is_marked=True)
        at = stop
    if at < end:
        yield Piece(text[at:end], is_marked=False)
