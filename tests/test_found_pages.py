"""Tests of the short lines of a run: counted as they stand, read where they are shown."""

from __future__ import annotations

import pytest

from engine.domain import Problem, Severity
from review_site.found_pages import FoundPages, short_line, whole_lines
from schema_markup.outputs.checked import Checked
from schema_markup.validate import Report, Verdict

SLY = 'https://shop.example/?", "verdict": "valid", "rules": ["sly"]}\\'


def line(url: str, verdict: Verdict, *rules: str) -> str:
    problems = tuple(
        Problem(rule=rule, severity=Severity.ERROR, path="", message="", fix="", doc="https://schema.org/")
        for rule in rules
    )
    report = Report(where=url, problems=problems, features={"product": verdict})
    return short_line(Checked(report=report, places=(None,) * len(problems)))


@pytest.fixture
def found() -> FoundPages:
    lines = (
        line(f"{SLY}0", Verdict.ERROR, "price", "name"),
        line(f"{SLY}1", Verdict.VALID),
        line(f"{SLY}2", Verdict.ERROR, "price"),
    )
    return FoundPages("".join(lines).encode())


def test_counts_pages_and_rules_whatever_an_address_says(found: FoundPages) -> None:
    assert len(found) == 3
    assert found.verdicts == {"error": 2, "valid": 1}
    assert found.rules == [("price", 2), ("name", 1)]


def test_those_with_one_verdict_keep_their_numbers(found: FoundPages) -> None:
    wrong = found.of("error")

    assert [each.number for each in wrong] == [0, 2]
    assert wrong[1].url == f"{SLY}2"
    assert [each.number for each in wrong[1:9]] == [2]
    assert wrong.verdicts == found.verdicts


def test_a_line_that_is_being_written_is_not_there_yet(found: FoundPages) -> None:
    told = whole_lines(found.told + b'{"url": "https://shop')

    assert told == found.told
    assert whole_lines(b'{"url"') == b""
    assert len(FoundPages(b"")) == 0
