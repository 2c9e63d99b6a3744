"""SARIF 2.1.0, which code hosts show beside the lines of a change.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/sarif-v2.1.0-os.html
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from engine.domain import Problem, Severity
from schema_markup.outputs.baseline import identity
from schema_markup.outputs.checked import UNREADABLE, Checked, Place
from schema_markup.rulebook import Rule

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.POLICY: "error", Severity.WARNING: "warning"}


def write(checked: Iterable[Checked], *, rules: Mapping[str, Rule], version: str) -> Iterator[str]:
    """One run; what could not be read is a notification of the tool, not a result."""
    all_checked = list(checked)
    found = [(each.report.where, *pair) for each in all_checked for pair in _pairs(each)]
    named = sorted({problem.rule for _, problem, _ in found if problem.rule != UNREADABLE})
    number_of = {rule: number for number, rule in enumerate(named)}
    notes = [_notification(where, problem) for where, problem, _ in found if problem.rule == UNREADABLE]
    run = {
        "tool": {
            "driver": {
                "name": "Plaudit",
                "semanticVersion": version,
                "rules": [_rule(name, rules.get(name)) for name in named],
            }
        },
        "columnKind": "unicodeCodePoints",
        "invocations": [{"executionSuccessful": not notes, "toolExecutionNotifications": notes}],
        "results": [
            _result(where, problem, place, number_of[problem.rule])
            for where, problem, place in found
            if problem.rule != UNREADABLE
        ],
    }
    yield json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}) + "\n"


def _pairs(checked: Checked) -> Iterator[tuple[Problem, Place | None]]:
    return zip(checked.report.problems, checked.places, strict=True)


def _rule(name: str, rule: Rule | None) -> dict[str, Any]:
    if rule is None:
        return {"id": name}
    return {
        "id": name,
        "shortDescription": {"text": rule.message.replace("{found}", "…")},
        "fullDescription": {"text": rule.why},
        "help": {"text": rule.fix},
        "helpUri": rule.doc,
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {"tags": [rule.feature, rule.severity], "pageRead": rule.date.isoformat()},
    }


def _result(where: str, problem: Problem, place: Place | None, number: int) -> dict[str, Any]:
    # Hosts refuse a result without a line: the first one stands for the whole file.
    region = {"startLine": place.line, "startColumn": place.column} if place else {"startLine": 1}
    location = {
        "physicalLocation": {"artifactLocation": {"uri": _address(where)}, "region": region},
        "logicalLocations": [{"fullyQualifiedName": problem.path}],
    }
    return {
        "ruleId": problem.rule,
        "ruleIndex": number,
        "level": _LEVELS[problem.severity],
        "message": {"text": f"{problem.message} {problem.fix}".strip()},
        "locations": [location],
        "partialFingerprints": {"plauditProblem/v1": sha256(f"{where} {identity(problem)}".encode()).hexdigest()[:32]},
    }


def _notification(where: str, problem: Problem) -> dict[str, Any]:
    return {
        "level": "error",
        "message": {"text": problem.message},
        "locations": [{"physicalLocation": {"artifactLocation": {"uri": _address(where)}}}],
    }


def _address(where: str) -> str:
    if where.startswith(("http://", "https://")):
        return quote(where, safe=":/?#[]@!$&'()*+,;=%~-._")
    path = PurePath(where)
    return path.as_uri() if path.is_absolute() else quote(path.as_posix())
