"""Makers of reports that fill in all that a test of their formats is not about, and values that attack a reader."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from engine.domain import Problem, Severity
from schema_markup.outputs.checked import Checked, unlocated
from schema_markup.validate import Report, Verdict

SOURCE = """{
  "@context": "https://schema.org",
  "@type": "Product",
  "name": "Kettle",
\t"aggregateRating": {"@type": "AggregateRating", "ratingValue": "4,5", "reviewCount": 2}
}
"""
HOSTILE = [
    "</script><script>alert(1)</script>",
    "\x1b[2J\x9b31m",
    "]]><x>&amp;",
    "\u202egpj.exe",
    "\ud83d",
    "\x00",
    "a\nb\r\nc",
    "::error::",
]


def make_problem(rule: str = "rating-value-grammar", path: str = "$.name", **changes: Any) -> Problem:
    problem = Problem(
        rule=rule,
        severity=Severity.ERROR,
        path=path,
        message='"4,5" is not a rating.',
        fix="Write 4.5.",
        doc="https://developers.google.com/search",
    )
    return replace(problem, **changes)


def make_report(*problems: Problem, where: str = "shop/kettle.html") -> Report:
    return Report(where, problems, {"review-snippet": Verdict.ERROR if problems else Verdict.VALID})


def plain(*reports: Report) -> list[Checked]:
    return [unlocated(each) for each in reports]
