"""Runs over all pages of a sitemap: worked off in turns, stopped at any time, gone on with where they were.

Each is a folder: what was asked for, the pages that the sitemap names, and one line for each page that was judged. Each
file has one writer: the console asks and stops, the worker does the rest.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import islice, takewhile
from pathlib import Path
from threading import Event
from typing import Any

from engine.addresses import Network
from engine.errors import NotFoundError
from engine.http import GuardedSession
from engine.outbox import Work, finish
from engine.sitemap import LARGEST
from engine.store import Lease, Store
from review_site.crawl import Crawl, pages_of
from review_site.crawl_state import CrawlState, from_kept
from review_site.judging import judged_page
from schema_markup.outputs.checked import Checked

MOST_PAGES = 10_000
"""Of one run."""
MOST_RUNS = 50
SECONDS = 10.0
"""A page that takes longer is one that could not be read."""
_ID = re.compile(r"[0-9]{14}-[0-9a-f]{20}")
UNREADABLE = "unreadable"
ASKED, PAGES, STATE, FOUND, STOPPED, ENDED = (
    "asked.json",
    "pages.json",
    "state.jsonl",
    "found.jsonl",
    "stopped",
    "ended",
)


class Stage(StrEnum):
    WAITING = "waiting"
    """No worker has begun with it."""
    RUNNING = "running"
    STOPPED = "stopped"
    ENDED = "ended"


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


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteRun:
    id: str
    sitemap: str
    by: str
    at: datetime
    stage: Stage
    total: int | None
    """Pages; None until the sitemap was read."""
    unread: Sequence[tuple[str, str]]
    """Sitemaps that could not be read, and why."""
    done: int
    """Pages that were judged."""
    found: Sequence[FoundPage] = ()
    """Those pages, where they were asked for."""

    @property
    def goes_on(self) -> bool:
        return self.stage in (Stage.WAITING, Stage.RUNNING)

    @property
    def verdicts(self) -> Counter[str]:
        return Counter(each.verdict for each in self.found)

    @property
    def rules(self) -> list[tuple[str, int]]:
        """The rules that most pages break."""
        return Counter(rule for each in self.found for rule in each.rules).most_common(10)


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteRuns:
    folder: Path
    store: Store
    allow: Sequence[Network]
    clock: Callable[[], datetime]
    delay: float = 0.1
    """Seconds between two requests to one host; its robots.txt may ask for more."""

    def begin(self, sitemap: str, *, by: str, chance: str) -> str:
        """Leaves the work of a run and gives its id; of too many runs, the oldest that ended go."""
        wanted = f"{self.clock():%Y%m%d%H%M%S}-{chance}"
        place = self.folder / wanted
        place.mkdir(parents=True)
        told = {"sitemap": sitemap, "by": by, "at": self.clock().isoformat()}
        _write(place / ASKED, json.dumps(told))
        self._mark(wanted)
        for each in self._ids()[MOST_RUNS:]:
            if not self.find(each, with_pages=False).goes_on:
                self.remove(each)
        return wanted

    def keep(self, sitemap: str, judged: Sequence[Checked], *, by: str, chance: str) -> str:
        """Keeps a run whose pages were judged elsewhere, as one that ended, and gives its id."""
        wanted = f"{self.clock():%Y%m%d%H%M%S}-{chance}"
        place = self.folder / wanted
        place.mkdir(parents=True)
        pages = [each.report.where for each in judged]
        _write(place / PAGES, json.dumps({"pages": pages, "unread": []}))
        with CrawlState(place / STATE) as state:
            for each in judged:
                state.add(each)
        _write(place / FOUND, "".join(map(_line, judged)))
        (place / ENDED).touch()
        # Last of all: from here on it is a run.
        _write(place / ASKED, json.dumps({"sitemap": sitemap, "by": by, "at": self.clock().isoformat()}))
        return wanted

    def stop(self, wanted: str) -> None:
        """Ends the work after the pages in hand; what was found stays."""
        (self._place(wanted) / STOPPED).touch()

    def resume(self, wanted: str) -> None:
        """Goes on with a run that was stopped where it was."""
        (self._place(wanted) / STOPPED).unlink(missing_ok=True)
        self._mark(wanted)

    def remove(self, wanted: str) -> None:
        place = self._place(wanted)
        for each in place.iterdir():
            each.unlink()
        place.rmdir()

    def find(self, wanted: str, *, with_pages: bool = True) -> SiteRun:
        """A run as it is now; raises NotFoundError."""
        place = self._place(wanted)
        asked, pages = _read(place / ASKED), _read(place / PAGES)
        return SiteRun(
            id=wanted,
            sitemap=asked["sitemap"],
            by=asked["by"],
            at=datetime.fromisoformat(asked["at"]),
            stage=_stage(place),
            total=len(pages["pages"]) if pages else None,
            unread=[(where, why) for where, why in pages["unread"]] if pages else (),
            done=len(_lines(place)),
            found=list(_found(place)) if with_pages else (),
        )

    def latest(self, limit: int = 20) -> list[SiteRun]:
        """The newest runs."""
        return [self.find(each, with_pages=False) for each in self._ids()[:limit]]

    def page(self, wanted: str, number: int) -> Checked:
        """What was found on one page; raises NotFoundError."""
        path = self._place(wanted) / STATE
        if path.exists():
            with path.open("rb") as lines:
                for line in islice(lines, number, number + 1):
                    return from_kept(json.loads(line))
        raise NotFoundError(f"the run {wanted} has no page {number}")

    def go_on(self, lease: Lease, is_over: Callable[[], bool]) -> int | None:
        """Judges pages of the run of a leased mark until the turn is over, and says how many; None where it is gone.

        Raises LeaseLostError when another worker took it over.
        """
        place = self.folder / lease.key
        if not (place / ASKED).exists() or _stage(place) in (Stage.STOPPED, Stage.ENDED):
            with self.store.writing() as transaction:
                finish(transaction, lease)
            return None
        pages = self._pages(place)
        if pages is None:
            with self.store.writing() as transaction:
                finish(transaction, lease)
            return None
        judged, left = self._judge(place, pages, lambda: is_over() or (place / STOPPED).exists())
        with self.store.writing() as transaction:
            finish(transaction, lease)
            if left and not (place / STOPPED).exists():
                transaction.marks.set(Work.VALIDATE, [lease.key], self.clock())
        if not left:
            (place / ENDED).touch()
        return judged

    def _pages(self, place: Path) -> Sequence[str] | None:
        """The pages of the sitemap, which is read once; None when the run was stopped meanwhile."""
        known = _read(place / PAGES)
        if not known:
            unread: list[tuple[str, str]] = []
            sitemap, stop = _read(place / ASKED)["sitemap"], _Marked(place / STOPPED)
            with GuardedSession(self.allow, timeout=SECONDS, max_bytes=LARGEST) as session:
                pages = pages_of(session, [sitemap], stop, lambda where, why: unread.append((where, why)))
            if stop.is_set():
                return None
            if len(pages) > MOST_PAGES:
                unread.append((sitemap, f"of {len(pages)} pages, the first {MOST_PAGES} are judged"))
            known = {"pages": pages[:MOST_PAGES], "unread": unread}
            _write(place / PAGES, json.dumps(known))
        found: Sequence[str] = known["pages"]
        return found

    def _judge(self, place: Path, pages: Sequence[str], is_over: Callable[[], bool]) -> tuple[int, int]:
        """How many were judged, and how many are left."""
        judged = 0
        with CrawlState(place / STATE) as state, GuardedSession(self.allow, timeout=SECONDS) as session:
            _agree(place, state, pages)
            left = [each for each in pages if each not in state.done]
            # The pages in flight when the turn is over are waited for: none is fetched twice.
            some = takewhile(lambda _: not is_over(), left)
            with (place / FOUND).open("a", encoding="ascii") as file:
                for each in Crawl(session, Event(), delay=self.delay).judged(some, judged_page):
                    state.add(each)
                    file.write(_line(each))
                    file.flush()
                    judged += 1
        return judged, len(left) - judged

    def _mark(self, wanted: str) -> None:
        with self.store.writing() as transaction:
            transaction.marks.set(Work.VALIDATE, [wanted], self.clock())

    def _ids(self) -> list[str]:
        """From the newest to the oldest."""
        return sorted((each.parent.name for each in self.folder.glob(f"*/{ASKED}")), reverse=True)

    def _place(self, wanted: str) -> Path:
        if not _ID.fullmatch(wanted) or not (self.folder / wanted / ASKED).exists():
            raise NotFoundError(f"there is no run {wanted[:60]!r}")
        return self.folder / wanted


class _Marked(Event):
    """Set by whoever makes a file."""

    def __init__(self, mark: Path) -> None:
        super().__init__()
        self._mark = mark

    def is_set(self) -> bool:
        return self._mark.exists()


def _stage(place: Path) -> Stage:
    if (place / ENDED).exists():
        return Stage.ENDED
    if (place / STOPPED).exists():
        return Stage.STOPPED
    return Stage.RUNNING if (place / PAGES).exists() else Stage.WAITING


def _agree(place: Path, state: CrawlState, pages: Sequence[str]) -> None:
    """Writes the short lines anew where a crash came between the two files."""
    if len(_lines(place)) != len(state.done):
        _write(place / FOUND, "".join(_line(each) for each in state.again(set(pages))))


def _found(place: Path) -> Iterator[FoundPage]:
    for number, told in enumerate(json.loads(f"[{','.join(_lines(place))}]")):
        yield FoundPage(number=number, **told)


def _lines(place: Path) -> Sequence[str]:
    """The short lines that are whole: the worker may be writing the last one."""
    path = place / FOUND
    lines = path.read_text(encoding="ascii").splitlines(keepends=True) if path.exists() else []
    return lines[:-1] if lines and not lines[-1].endswith("\n") else lines


def _line(each: Checked) -> str:
    report = each.report
    told = {
        "url": report.where,
        "verdict": report.verdict if each.is_readable else UNREADABLE,
        "problems": len(report.problems),
        "features": dict(report.features),
        "rules": sorted({problem.rule for problem in report.problems}),
    }
    return json.dumps(told) + "\n"


def _read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return found


def _write(path: Path, text: str) -> None:
    """Whole or not at all."""
    aside = path.with_name(f".{path.name}")
    aside.write_text(text, encoding="utf-8")
    aside.replace(path)
