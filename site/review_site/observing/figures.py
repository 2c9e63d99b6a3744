"""Figures for Prometheus (https://prometheus.io/docs/instrumenting/exposition_formats/), on a port of their own.

What a process counted comes from its memory; what is to be done, from the database when it is asked. So each server
tells of its own requests, and whichever is asked tells the same of the work: no process has to share a file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate
from threading import Thread
from wsgiref.simple_server import WSGIServer

from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from engine.errors import StoreError
from review_site.observing.backlog import Backlog
from review_site.observing.counts import BOUNDS, Counts, Histogram


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Figures(Collector):
    counts: Counts
    backlog: Callable[[], Backlog]
    """What is to be done at this moment. Raises StoreError where the database does not say."""

    def collect(self) -> Iterator[Metric]:
        yield from self._of_requests()
        up = GaugeMetricFamily("plaudit_database_up", "Whether the database answered when this was asked.")
        try:
            backlog = self.backlog()
        except StoreError:
            up.add_metric([], 0)
            yield up
            return
        up.add_metric([], 1)
        yield up
        yield from _of_work(backlog)

    def _of_requests(self) -> Iterator[Metric]:
        counts = self.counts.so_far()
        served = CounterMetricFamily(
            "plaudit_snippets_served", "Finished snippets and default pages, by name.", labels=["name", "status"]
        )
        for (name, status), count in sorted(counts.snippets.items()):
            served.add_metric([name, str(status)], count)
        yield served
        yield _histogram("plaudit_snippet_seconds", "From a request to its snippet.", counts.snippet_times)
        answered = CounterMetricFamily(
            "plaudit_requests", "All other requests, by route.", labels=["route", "method", "status"]
        )
        for (route, method, status), count in sorted(counts.requests.items()):
            answered.add_metric([route, method, str(status)], count)
        yield answered
        yield _histogram("plaudit_request_seconds", "From a request to its answer.", counts.request_times)


def serve_figures(figures: Figures, host: str, port: int) -> tuple[WSGIServer, Thread]:
    """Answers on a port of its own, from a thread of its own, until its server is shut down."""
    registry = CollectorRegistry()
    registry.register(figures)
    return start_http_server(port, addr=host, registry=registry)


def _of_work(backlog: Backlog) -> Iterator[Metric]:
    due = GaugeMetricFamily("plaudit_marks_due", "Pieces of work that are due, by kind.", labels=["kind"])
    age = GaugeMetricFamily(
        "plaudit_oldest_mark_seconds", "How long the longest of them has been due.", labels=["kind"]
    )
    for kind, (count, seconds) in sorted(backlog.due.items()):
        due.add_metric([kind], count)
        age.add_metric([kind], seconds)
    yield from (due, age)
    failing = GaugeMetricFamily("plaudit_marks_failing", "Pieces of work whose last try failed.")
    failing.add_metric([], backlog.failing)
    yield failing
    yield _by_label(
        "plaudit_deliveries", "Deliveries to subscriptions in the log, by state.", "state", backlog.deliveries
    )
    yield _by_label("plaudit_sources", "Configured sources, by state.", "state", backlog.sources)
    if backlog.worker_seen is not None:
        seen = GaugeMetricFamily("plaudit_worker_seen_seconds", "How long ago a worker last said that it is there.")
        seen.add_metric([], backlog.worker_seen)
        yield seen


def _by_label(name: str, meaning: str, label: str, counts: Iterable[tuple[str, int]]) -> Metric:
    found = GaugeMetricFamily(name, meaning, labels=[label])
    for value, count in counts:
        found.add_metric([value], count)
    return found


def _histogram(name: str, meaning: str, times: Histogram) -> Metric:
    bins = list(accumulate(times.bins))
    found = HistogramMetricFamily(name, meaning)
    bounds = [*(str(each) for each in BOUNDS), "+Inf"]
    found.add_metric([], list(zip(bounds, map(float, bins), strict=True)), sum_value=times.seconds)
    return found
