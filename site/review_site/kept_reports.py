"""Reports about structured data that somebody keeps to share: one file each, with the source that was judged.

The first line of a file is what a list of them shows, the second all the rest.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from engine.errors import NotFoundError
from review_site.crawl_state import as_kept, from_kept
from schema_markup.outputs.checked import Checked
from schema_markup.validate import Verdict

MOST = 500
"""Reports; of more, the oldest go."""
_ID = re.compile(r"[0-9]{14}-[0-9a-f]{20}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportHead:
    """What a list of reports shows of each."""

    id: str
    where: str
    """The address, or nothing for a text that was pasted."""
    at: datetime
    by: str
    verdict: Verdict
    problems: int


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptReport:
    head: ReportHead
    checked: Checked
    source: str


@dataclass(frozen=True, slots=True)
class KeptReports:
    folder: Path

    def keep(self, checked: Checked, source: str, *, by: str, now: datetime, chance: str) -> str:
        """Keeps a report and gives its id; ``chance`` is twenty hexadecimal digits that nobody can guess."""
        self.folder.mkdir(parents=True, exist_ok=True)
        wanted = f"{now:%Y%m%d%H%M%S}-{chance}"
        report = checked.report
        head = {"where": report.where, "at": now.isoformat(), "by": by}
        told = {**head, "verdict": report.verdict, "problems": len(report.problems)}
        aside = self.folder / f".{wanted}"
        aside.write_text(
            f"{json.dumps(told)}\n{json.dumps({**as_kept(checked), 'source': source})}\n", encoding="ascii"
        )
        aside.replace(self._file(wanted))
        for each in self._ids()[MOST:]:
            self.remove(each)
        return wanted

    def find(self, wanted: str) -> KeptReport:
        """Raises NotFoundError when there is no such report any more."""
        try:
            first, second = self._file(wanted).read_text(encoding="ascii").splitlines()
        except OSError as error:
            raise NotFoundError(f"there is no report {wanted!r}") from error
        kept = json.loads(second)
        return KeptReport(head=_head(wanted, json.loads(first)), checked=from_kept(kept), source=kept["source"])

    def latest(self, *, after: str = "", limit: int = 20) -> list[ReportHead]:
        """Up to ``limit`` reports from the newest on, or from before the report ``after``."""
        older = (each for each in self._ids() if not after or each < after)
        return list(islice(self._heads(older), limit))

    def remove(self, wanted: str) -> None:
        self._file(wanted).unlink(missing_ok=True)

    def _heads(self, ids: Iterator[str]) -> Iterator[ReportHead]:
        for each in ids:
            # Another process may have removed it since.
            with suppress(OSError), self._file(each).open(encoding="ascii") as file:
                yield _head(each, json.loads(file.readline()))

    def _ids(self) -> list[str]:
        """From the newest to the oldest."""
        found = (each.stem for each in self.folder.glob("*.json"))
        return sorted((each for each in found if _ID.fullmatch(each)), reverse=True)

    def _file(self, wanted: str) -> Path:
        if not _ID.fullmatch(wanted):
            raise NotFoundError(f"there is no report {wanted[:60]!r}")
        return self.folder / f"{wanted}.json"


def _head(wanted: str, told: dict[str, Any]) -> ReportHead:
    return ReportHead(
        id=wanted,
        where=told["where"],
        at=datetime.fromisoformat(told["at"]),
        by=told["by"],
        verdict=Verdict(told["verdict"]),
        problems=told["problems"],
    )
