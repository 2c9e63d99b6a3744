"""The validator against the shared corpus of documents whose verdict is known."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import pytest

from schema_markup.validate import Report, Verdict, report_file

CORPUS = Path(__file__).parents[1].parent / "shared" / "corpus" / "structured-data"

pytestmark = pytest.mark.skipif(
    not (CORPUS / "manifest.json").exists(), reason="the shared corpus of structured data is not beside this checkout"
)


@cache
def judged() -> dict[str, tuple[str, Report]]:
    """The expected verdict and the report of each document; what is undecidable is not judged."""
    manifest = json.loads((CORPUS / "manifest.json").read_text("utf-8"))
    return {
        entry["file"]: (entry["expected"], report_file(CORPUS / entry["file"]))
        for entry in manifest
        if entry["expected"] != "undecidable"
    }


def share_caught(verdict: Verdict) -> float:
    reports = [report for expected, report in judged().values() if expected == verdict]
    return sum(report.verdict is verdict for report in reports) / len(reports)


def test_catches_the_errors() -> None:
    assert share_caught(Verdict.ERROR) >= 0.97


def test_catches_the_warnings() -> None:
    assert share_caught(Verdict.WARNING) >= 0.90


def test_calls_no_valid_document_wrong() -> None:
    wronged = {
        name: [problem.rule for problem in report.problems]
        for name, (expected, report) in judged().items()
        if expected == Verdict.VALID and report.verdict is not Verdict.VALID
    }

    assert wronged == {}
