"""Counts of the requests that one process answered, in whichever thread."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, field
from threading import Lock

BOUNDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Seconds: the upper bounds of the bins of a histogram; what took longer is in one bin more."""


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
    _lock: Lock = field(default_factory=Lock)

    def snippet(self, name: str, status: int, seconds: float) -> None:
        with self._lock:
            self.snippets[name, status] += 1
            self.snippet_times.add(seconds)

    def request(self, route: str, method: str, status: int, seconds: float) -> None:
        with self._lock:
            self.requests[route, method, status] += 1
            self.request_times.add(seconds)

    def so_far(self) -> Counts:
        """A copy of this moment, to which nothing is added."""
        with self._lock:
            return Counts(
                snippets=self.snippets.copy(),
                snippet_times=self.snippet_times.copy(),
                requests=self.requests.copy(),
                request_times=self.request_times.copy(),
            )
