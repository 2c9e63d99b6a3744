"""Runs over all pages of a sitemap: worked off in turns, stopped at any time, gone on with where they were.

Each is a folder: what was asked for, the pages that the sitemap names, and one line for each page that was judged. Each
file has one writer: the console asks and stops, the worker does the rest.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
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
from review_site.found_pages import FoundPages, short_line, whole_lines
from review_site.judging import judged_page
from schema_markup.outputs.checked import Checked

MOST_PAGES = 10_000
"""Of one run."""
MOST_RUNS = 50
SECONDS = 10.0
"""A page that takes longer is one that could not be read."""
_ID = re.compile(r"[0-9]{14}-[0-9a-f]{20}")
ASKED, PAGES, COUNTED, STATE, FOUND, STOPPED, ENDED = (
    "asked.json",
    "pages.json",
    "counted.json",
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
    found: FoundPages = field(default_factory=FoundPages)
    """Those pages, where they were asked for."""

    @property
    def goes_on(self) -> bool:
        return self.stage in (Stage.WAITING, Stage.RUNNING)


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
        _write(place / COUNTED, json.dumps({"total": len(pages), "unread": []}))
        with CrawlState(place / STATE) as state:
            for each in judged:
                state.add(each)
        _write(place / FOUND, "".join(map(short_line, judged)))
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
        asked, counted, stage = _read(place / ASKED), _read(place / COUNTED), _stage(place)
        total: int | None = counted.get("total")
        found = FoundPages(_told(place)) if with_pages else FoundPages()
        return SiteRun(
            id=wanted,
            sitemap=asked["sitemap"],
            by=asked["by"],
            at=datetime.fromisoformat(asked["at"]),
            stage=stage,
            total=total,
            unread=[(where, why) for where, why in counted.get("unread", ())],
            done=total if stage is Stage.ENDED and total is not None else _told(place).count(b"\n"),
            found=found,
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
            known = {"pages": pages[:MOST_PAGES]}
            # Beside them, so that a list of runs reads no pages.
            _write(place / COUNTED, json.dumps({"total": len(known["pages"]), "unread": unread}))
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
                    file.write(short_line(each))
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
    if _told(place).count(b"\n") != len(state.done):
        _write(place / FOUND, "".join(short_line(each) for each in state.again(set(pages))))


def _told(place: Path) -> bytes:
    """The short lines that are whole."""
    path = place / FOUND
    return whole_lines(path.read_bytes()) if path.exists() else b""


def _read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return found


def _write(path: Path, text: str) -> None:
    """Whole or not at all."""
    aside = path.with_name(f".{path.name}")
    aside.write_text(text, encoding="utf-8")
    aside.replace(path)
