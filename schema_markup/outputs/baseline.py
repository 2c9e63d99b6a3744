"""What was known to be wrong at some time, so that only what is new is complained about."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from engine.domain import Problem
from engine.errors import UnreadableFileError
from schema_markup.outputs.checked import UNREADABLE, Checked
from schema_markup.validate import Report

_FORMAT = "plaudit baseline 1"
_INDEX = re.compile(r"\[\d+\]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """How often each problem was there, by file.

    The numbers in a path are not part of a problem's identity: a review that is added on top moves all others down.
    """

    known: Mapping[str, Mapping[str, int]]

    def new_in(self, checked: Checked) -> Checked:
        """What is not known of a file; the verdicts of its features stay what they are."""
        report = checked.report
        left = Counter(self.known.get(report.where, {}))
        new = [number for number, each in enumerate(report.problems) if _is_new(each, left)]
        return Checked(
            report=replace(report, problems=tuple(report.problems[number] for number in new)),
            places=tuple(checked.places[number] for number in new),
        )


def identity(problem: Problem) -> str:
    return f"{problem.rule} {_INDEX.sub('[]', problem.path)}"


def as_baseline(reports: Iterable[Report]) -> str:
    """The file that ``read_baseline`` reads, in an order that shows well in a version control."""
    known = {
        report.where: dict(sorted(Counter(identity(each) for each in report.problems if _can_be_known(each)).items()))
        for report in reports
    }
    kept = {where: counts for where, counts in sorted(known.items()) if counts}
    return json.dumps({"format": _FORMAT, "known": kept}, indent=1) + "\n"


def read_baseline(text: str, name: str) -> Baseline:
    """Raises UnreadableFileError when the file was not written by ``as_baseline``."""
    try:
        document = json.loads(text)
        if document["format"] != _FORMAT:
            raise UnreadableFileError(f"{name} is a baseline of another version of Plaudit")
        known = {
            str(where): {str(each): int(count) for each, count in counts.items()}
            for where, counts in document["known"].items()
        }
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise UnreadableFileError(f"{name} is no baseline: write one with --write-baseline") from error
    return Baseline(known=known)


def _can_be_known(problem: Problem) -> bool:
    return problem.rule != UNREADABLE


def _is_new(problem: Problem, left: Counter[str]) -> bool:
    key = identity(problem)
    left[key] -= 1
    return left[key] < 0
