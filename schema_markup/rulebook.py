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
    """One rule of ``rules/*.rules.toml``."""

    id: str
    severity: Severity
    """error: not eligible, or not readable; policy: against a published policy; warning: recommended."""
    feature: str
    """What is lost, a name of ``features.toml``; "any" where it is everything."""
    also: tuple[str, ...] = ()
    """Other features that the same rule belongs to."""
    page: str
    """Where the rule is written: an address, or the short name of a page of Google's documentation."""
    date: date
    """Of that page, as it was read."""
    message: str
    """What is wrong; {found} is what stands there."""
    why: str
    fix: str

    @property
    def doc(self) -> str:
        return self.page if self.page.startswith("https://") else _GOOGLE + self.page

    @property
    def features(self) -> frozenset[str]:
        return frozenset({self.feature, *self.also})

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
    found: dict[str, Rule] = {}
    for path in sorted(FOLDER.glob("*.rules.toml")):
        with path.open("rb") as file:
            entries = tomllib.load(file)
        for name, entry in entries.items():
            also = tuple(entry.pop("also", ()))
            found[name] = Rule(id=name, severity=Severity(entry.pop("severity")), also=also, **entry)
    return found


@cache
def rules_as_of() -> date:
    """The day on which the newest of the pages was read: nothing here reads a clock, and what was over then is over."""
    return max(rule.date for rule in rules().values())


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
    if isinstance(value, str):
        # A text of a million letters is not worth encoding for the eighty that are shown.
        value = value[: _LONGEST_FOUND + 1]
    return json.dumps(value, ensure_ascii=False)
