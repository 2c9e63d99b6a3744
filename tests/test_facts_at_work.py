"""Figures while their facts are read: nobody waits, and whoever comes first is told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event as Signal
from threading import Thread
from typing import Any

import pytest

from engine.domain import Event, EventKind
from engine.insights import FactsKept
from engine.store import Store, Transaction
from review_site.facts_at_work import keep_facts
from review_site.wiring import Instance, now
from tests.doors import Company, row, text_of
from tests.factories import NOON, fill, make_review
from tests.signing import make_account, signed_in


class Held:
    """A transaction in which somebody reads until a gate is opened."""

    def __init__(self, transaction: Transaction, begun: Signal, gate: Signal) -> None:
        self._transaction, self._begun, self._gate = transaction, begun, gate

    @property
    def events(self) -> Any:
        self._begun.set()
        self._gate.wait(60)
        return self._transaction.events

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transaction, name)


@contextmanager
def being_read(kept: FactsKept, store: Store) -> Iterator[None]:
    """Another thread reads as long as the block lasts."""
    begun, gate = Signal(), Signal()

    def read() -> None:
        with store.reading() as transaction:
            held: Any = Held(transaction, begun, gate)
            kept.keep(held)

    thread = Thread(target=read, daemon=True)
    thread.start()
    assert begun.wait(60)
    try:
        yield
    finally:
        gate.set()
        thread.join()


@pytest.fixture
def instance(company: Company) -> Iterator[Instance]:
    company.publish(row("1"))
    with company.instance() as opened:
        make_account(opened.store, now=now())
        yield opened


def test_nobody_waits_for_everything_to_be_read_the_first_time(store: Store) -> None:
    fill(store, [make_review()])
    kept = FactsKept()

    with being_read(kept, store), store.reading() as transaction:
        before = kept.at_hand(transaction)
    with store.reading() as transaction:
        after = kept.at_hand(transaction)

    assert before is None
    assert after is not None
    assert len(after.rows) == 1


def test_while_everything_is_read_anew_the_facts_of_before_are_at_hand(store: Store) -> None:
    fill(store, [make_review()])
    kept = FactsKept()
    with store.reading() as transaction:
        first = kept.keep(transaction)
    fill(store, [make_review()])

    with being_read(kept, store), store.reading() as transaction:
        assert kept.at_hand(transaction) is first


def test_what_takes_long_is_left_to_the_one_who_keeps_it_up(store: Store) -> None:
    fill(store, [make_review()])
    kept = FactsKept()
    with store.reading() as transaction:
        first = kept.keep(transaction)
    fill(store, [make_review()])
    with store.writing() as transaction:
        transaction.events.add([Event(kind=EventKind.SOURCE_CHANGED, at=NOON, by="operator")])

    with store.reading() as transaction:
        seen = kept.at_hand(transaction)
        read = kept.keep(transaction)

    assert seen is first
    assert len(read.rows) == 2


@pytest.mark.parametrize("path", ["", "/audit", "/summary.csv"])
def test_a_page_says_in_words_that_figures_are_being_read(instance: Instance, path: str) -> None:
    visitor = signed_in(instance)

    with being_read(instance.facts, instance.store):
        answer = visitor.get(f"/console/insights{path}?period=year")

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
    assert "The figures are being read" in text_of(answer.text)
    assert f'href="/console/insights{path}?period=year"' in answer.text
    assert visitor.get(f"/console/insights{path}").status_code == 200


def test_a_server_reads_before_anybody_asks(instance: Instance) -> None:
    stop = Signal()
    stop.set()

    keep_facts(instance, stop)

    with instance.store.reading() as transaction:
        kept = instance.facts.keep(transaction)
        assert instance.facts.at_hand(transaction) is kept


class Looks(Signal):
    """Is set after so many looks."""

    def __init__(self, left: int) -> None:
        super().__init__()
        self._left = left

    def wait(self, timeout: float | None = None) -> bool:  # noqa: ARG002  it waits for nothing
        self._left -= 1
        return self._left == 0


def test_a_server_says_once_that_all_is_loaded(instance: Instance) -> None:
    heard: list[str] = []

    keep_facts(instance, Looks(3), loaded=lambda: heard.append("loaded"))

    assert heard == ["loaded"]
