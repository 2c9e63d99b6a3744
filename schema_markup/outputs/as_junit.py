"""JUnit XML, which build servers show as tests: a test for each file, failed by errors, not by warnings.

The shape that Jenkins, GitLab and GitHub read: https://github.com/testmoapp/junitxml
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from lxml import etree

from engine.domain import Problem
from schema_markup.outputs.checked import Checked, Place

# What XML 1.0 has no way to write: https://www.w3.org/TR/xml/#charsets
_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write(checked: Iterable[Checked]) -> Iterator[str]:
    """A failure for each error or breach of a policy, an error for what could not be read, warnings as output."""
    all_checked = list(checked)
    counts = {
        "tests": len(all_checked),
        "failures": sum(each.is_readable and _fails(each) for each in all_checked),
        "errors": sum(not each.is_readable for each in all_checked),
    }
    suites = etree.Element("testsuites", {"name": "plaudit validate", **_as_text(counts)})
    suite = etree.SubElement(suites, "testsuite", {"name": "structured data", **_as_text(counts)})
    for each in all_checked:
        _case(suite, each)
    etree.indent(suites)
    yield etree.tostring(suites, encoding="unicode") + "\n"


def _fails(checked: Checked) -> bool:
    return any(each.forbids for each in checked.report.problems)


def _as_text(counts: dict[str, int]) -> dict[str, str]:
    return {name: str(count) for name, count in counts.items()}


def _case(suite: etree._Element, checked: Checked) -> None:
    case = etree.SubElement(
        suite, "testcase", {"name": _writable(checked.report.where), "classname": "structured data"}
    )
    pairs = list(zip(checked.report.problems, checked.places, strict=True))
    grave = [(problem, place) for problem, place in pairs if problem.forbids]
    if grave:
        # One for each test, as the readers expect it: the first names it, the text has them all.
        kind = "failure" if checked.is_readable else "error"
        told = {"message": _writable(grave[0][0].message), "type": _writable(grave[0][0].rule)}
        etree.SubElement(case, kind, told).text = _lines(grave)
    light = [(problem, place) for problem, place in pairs if not problem.forbids]
    if light:
        etree.SubElement(case, "system-out").text = _lines(light)


def _lines(pairs: Iterable[tuple[Problem, Place | None]]) -> str:
    return "\n".join(_writable(_line(problem, place)) for problem, place in pairs)


def _line(problem: Problem, place: Place | None) -> str:
    where = f"line {place.line}, column {place.column}: " if place else ""
    return f"{where}{problem.path} [{problem.rule}] {problem.message} {problem.fix}"


def _writable(text: str) -> str:
    return _UNWRITABLE.sub("\ufffd", text)
