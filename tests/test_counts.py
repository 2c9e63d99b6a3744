"""Counts of requests: what several threads count at once is all there."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from review_site.observing.counts import Counts

THREADS, EACH = 4, 20_000


@pytest.fixture
def restless() -> Iterator[None]:
    """Threads that take turns as often as they can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("restless")
def test_what_several_threads_count_is_all_there() -> None:
    counts = Counts()

    def count(_thread: int) -> None:
        for _ in range(EACH):
            counts.snippet("list", 200, 0.25)
            counts.request("/", "GET", 200, 0.25)

    with ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(count, range(THREADS)))

    found = counts.so_far()
    assert found.snippets["list", 200] == found.requests["/", "GET", 200] == THREADS * EACH
    assert sum(found.snippet_times.bins) == sum(found.request_times.bins) == THREADS * EACH
    assert found.snippet_times.seconds == THREADS * EACH * 0.25


def test_a_copy_of_counts_stays_as_it_is() -> None:
    counts = Counts()
    counts.snippet("list", 200, 0.25)

    before = counts.so_far()
    counts.snippet("list", 200, 0.25)

    assert (before.snippets["list", 200], sum(before.snippet_times.bins)) == (1, 1)
