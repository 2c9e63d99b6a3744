"""Tests of what a report keeps of millions of broken rows: the first of them, and how many there were."""

from __future__ import annotations

from engine.domain import Problem, Severity
from engine.intake import MOST_LISTED, Report


def test_problems_beyond_the_most_that_are_listed_are_counted() -> None:
    report = Report()
    broken = [Problem(rule="file-row", severity=Severity.ERROR, path=f"row {n}", message="is no CSV") for n in range(7)]

    for _ in range(MOST_LISTED // 7 + 2):
        report.add(Report(refused=7, problems=broken))

    assert len(report.problems) == MOST_LISTED
    assert report.unlisted == report.refused - MOST_LISTED > 0
