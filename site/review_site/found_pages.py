"""The pages that a run judged, read from their short lines: all are counted, and only those that are shown are read."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import overload

from schema_markup.outputs.checked import Checked

UNREADABLE = "unreadable"
FREQUENT = 10
# As ``short_line`` writes them; within a string, no quotation mark stands without a backslash.
_TOLD = re.compile(
    rb'^\{"url": "[^"\\\n]*(?:\\.[^"\\\n]*)*", "verdict": "(?P<verdict>[a-z]+)"'
    rb'[^\n]*, "rules": (?P<rules>\[[^\n]*\])\}$',
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundPage:
    """One page of a run, in short."""

    number: int
    """Its place among those that were judged, from 0."""
    url: str
    verdict: str
    """That of its report, or ``unreadable``."""
    problems: int
    features: Mapping[str, str]
    rules: Sequence[str]
    """Those that it breaks."""


@dataclass(frozen=True)
class FoundPages(Sequence[FoundPage]):
    """The short lines of a run; a page is read when it is asked for."""

    told: bytes = b""
    """The lines that are whole, one for each page."""
    verdict: str = ""
    """The only one that is wanted; empty for all."""
    _numbers: Sequence[int] = field(init=False)

    def __post_init__(self) -> None:
        wanted = [number for number, (verdict, _) in enumerate(self._each) if self.verdict in ("", verdict.decode())]
        object.__setattr__(self, "_numbers", wanted)

    def of(self, verdict: str) -> FoundPages:
        """Those with one verdict, under the numbers that they have among all."""
        return FoundPages(self.told, verdict)

    @property
    def verdicts(self) -> Counter[str]:
        """How many pages have each verdict, of all."""
        return Counter(verdict.decode() for verdict, _ in self._each)

    @property
    def rules(self) -> list[tuple[str, int]]:
        """The FREQUENT rules that most of all pages break."""
        counted: Counter[str] = Counter()
        for told, pages in Counter(rules for _, rules in self._each).items():
            counted.update(dict.fromkeys(json.loads(told), pages))
        return counted.most_common(FREQUENT)

    def __len__(self) -> int:
        return len(self._numbers)

    @overload
    def __getitem__(self, place: int) -> FoundPage: ...
    @overload
    def __getitem__(self, place: slice) -> list[FoundPage]: ...
    def __getitem__(self, place: int | slice) -> FoundPage | list[FoundPage]:
        if isinstance(place, slice):
            return [self._read(number) for number in self._numbers[place]]
        return self._read(self._numbers[place])

    def _read(self, number: int) -> FoundPage:
        return FoundPage(number=number, **json.loads(self._lines[number]))

    @cached_property
    def _lines(self) -> Sequence[bytes]:
        return self.told.splitlines()

    @cached_property
    def _each(self) -> Sequence[tuple[bytes, bytes]]:
        """Verdict and rules of each page."""
        return _TOLD.findall(self.told)


def whole_lines(told: bytes) -> bytes:
    """Without what a worker is writing at this moment."""
    return told[: told.rfind(b"\n") + 1]


def short_line(each: Checked) -> str:
    """One page as a line of the file."""
    report = each.report
    told = {
        "url": report.where,
        "verdict": report.verdict if each.is_readable else UNREADABLE,
        "problems": len(report.problems),
        "features": dict(report.features),
        "rules": sorted({problem.rule for problem in report.problems}),
    }
    return json.dumps(told) + "\n"
