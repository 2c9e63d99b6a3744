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
def test_what_several_threads_count_is_all_there_and_never_seen_by_halves() -> None:
    counts = Counts()

    def count(_thread: int) -> None:
        for _ in range(EACH):
            counts.snippet("list", 200, 0.25)

    with ThreadPoolExecutor(THREADS) as threads:
        counting = [threads.submit(count, number) for number in range(THREADS)]
        while not all(each.done() for each in counting):
            seen = counts.so_far()
            assert sum(seen.snippet_times.bins) == seen.snippets["list", 200]

    found = counts.so_far()
    assert found.snippets["list", 200] == sum(found.snippet_times.bins) == THREADS * EACH
    assert found.snippet_times.seconds == THREADS * EACH * 0.25


def test_a_copy_of_counts_stays_as_it_is() -> None:
    counts = Counts()
    counts.snippet("list", 200, 0.25)

    before = counts.so_far()
    counts.snippet("list", 200, 0.25)

    assert (before.snippets["list", 200], sum(before.snippet_times.bins)) == (1, 1)
