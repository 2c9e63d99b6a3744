"""One self-contained HTML file to be read, mailed and printed: no script, no picture, nothing that is fetched."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from engine.domain import Problem
from schema_markup.outputs.checked import UNREADABLE, Checked, Place
from schema_markup.outputs.words import note, title
from schema_markup.validate import Verdict

_TEMPLATES = Path(__file__).parent / "templates"
_VERDICTS = tuple(Verdict)
_MOST_PLACES = 10
_MOST_FREQUENT = 12
_VALUE = re.compile(r'"(?:[^"\\]|\\.)*"?|[\[{]|[^\s,\]}]+')


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """How many files are about a result, and with which verdict."""

    name: str
    counts: Mapping[Verdict, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Frequent:
    """A rule that several files break, with the first of its problems."""

    example: Problem
    files: int
    times: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The problems of one rule in one file; all but the first ten places are only counted."""

    problem: Problem
    places: tuple[tuple[str, Place | None], ...]
    more: int


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    where: str
    address: str | None
    verdict: Verdict
    features: Mapping[str, Verdict]
    groups: tuple[Group, ...]
    problems: int
    is_readable: bool


@dataclass(slots=True)
class _Tally:
    verdicts: Counter[Verdict] = field(default_factory=Counter)
    features: dict[str, Counter[Verdict]] = field(default_factory=dict)
    files: Counter[str] = field(default_factory=Counter)
    times: Counter[str] = field(default_factory=Counter)
    problems: dict[str, Problem] = field(default_factory=dict)

    def add(self, checked: Checked) -> None:
        report = checked.report
        self.verdicts[report.verdict] += 1
        for name, verdict in report.features.items():
            self.features.setdefault(name, Counter())[verdict] += 1
        self.files.update({each.rule for each in report.problems})
        self.times.update(each.rule for each in report.problems)
        for each in report.problems:
            self.problems.setdefault(each.rule, each)


def write(checked: Iterable[Checked], *, now: datetime, version: str) -> Iterator[str]:
    """The summary first, so nothing is given away before all files are known."""
    tally, files, valid = _Tally(), [], []
    for each in checked:
        tally.add(each)
        if each.report.problems:
            files.append(_file(each))
        else:
            valid.append(_file(each))
    files.sort(key=lambda each: (each.is_readable, each.verdict is not Verdict.ERROR))
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {"title": title, "note": note}
    environment.filters |= {"feature_title": title, "in_parts": in_parts}
    yield from environment.get_template("report.html").stream(
        now=now,
        version=version,
        verdicts=[(each, tally.verdicts[each]) for each in _VERDICTS],
        total=tally.verdicts.total(),
        features=[Feature(name=name, counts=counts) for name, counts in sorted(tally.features.items())],
        frequent=_frequent(tally),
        files=files,
        valid=valid,
    )


def in_parts(place: Place) -> tuple[str, str, str]:
    """The line before the value at the place, the value, and what comes after it."""
    found = _VALUE.match(place.excerpt, place.caret)
    end = found.end() if found else place.caret
    return place.excerpt[: place.caret], place.excerpt[place.caret : end], place.excerpt[end:]


def _file(checked: Checked) -> File:
    report = checked.report
    return File(
        where=report.where,
        address=report.where if report.where.startswith(("http://", "https://")) else None,
        verdict=report.verdict,
        features=dict(sorted(report.features.items())),
        groups=tuple(_groups(checked)),
        problems=len(report.problems),
        is_readable=checked.is_readable,
    )


def _groups(checked: Checked) -> Iterator[Group]:
    by_rule: dict[str, list[tuple[Problem, Place | None]]] = {}
    for problem, place in zip(checked.report.problems, checked.places, strict=True):
        by_rule.setdefault(problem.rule, []).append((problem, place))
    for found in sorted(by_rule.values(), key=lambda found: not found[0][0].forbids):
        yield Group(
            problem=found[0][0],
            places=tuple((problem.path, place) for problem, place in found[:_MOST_PLACES]),
            more=max(0, len(found) - _MOST_PLACES),
        )


def _frequent(tally: _Tally) -> list[Frequent]:
    """The rules that most files break, the grave ones first where it is as many."""
    counts = [(count, rule) for rule, count in tally.files.items() if rule != UNREADABLE and count > 1]
    ordered = sorted(counts, key=lambda each: (-each[0], not tally.problems[each[1]].forbids, each[1]))
    return [
        Frequent(example=tally.problems[rule], files=count, times=tally.times[rule])
        for count, rule in ordered[:_MOST_FREQUENT]
    ]
