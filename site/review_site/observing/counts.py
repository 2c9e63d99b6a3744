"""Counts of the requests that one process answered, in whichever thread."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, field
from threading import Lock

BOUNDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Seconds: the upper bounds of the bins of a histogram; what took longer is in one bin more."""

MOST_AGENTS, LONGEST_AGENT = 2000, 400
"""How many names and user agents are told apart until somebody takes the counts, and up to how many characters."""


@dataclass(slots=True)
class Histogram:
    bins: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS) + 1))
    seconds: float = 0.0

    def add(self, seconds: float) -> None:
        self.bins[bisect_left(BOUNDS, seconds)] += 1
        self.seconds += seconds

    def copy(self) -> Histogram:
        return Histogram(self.bins.copy(), self.seconds)


@dataclass(slots=True)
class Counts:
    """Everything from the start of the process on; any thread may add."""

    snippets: Counter[tuple[str, int]] = field(default_factory=Counter)
    """By name and status."""
    snippet_times: Histogram = field(default_factory=Histogram)
    requests: Counter[tuple[str, str, int]] = field(default_factory=Counter)
    """Of all else, by route, method and status."""
    request_times: Histogram = field(default_factory=Histogram)
    _asked: dict[tuple[str, str], int] = field(default_factory=dict)
    """What was served since somebody last took these, by name and by what whoever asked called itself."""
    _lock: Lock = field(default_factory=Lock)

    def snippet(self, name: str, status: int, seconds: float, user_agent: str = "") -> None:
        with self._lock:
            self.snippets[name, status] += 1
            self.snippet_times.add(seconds)
            self._ask(name, user_agent)

    def request(self, route: str, method: str, status: int, seconds: float) -> None:
        with self._lock:
            self.requests[route, method, status] += 1
            self.request_times.add(seconds)

    def page(self, route: str, user_agent: str) -> None:
        """A public page that was answered beside the finished snippets."""
        with self._lock:
            self._ask(route, user_agent)

    def take_asked(self) -> dict[tuple[str, str], int]:
        """What was served since this was last called, by name and user agent; it is forgotten here."""
        with self._lock:
            taken, self._asked = self._asked, {}
        return taken

    def _ask(self, name: str, user_agent: str) -> None:
        asked, key = self._asked, (name, user_agent)
        if key in asked:
            asked[key] += 1
        elif len(asked) < MOST_AGENTS and len(user_agent) <= LONGEST_AGENT:
            asked[key] = 1
        else:
            # Strangers may call themselves anything: what they make us remember is bounded.
            asked[name, ""] = asked.get((name, ""), 0) + 1

    def so_far(self) -> Counts:
        """A copy of this moment, to which nothing is added."""
        with self._lock:
            return Counts(
                snippets=self.snippets.copy(),
                snippet_times=self.snippet_times.copy(),
                requests=self.requests.copy(),
                request_times=self.request_times.copy(),
            )
