"""A report with the places of its problems in the source, and the reports of what could not be read."""

from __future__ import annotations

import re
from dataclasses import dataclass

from engine.domain import Problem, Severity
from schema_markup.validate import Report, source_place

UNREADABLE = "input-unreadable"
"""The rule of an input that could not be judged at all; it is in no rulebook."""
_BEFORE, _WIDEST = 50, 110
# Each place is a walk through the text: together they stay below two seconds a file.
_LEAST_PLACED, _LONGEST_SEARCH = 10, 10_000_000
# C0, C1, and what turns the direction of writing: a terminal obeys them, and whoever reads is deceived.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a problem stands in the source, both counted from 1, and what the line says there."""

    line: int
    column: int
    excerpt: str
    """The line, or what of it is around the column where it is long."""
    caret: int
    """The column within the excerpt, counted from 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    report: Report
    places: tuple[Place | None, ...]
    """One for each problem of the report; None where the source has no such place."""

    @property
    def is_readable(self) -> bool:
        return all(each.rule != UNREADABLE for each in self.report.problems)


def located(report: Report, text: str) -> Checked:
    """The report of a text, with the places of its problems in it; of very many in a very long text, the first."""
    placed = report.problems[: max(_LEAST_PLACED, _LONGEST_SEARCH // (len(text) + 1))]
    lines = text.split("\n") if placed else []
    places = [_place(text, lines, each) for each in placed]
    return Checked(report=report, places=(*places, *[None] * (len(report.problems) - len(placed))))


def unlocated(report: Report) -> Checked:
    return Checked(report=report, places=(None,) * len(report.problems))


def unreadable(where: str, reason: str) -> Checked:
    """The report of an input that could not be judged."""
    problem = Problem(
        rule=UNREADABLE,
        severity=Severity.ERROR,
        path="",
        message=f"This could not be judged: {reason}.",
        fix="Check the name, the rights to read it and, of an address, that it answers; then run this again.",
    )
    return unlocated(Report(where=where, problems=(problem,), features={}))


def printable(text: str) -> str:
    """A text that a terminal shows and does not obey."""
    return _CONTROL.sub("\ufffd", text)


def _place(text: str, lines: list[str], problem: Problem) -> Place | None:
    where = problem.path.partition("$")[0].strip()
    # Microdata and RDFa are spread over the elements of a page: they have no place of their own.
    is_text = "$" in problem.path and (not where or where.startswith("script["))
    found = source_place(text, problem.path) if is_text else None
    if found is None:
        return None
    line, column = found
    source = lines[line - 1].rstrip("\r") if 0 < line <= len(lines) else ""
    start = max(0, column - 1 - _BEFORE) if len(source) > _WIDEST else 0
    excerpt, caret = source[start : start + _WIDEST], column - 1 - start
    if not start:
        stripped = excerpt.lstrip()
        caret, excerpt = caret - (len(excerpt) - len(stripped)), stripped
    return Place(line=line, column=column, excerpt=printable(excerpt.expandtabs(1)), caret=max(0, caret))
