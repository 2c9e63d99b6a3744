"""One run over the pages of addresses and sitemaps: what is done is told again, what is left is fetched and judged."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from engine.addresses import Network
from engine.http import GuardedSession
from engine.sitemap import LARGEST
from review_site.crawl import Crawl, pages_of
from review_site.crawl_state import CrawlState
from review_site.judging import judged_page
from schema_markup.outputs.checked import Checked, unreadable

Progress = Callable[[int], AbstractContextManager[Callable[[int], None]]]
"""The number of pages in, something to be called with each step out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRun:
    addresses: Sequence[str]
    sitemaps: Sequence[str]
    allow: Sequence[Network]
    jobs: int
    delay: float
    heeds_robots: bool
    resume: Path | None

    def judged(self, stop: Event, progress: Progress) -> Iterator[Checked]:
        """The report of each page, and of each sitemap that cannot be read; it ends early once ``stop`` is set."""
        with ExitStack() as stack:
            state = stack.enter_context(CrawlState(self.resume)) if self.resume else None
            pages, unread = self._pages(stop)
            yield from unread
            advance = stack.enter_context(progress(len(pages)))
            done = state.done & pages.keys() if state else set[str]()
            for each in state.again(done) if state else ():
                yield each
                advance(1)
            session = stack.enter_context(GuardedSession(self.allow))
            crawl = Crawl(session, stop, jobs=self.jobs, delay=self.delay, heeds_robots=self.heeds_robots)
            for each in crawl.judged((page for page in pages if page not in done), judged_page):
                if state and each.is_readable:
                    state.add(each)
                yield each
                advance(1)

    def _pages(self, stop: Event) -> tuple[dict[str, None], list[Checked]]:
        unread: list[Checked] = []
        with GuardedSession(self.allow, timeout=60.0, max_bytes=LARGEST) as session:
            found = pages_of(session, self.sitemaps, stop, lambda where, why: unread.append(unreadable(where, why)))
        return dict.fromkeys([*self.addresses, *found]), unread
