"""What the rows of a file become, and what is wrong with them, in the reader's words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from engine.domain import Problem
from engine.i18n import Texts
from engine.signals import Fate
from engine.trial import TriedRow
from review_site.console.shell import Cell, Column, Table
from review_site.console.shell.areas import Area
from review_site.console.shell.page import area_texts
from review_site.imports_at_work import Glance

PATH = re.compile(r"(?P<file>.*) row (?P<row>[0-9]+)(?:, field (?P<field>.+))?")
"""How intake writes where something is wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeLine:
    """One row of a file, as it would be kept or why not."""

    row: str
    fate: Fate
    subject: str = ""
    star: int = 0
    rating: str = ""
    author: str = ""
    written: str = ""
    language: str = ""
    title: str = ""
    body: str = ""
    problems: Sequence[str] = ()
    """In English, as intake says them."""


def lines_of(glance: Glance, timezone: ZoneInfo) -> Sequence[OutcomeLine]:
    """What is known of the first rows; those that cannot be read at all come last."""
    spoken = area_texts(Area.SOURCES)
    unread = [
        OutcomeLine(row=_place(each.path)[0], fate=Fate.REFUSED, problems=[_words(each)]) for each in glance.problems
    ]
    return [*(_line(each, spoken, timezone) for each in glance.rows), *unread]


def problems_of(spoken: Texts, problems: Sequence[Problem]) -> Table:
    """Everything that is wrong, with row and field, as a file has it too."""
    return Table(
        caption=spoken("problems"),
        columns=[Column(title=spoken(f"problem-{each}")) for each in ("row", "field", "message", "fix")],
        rows=[[*(Cell(text=part) for part in (*_place(each.path), each.message, each.fix))] for each in problems],
    )


def _line(tried: TriedRow, spoken: Texts, timezone: ZoneInfo) -> OutcomeLine:
    row, problems = _place(tried.record.place)[0], [_words(each) for each in tried.problems]
    review = tried.review
    if review is None:
        return OutcomeLine(row=row, fate=tried.fate, body=tried.record.fields.get("body", ""), problems=problems)
    return OutcomeLine(
        row=row,
        fate=tried.fate,
        subject=review.subject_id,
        star=review.rating.star if review.rating else 0,
        rating=review.rating.original if review.rating else "",
        author=review.author or "",
        written=spoken.date(review.written_at, timezone) if review.written_at else "",
        language=spoken.language(review.language) if review.language else "",
        title=review.title or "",
        body=review.body,
        problems=problems,
    )


def _place(path: str) -> tuple[str, str]:
    """Row and field of where something is wrong; the whole where it says neither."""
    found = PATH.fullmatch(path)
    return (found["row"], found["field"] or "") if found else (path, "")


def _words(problem: Problem) -> str:
    field = _place(problem.path)[1]
    return f"{field}: {problem.message}" if field else problem.message
