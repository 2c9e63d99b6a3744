"""A report as a page shows it: the verdict for each result of a search, the problems, and the source beside them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from engine.domain import Problem
from schema_markup.features import features
from schema_markup.outputs.as_html import in_parts
from schema_markup.outputs.checked import Checked, Place, printable
from schema_markup.rulebook import rules
from schema_markup.validate import Verdict

AROUND = 3
"""Lines before and after one that something is wrong in."""
MOST_LINES = 400
MOST_PROBLEMS = 200
WIDEST = 600
"""Characters of a line; the whole source is a link away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownProblem:
    number: int
    problem: Problem
    place: Place | None
    parts: tuple[str, str, str] | None
    """The line before the value, the value, and what comes after it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One kind of result in a search, and whether the source can earn it."""

    title: str
    verdict: Verdict
    note: str
    page: str
    """Where the search engine describes it."""
    problems: Sequence[ShownProblem]
    """Those that decide it, the grave ones first."""

    @property
    def is_eligible(self) -> bool:
        return self.verdict is not Verdict.ERROR


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    number: int
    text: str
    problems: Sequence[int]
    """The numbers of those that are on it."""
    follows: bool
    """Whether the line before it is shown too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownReport:
    where: str
    verdict: Verdict
    is_readable: bool
    results: Sequence[Result]
    problems: Sequence[ShownProblem]
    total: int
    """Problems, with those that are not shown."""
    lines: Sequence[Line]
    has_all_lines: bool

    @property
    def address(self) -> str:
        """Of the page, where there is one."""
        return self.where if self.where.startswith(("http://", "https://")) else ""


def shown_report(checked: Checked, source: str = "") -> ShownReport:
    """A report and what of its source belongs to it; without a source, the lines that the report itself holds."""
    found = [
        ShownProblem(number=number, problem=_legible(problem), place=place, parts=in_parts(place) if place else None)
        for number, (problem, place) in enumerate(zip(checked.report.problems, checked.places, strict=True), 1)
    ]
    grave = sorted(found, key=lambda each: not each.problem.forbids)
    count = source.count("\n") + 1 if source else 0
    lines = list(_lines(source, found[:MOST_PROBLEMS]))[:MOST_LINES]
    return ShownReport(
        where=checked.report.where,
        verdict=checked.report.verdict,
        is_readable=checked.is_readable,
        results=[_result(name, verdict, grave) for name, verdict in checked.report.features.items()],
        problems=grave[:MOST_PROBLEMS],
        total=len(found),
        lines=lines,
        has_all_lines=len(lines) == count and all(len(each.text) < WIDEST for each in lines),
    )


def _legible(problem: Problem) -> Problem:
    """What it quotes of a foreign page turns no direction of writing."""
    return replace(problem, message=printable(problem.message), path=printable(problem.path))


def _result(name: str, verdict: Verdict, found: Sequence[ShownProblem]) -> Result:
    known = features()[name]
    own = [each for each in found if each.problem.rule in rules() and _belongs(each.problem.rule, name)]
    return Result(title=known.title, verdict=verdict, note=known.note, page=known.page, problems=own)


def _belongs(rule: str, feature: str) -> bool:
    return bool(rules()[rule].features & {feature, "any"})


def _lines(source: str, found: Sequence[ShownProblem]) -> Iterator[Line]:
    """The lines with problems and those around them; all, where there are few."""
    if not source:
        return
    written = source.split("\n")
    at: dict[int, list[ShownProblem]] = {}
    for each in found:
        if each.place:
            at.setdefault(each.place.line, []).append(each)
    near = {number for line in at for number in range(line - AROUND, line + AROUND + 1)}
    is_short = len(written) <= MOST_LINES
    before = 0
    for number, text in enumerate(written, 1):
        if is_short or number in near:
            on = at.get(number, [])
            start = _start(text, on)
            yield Line(
                number=number,
                text=printable(text[start : start + WIDEST].expandtabs(2).rstrip("\r")),
                problems=[each.number for each in on],
                follows=number == before + 1,
            )
            before = number


def _start(text: str, found: Sequence[ShownProblem]) -> int:
    """Where a line begins that is too long to be shown: a little before its first problem."""
    if len(text) <= WIDEST:
        return 0
    first = min((each.place.column for each in found if each.place), default=1)
    return max(0, min(first - WIDEST // 4, len(text) - WIDEST))
