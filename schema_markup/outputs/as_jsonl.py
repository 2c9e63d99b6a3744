"""One line of JSON for each file: the format for programs and for very many files."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from schema_markup.outputs.checked import Checked
from schema_markup.validate import Report

# As ASCII: half a character that a document held is written all the same, and no terminal obeys what it quotes.
_write = json.JSONEncoder(ensure_ascii=True, separators=(",", ":"), check_circular=False).encode


def write(checked: Iterable[Checked]) -> Iterator[str]:
    """``{"file","verdict","features","problems"}`` for each, with a line break after it."""
    return (line(each.report) for each in checked)


def line(report: Report) -> str:
    return _write(as_mapping(report)) + "\n"


def as_mapping(report: Report) -> dict[str, Any]:
    """A report as JSON has it; the verdict is ``error`` when any problem has the severity error or policy."""
    return {
        "file": report.where,
        "verdict": report.verdict,
        "features": dict(report.features),
        "problems": [each.as_mapping() for each in report.problems],
    }
