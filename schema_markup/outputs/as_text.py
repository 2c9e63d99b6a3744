"""For people at a terminal: the verdict of each result, then each problem with its line, the reason and the way out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from textwrap import fill

from engine.domain import Problem, Severity
from schema_markup.outputs.checked import Checked, Place, printable
from schema_markup.outputs.words import note, title

_WIDTH = 100
_MOST_PLACES = 5
_MARKS = {Severity.ERROR: "error", Severity.POLICY: "against a policy", Severity.WARNING: "warning"}
_COLORS = {"error": 31, "against a policy": 31, "warning": 33, "valid": 32, "name": 1, "aside": 2}

Paint = Callable[[str, str], str]
"""A text and the name of its style in, the text as the terminal gets it out."""
Found = tuple[Problem, Place | None]


def write(checked: Iterable[Checked], *, color: bool = False) -> Iterator[str]:
    """A block for each file, then how many there were; problems of one rule stand together."""
    paint = _painted if color else _plain
    counts: Counter[str] = Counter()
    for each in checked:
        counts[each.report.verdict if each.is_readable else "unreadable"] += 1
        yield "\n".join(_file(each, paint)) + "\n"
    yield f"{_said(counts)}\n"


def _said(counts: Counter[str]) -> str:
    total = counts.total()
    words = {"valid": "valid", "warning": "with warnings", "error": "with errors", "unreadable": "not readable"}
    parts = [f"{counts[verdict]} {text}" for verdict, text in words.items() if counts[verdict]]
    return f"{total} {'file' if total == 1 else 'files'}: {', '.join(parts) or 'nothing to judge'}"


def _plain(text: str, _style: str) -> str:
    return text


def _painted(text: str, style: str) -> str:
    return f"\x1b[{_COLORS[style]}m{text}\x1b[0m"


def _file(checked: Checked, paint: Paint) -> Iterator[str]:
    report = checked.report
    if not checked.is_readable:
        yield f"{paint(printable(report.where), 'name')}: {paint('not readable', 'error')}"
        yield from (line for each in report.problems for line in _wrapped(each.message, "  "))
        yield ""
        return
    yield f"{paint(printable(report.where), 'name')}: {paint(report.verdict, report.verdict)}"
    width = max((len(title(name)) for name in report.features), default=0)
    for name, verdict in sorted(report.features.items()):
        yield f"  {title(name):{width}}  {paint(verdict, verdict)}"
        yield from _wrapped(note(name), "    ") if note(name) else ()
    for found in _by_rule(checked):
        yield ""
        yield from _rule(found, paint)
    if report.problems:
        yield ""


def _by_rule(checked: Checked) -> list[list[Found]]:
    """The problems of each rule together, the grave ones first, else in the order found."""
    groups: dict[str, list[Found]] = {}
    for problem, place in zip(checked.report.problems, checked.places, strict=True):
        groups.setdefault(problem.rule, []).append((problem, place))
    return sorted(groups.values(), key=lambda found: not found[0][0].forbids)


def _rule(found: Sequence[Found], paint: Paint) -> Iterator[str]:
    problem, place = found[0]
    mark = _MARKS[problem.severity]
    first, *rest = _wrapped(f"{mark}: {problem.message}", "  ")
    yield first.replace(mark, paint(mark, mark), 1)
    yield from rest
    yield f"    at {_where(problem, place)}  {paint(f'[{problem.rule}]', 'aside')}"
    if place and place.excerpt:
        gutter = f"{place.line} |"
        yield f"      {paint(gutter, 'aside')} {place.excerpt}"
        yield f"      {' ' * (len(gutter) + 1 + place.caret)}^"
    for also, where in found[1:_MOST_PLACES]:
        yield f"    also at {_where(also, where)}"
    if len(found) > _MOST_PLACES:
        yield f"    and at {len(found) - _MOST_PLACES} more places"
    if problem.fix:
        yield from _wrapped(f"Mend: {problem.fix}", "    ")
    if problem.doc:
        yield f"    {paint(f'Page: {problem.doc}', 'aside')}"


def _where(problem: Problem, place: Place | None) -> str:
    path = printable(problem.path)
    if place is None:
        return path or "the whole of it"
    return f"line {place.line}, column {place.column}" + (f": {path}" if path else "")


def _wrapped(text: str, indent: str) -> list[str]:
    following = indent if indent == "    " else "    "
    return fill(printable(text), _WIDTH, initial_indent=indent, subsequent_indent=following).split("\n")
