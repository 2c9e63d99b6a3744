"""The rules as data: what each one says, how grave it is, which page it comes from and how to mend it."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from engine.domain import Problem, Severity

FOLDER = Path(__file__).parent / "rules"
_GOOGLE = "https://developers.google.com/search/docs/appearance/structured-data/"
_LONGEST_FOUND = 80


class Violation(NamedTuple):
    """A rule that something at ``path`` does not keep; ``found`` is what stands there."""

    rule: str
    path: str
    found: Any = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule of ``rules/rules.toml``, where its fields are explained."""

    id: str
    severity: Severity
    feature: str
    page: str
    date: date
    message: str
    why: str
    fix: str

    @property
    def doc(self) -> str:
        return self.page if self.page.startswith("https://") else _GOOGLE + self.page

    def problem(self, path: str, found: Any = "") -> Problem:
        return Problem(
            rule=self.id,
            severity=self.severity,
            path=path,
            message=f"{self.message.replace('{found}', shortened(found))} {self.why}",
            fix=self.fix,
            doc=self.doc,
        )


@cache
def rules() -> Mapping[str, Rule]:
    """Every rule by its id."""
    with (FOLDER / "rules.toml").open("rb") as file:
        entries = tomllib.load(file)
    return {name: Rule(id=name, severity=Severity(entry.pop("severity")), **entry) for name, entry in entries.items()}


def problems_of(violations: Iterable[Violation]) -> list[Problem]:
    """One problem for each rule and place, in the order found."""
    first = {(each.rule, each.path): each for each in reversed(list(violations))}
    return [rules()[each.rule].problem(each.path, each.found) for each in reversed(first.values())]


def shortened(found: Any) -> str:
    """A value as a message quotes it: text from our own code as it is, a value of the document as short JSON."""
    text = found if isinstance(found, str) else _as_text(found)
    return text if len(text) <= _LONGEST_FOUND else text[: _LONGEST_FOUND - 1] + "…"


def quoted(value: Any) -> str:
    """A value of a document as it stands there, text in quotation marks."""
    return shortened(_as_text(value))


def _as_text(value: Any) -> str:
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "an array"
    return json.dumps(value, ensure_ascii=False)
