"""What was found as a table for a terminal, as CSV and as Markdown quotes with their attribution."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence

import click

from engine.search.excerpts import Excerpt, Span
from engine.search.searching import Hit
from schema_markup.feeds.markdown_text import link, literal, quotation
from schema_markup.feeds.meta_reviews import formula_safe
from widgets.links import web_link

ELLIPSIS = "…"
COLUMNS = (
    "id",
    "subject",
    "stars",
    "written_at",
    "language",
    "author",
    "role",
    "company",
    "verification",
    "state",
    "title",
    "body",
    "url",
)


def as_table(hits: Sequence[Hit]) -> str:
    """A line about each review and its excerpts below it, the words that were asked for in bold on a terminal."""
    return "".join(f"{line}\n" for each in hits for line in _lines(each))


def as_csv(hits: Sequence[Hit]) -> str:
    """One line for each review, its texts whole; no cell is one that a spreadsheet would run as a formula."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for each in hits:
        review = each.shown.review
        texts = (
            review.id,
            review.subject_id,
            f"{review.rating.hundredths / 100:g}" if review.rating else "",
            f"{review.written_at:%Y-%m-%d}" if review.written_at else "",
            review.language or "",
            review.author or "",
            review.role or "",
            review.company or "",
            review.verification.level,
            review.state,
            review.title or "",
            review.body,
            web_link(review.url) or "",
        )
        writer.writerow(map(formula_safe, texts))
    return file.getvalue()


def as_markdown(hits: Sequence[Hit]) -> str:
    """A block quotation for each review, whole, and below it whose words they are and where they stand."""
    return "\n".join(f"{quotation(each.shown.review.body)}\n>\n> {_attribution(each)}\n" for each in hits)


FORMATS: Mapping[str, Callable[[Sequence[Hit]], str]] = {"table": as_table, "csv": as_csv, "md": as_markdown}


def _lines(hit: Hit) -> Iterator[str]:
    review = hit.shown.review
    stars = f"{review.rating.hundredths / 100:g} of 5" if review.rating else "no rating"
    written = f"{review.written_at:%Y-%m-%d}" if review.written_at else "no date"
    about = [review.id, review.subject_id, stars, written, review.language or "?", review.author or "no name"]
    yield "  ".join([*about, *([] if hit.has_all_words else ["some of the words"])])
    if review.title:
        yield f"    {_marked(review.title, 0, len(review.title), hit.title_marks)}"
    for each in hit.excerpts:
        yield f"    {_excerpt(review.body, each)}"


def _excerpt(body: str, excerpt: Excerpt) -> str:
    before = ELLIPSIS if excerpt.start > 0 else ""
    after = ELLIPSIS if excerpt.end < len(body) else ""
    shown = _marked(body, excerpt.start, excerpt.end, excerpt.marks)
    return before + shown.replace("\n", " ") + after


def _marked(text: str, start: int, end: int, marks: Sequence[Span]) -> str:
    parts, at = [], start
    for begin, stop in marks:
        parts += [text[at:begin], click.style(text[begin:stop], bold=True)]
        at = stop
    return "".join([*parts, text[at:end]])


def _attribution(hit: Hit) -> str:
    review, named = hit.shown.review, hit.shown.attribution
    who = ", ".join(literal(each) for each in (review.author, review.role, review.company) if each)
    address = web_link(review.url) or (web_link(named.url) if named else None)
    source = literal(named.name) if named else ""
    if address:
        source = link(named.name if named else address, address)
    written = f"{review.written_at:%Y-%m-%d}" if review.written_at else ""
    return "— " + ", ".join(filter(None, (who, source, written, f"`{review.id}`")))
