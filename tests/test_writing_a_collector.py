"""The example of docs/collectors.md is a whole collector, and the conformance suite finds out one that is not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from engine.domain import Batch, Standing
from engine.errors import RetryLaterError
from engine.http import GuardedSession
from engine.plugins import Collector, Option, SourceKind, Sureness, load_kinds, load_reader
from engine.testing import Expected, as_json, check_source_kind
from tests.chorus import REVIEWS, TOKEN, example, installed, pages

EXPECTED = Expected(
    ids=["c1", "c2", "c3"], reported=3, bodies={"c1": "Fish & chips"}, hundredths={"c1": 500, "c3": 200}
)


@pytest.fixture
def chorus(tmp_path: Path) -> Iterator[Any]:
    with installed(tmp_path) as module:
        yield module


def options(url: str) -> Mapping[str, str]:
    return {"token": TOKEN, "base_url": url}


def test_the_example_is_found_and_keeps_the_contract(chorus: Any) -> None:
    assert load_kinds()["chorus"] is chorus.KIND
    assert load_reader("chorus") is chorus.read
    checked = check_source_kind(chorus.KIND, options, pages(), EXPECTED)

    assert len(checked) == 10


def test_the_test_of_the_example_runs(chorus: Any) -> None:
    names: dict[str, Any] = {
        "KIND": chorus.KIND,
        "REVIEWS": REVIEWS,
        "Expected": Expected,
        "as_json": as_json,
        "check_source_kind": check_source_kind,
    }

    exec(example("def test_chorus"), names)  # noqa: S102 - it is our own document
    names["test_chorus_keeps_the_contract"]()


def test_the_example_is_as_short_as_the_documents_say(chorus: Any) -> None:
    lines = [line for line in example('"""Chorus').splitlines() if line.strip()]

    assert len(lines) <= 40


@dataclass(frozen=True)
class Bent:
    """The example, bent in one way."""

    straight: SourceKind
    bend: Any
    name: str = "chorus"
    rights: str = "own"
    sureness: Sureness = Sureness.DOCUMENTED

    @property
    def options(self) -> Mapping[str, Option]:
        return self.straight.options

    def collector(self, given: Mapping[str, str], http: GuardedSession) -> Collector:
        return _BentCollector(self.straight.collector(given, http), self.bend)


@dataclass(frozen=True)
class _BentCollector:
    straight: Collector
    bend: Any

    def collect(self, cursor: str | None) -> Iterator[Batch]:
        return self.bend(self.straight, cursor)  # type: ignore[no-any-return]


def swallowing(straight: Collector, cursor: str | None) -> Iterator[Batch]:
    try:
        yield from straight.collect(cursor)
    except RetryLaterError:
        yield Batch(records=(), cursor=None)


def insistent(straight: Collector, cursor: str | None) -> Iterator[Batch]:
    try:
        yield from straight.collect(cursor)
    except RetryLaterError:
        yield from straight.collect(cursor)


def forgetful(straight: Collector, cursor: str | None) -> Iterator[Batch]:
    return straight.collect(None)


def telling(straight: Collector, cursor: str | None) -> Iterator[Batch]:
    for batch in straight.collect(cursor):
        yield replace(batch, records=[replace(each, payload=each.payload + TOKEN) for each in batch.records])


def public(straight: Collector, cursor: str | None) -> Iterator[Batch]:
    for batch in straight.collect(cursor):
        yield replace(batch, records=[replace(each, standing=Standing.HIDDEN) for each in batch.records])


@pytest.mark.parametrize(
    ("bend", "told"),
    [
        (swallowing, "429, 500, dropped connections: busy at call 0 became None"),
        (insistent, "429, 500, dropped connections: busy at call 0 became None"),
        (forgetful, "went on at another place"),
        (telling, "secrets: a secret is told"),
        (public, "not public, deleted: not public are"),
    ],
)
def test_a_collector_that_breaks_a_promise_is_found_out(chorus: Any, bend: Any, told: str) -> None:
    with pytest.raises(AssertionError, match=told):
        check_source_kind(Bent(chorus.KIND, bend), options, pages(), EXPECTED)


def test_malformed_records_are_counted_with_their_places(chorus: Any) -> None:
    spoilt: list[Any] = [*REVIEWS, {"id": None, "text": "no id"}, "no object", {"id": "c4", "stars": [5]}]

    check_source_kind(chorus.KIND, options, pages(spoilt), replace(EXPECTED, reported=6, malformed=3))
