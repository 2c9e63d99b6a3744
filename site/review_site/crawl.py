"""Fetching many pages: several at once, politely to each host, stopped at any time and gone on with later."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Event
from urllib.parse import urlsplit

from engine.errors import PlauditError, RetryLaterError, SourceRefusedError
from engine.http import Answer, GuardedSession
from engine.robots import Robots, fetch_robots
from engine.sitemap import read_sitemap
from schema_markup.outputs.checked import Checked

AGENT = "Plaudit"
LONGEST_DELAY = 60.0
"""Seconds between two requests to a host: one that asks for more gets this."""
TRIES = 3
FIRST_PAUSE = 1.0
"""Seconds before a page is asked for again that failed for now, where its host does not say how long."""
MOST_SITEMAPS = 500
MOST_PAGES = 1_000_000


Tell = Callable[[str, str], None]
"""Takes an address and why it could not be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A page that was asked for: its answer, or why there is none."""

    url: str
    answer: Answer | None = None
    failure: str = ""


class StoppedError(Exception):
    """Whoever runs the crawl told it to stop."""


@dataclass(slots=True)
class _Host:
    """Whose turn it is on one host; the first who comes reads its robots.txt, and the others wait for that."""

    turns: threading.Lock = field(default_factory=threading.Lock)
    reading: threading.Lock = field(default_factory=threading.Lock)
    robots: Robots | None = None
    silent: str = ""
    """Why its robots.txt cannot be read for now."""
    next_turn: float = 0.0

    def wait_for_turn(self, delay: float, stop: Event) -> None:
        with self.turns:
            turn = max(self.next_turn, time.monotonic())
            self.next_turn = turn + delay
        if stop.wait(max(0.0, turn - time.monotonic())):
            raise StoppedError

    def rest(self, seconds: float) -> None:
        with self.turns:
            self.next_turn = max(self.next_turn, time.monotonic() + seconds)


class Crawl:
    """Fetches pages through one session; it holds the pages in flight and a small record of each host, nothing else."""

    def __init__(
        self, session: GuardedSession, stop: Event, *, jobs: int = 4, delay: float = 0.1, heeds_robots: bool = True
    ) -> None:
        """``delay`` is the seconds between the starts of two requests to one host; its robots.txt may ask for more."""
        self._session = session
        self._stop = stop
        self._jobs = jobs
        self._delay = delay
        self._heeds_robots = heeds_robots
        self._hosts: dict[str, _Host] = {}
        self._lock = threading.Lock()

    def judged(self, urls: Iterable[str], judge: Callable[[Fetched], Checked]) -> Iterator[Checked]:
        """What is found on each page, in the order of the addresses; it ends early when the crawl is told to stop.

        Pages in flight are at most twice the jobs, however many addresses there are and however slowly they are taken.
        """
        in_flight: deque[Future[Checked]] = deque()
        with ThreadPoolExecutor(self._jobs, thread_name_prefix="crawl") as pool:
            try:
                for url in urls:
                    if len(in_flight) >= 2 * self._jobs:
                        yield in_flight.popleft().result()
                    in_flight.append(pool.submit(self._one, url, judge))
                while in_flight:
                    yield in_flight.popleft().result()
            except StoppedError:
                return
            finally:
                for each in in_flight:
                    each.cancel()

    def _one(self, url: str, judge: Callable[[Fetched], Checked]) -> Checked:
        return judge(self.fetch(url))

    def fetch(self, url: str) -> Fetched:
        """One page; raises StoppedError, and nothing else: what went wrong is told in the answer."""
        host = self._host(url)
        try:
            delay = self._permitted_delay(host, url)
            return Fetched(url=url, answer=self._get(host, url, delay))
        except PlauditError as error:
            return Fetched(url=url, failure=str(error))

    def _host(self, url: str) -> _Host:
        with self._lock:
            return self._hosts.setdefault(urlsplit(url).netloc.lower(), _Host())

    def _permitted_delay(self, host: _Host, url: str) -> float:
        if not self._heeds_robots:
            return self._delay
        robots = self._robots(host, url)
        if not robots.allows(AGENT, url):
            raise SourceRefusedError(f"{url} is not fetched: robots.txt does not let {AGENT} in")
        return min(LONGEST_DELAY, max(self._delay, robots.delay(AGENT) or 0.0))

    def _robots(self, host: _Host, url: str) -> Robots:
        with host.reading:
            if host.silent:
                raise RetryLaterError(host.silent)
            if host.robots is None:
                try:
                    host.robots = fetch_robots(self._session, url)
                except RetryLaterError as error:
                    host.silent = f"its robots.txt cannot be read: {error}"
                    raise RetryLaterError(host.silent) from error
            return host.robots

    def _get(self, host: _Host, url: str, delay: float) -> Answer:
        for tried in range(1, TRIES + 1):
            host.wait_for_turn(delay, self._stop)
            try:
                return self._session.get(url)
            except RetryLaterError as error:
                if tried == TRIES:
                    raise
                pause = FIRST_PAUSE * tried if error.retry_after is None else error.retry_after
                host.rest(min(pause, LONGEST_DELAY))
        raise AssertionError


def pages_of(session: GuardedSession, sitemaps: Iterable[str], stop: Event, tell: Tell) -> list[str]:
    """The pages of sitemaps and of the sitemaps that these name, each once; what cannot be read is told.

    At most 500 sitemaps and a million pages.
    """
    waiting, seen, pages = deque(sitemaps), set[str](), dict[str, None]()
    while waiting and not stop.is_set():
        address = waiting.popleft()
        if address in seen:
            continue
        seen.add(address)
        if len(seen) > MOST_SITEMAPS or len(pages) >= MOST_PAGES:
            tell(address, f"no more than {MOST_SITEMAPS} sitemaps and {MOST_PAGES} pages are read at once")
            break
        try:
            answer = session.get(address)
            found = read_sitemap(answer.body, answer.url)
        except PlauditError as error:
            tell(address, str(error))
            continue
        waiting.extend(found.sitemaps)
        pages.update(dict.fromkeys(found.pages))
    return list(pages)
