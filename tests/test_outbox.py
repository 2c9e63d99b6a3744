"""Tests of the outbox on both databases: work is done once, what fails rests, what is lost is done again."""

from __future__ import annotations

import multiprocessing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from multiprocessing.queues import SimpleQueue

import pytest

from engine.domain import Scope, SubjectId
from engine.errors import LeaseLostError
from engine.outbox import (
    LEASE_TIME,
    LONGEST_PAUSE,
    Handler,
    Outbox,
    Work,
    finish,
    mark_changed,
    page_key,
    page_of,
    pause_after,
)
from engine.store import Lease, Store
from tests.factories import NOON

KETTLE = SubjectId("kettle")
KEY = page_key(Scope.SUBJECT, KETTLE)
DELAY = timedelta(seconds=20)


@dataclass
class Clock:
    """A clock that the test sets."""

    at: datetime = NOON

    def __call__(self) -> datetime:
        return self.at


@dataclass
class Bench:
    """One worker on a store, at a time that the test sets."""

    store: Store
    owner: str = "worker"
    clock: Clock = field(default_factory=Clock)

    @property
    def outbox(self) -> Outbox:
        return Outbox(store=self.store, owner=self.owner, clock=self.clock)

    def finishing(self, lease: Lease) -> str:
        with self.store.writing() as transaction:
            finish(transaction, lease)
        return lease.key

    def change(self, *subjects: str) -> None:
        with self.store.writing() as transaction:
            wanted = [SubjectId(each) for each in subjects or (KETTLE,)]
            mark_changed(transaction, wanted, now=self.clock(), mining_delay=DELAY)

    def handlers(self, publish: Handler | None = None) -> dict[Work, Handler]:
        return {Work.PUBLISH: publish or self.finishing, Work.MINE: self.finishing}


@pytest.fixture
def bench(store: Store) -> Bench:
    return Bench(store)


def failing(_: Lease) -> object:
    raise ValueError("no spout")


def test_a_page_has_its_key() -> None:
    assert page_of(page_key(Scope.SUBJECT, "a/b")) == (Scope.SUBJECT, "a/b")


def test_a_change_is_published_at_once_and_mined_after_a_while(bench: Bench) -> None:
    bench.change()

    first, early = (bench.outbox.work_off(bench.handlers()) for _ in range(2))
    bench.clock.at += DELAY
    second = bench.outbox.work_off(bench.handlers())

    assert first is not None
    assert (first.lease.kind, first.result) == (Work.PUBLISH, KEY)
    assert early is None
    assert second is not None
    assert (second.lease.kind, second.result) == (Work.MINE, KETTLE)


def test_a_burst_of_changes_is_one_rebuild(bench: Bench) -> None:
    for _ in range(10):
        bench.change("kettle", "teapot", "kettle")

    done = [bench.outbox.work_off(bench.handlers()) for _ in range(3)]

    assert [each and each.result for each in done] == [KEY, "subject/teapot", None]


def test_work_is_done_ahead_of_its_time_when_asked_for(bench: Bench) -> None:
    bench.change()

    done = [bench.outbox.work_off({Work.MINE: bench.finishing}, ahead=DELAY) for _ in range(2)]

    assert [each and each.result for each in done] == [KETTLE, None]


def test_what_fails_rests_longer_each_time_and_says_why(bench: Bench) -> None:
    bench.change()
    pauses: list[timedelta] = []
    for _ in range(3):
        outcome = bench.outbox.work_off(bench.handlers(failing))
        assert outcome is not None
        assert isinstance(outcome.error, ValueError)
        with bench.store.reading() as transaction:
            [(_, _, _, error)] = transaction.marks.failing()
            due = transaction.marks.next_due([Work.PUBLISH])
        assert due is not None
        pauses.append(due - bench.clock.at)
        bench.clock.at = due

    assert error == "ValueError: no spout"
    assert [each.total_seconds() for each in pauses] == [5, 10, 20]


def test_one_page_that_fails_does_not_stop_the_others(bench: Bench) -> None:
    bench.change("kettle", "teapot")

    def publish(lease: Lease) -> object:
        return failing(lease) if lease.key == KEY else bench.finishing(lease)

    done = [bench.outbox.work_off({Work.PUBLISH: publish}) for _ in range(3)]

    assert [each and each.result for each in done] == [None, "subject/teapot", None]


def test_pauses_double_from_five_seconds_to_an_hour() -> None:
    pauses = [pause_after(attempts) for attempts in range(1, 40)]

    assert pauses[0] == timedelta(seconds=5)
    assert all(longer == min(2 * shorter, LONGEST_PAUSE) for shorter, longer in pairwise(pauses))
    assert pauses[-1] == LONGEST_PAUSE
    assert pause_after(0) == pauses[0]


def test_a_new_change_ends_the_pause_and_begins_to_count_anew(bench: Bench) -> None:
    bench.change()
    for _ in range(4):
        bench.outbox.work_off({Work.PUBLISH: failing})
        bench.clock.at += timedelta(hours=1)
    bench.outbox.work_off({Work.PUBLISH: failing})
    bench.change()

    outcome = bench.outbox.work_off({Work.PUBLISH: bench.finishing})

    assert outcome is not None
    assert outcome.lease.attempts == 1


def test_what_changes_while_it_is_built_is_built_again(bench: Bench) -> None:
    bench.change()

    def publish(lease: Lease) -> object:
        bench.change()
        return bench.finishing(lease)

    lost = bench.outbox.work_off({Work.PUBLISH: publish})
    again = bench.outbox.work_off({Work.PUBLISH: bench.finishing})

    assert lost is not None
    assert lost.lost
    assert lost.error is None
    assert again is not None
    assert again.result == KEY


def test_a_worker_that_was_too_slow_loses_its_lease_to_another(bench: Bench) -> None:
    bench.change()
    other = Bench(bench.store, owner="other", clock=bench.clock)

    def publish(lease: Lease) -> object:
        bench.clock.at += LEASE_TIME
        assert other.outbox.work_off({Work.PUBLISH: other.finishing})
        return bench.finishing(lease)

    outcome = bench.outbox.work_off({Work.PUBLISH: publish})

    assert outcome is not None
    assert outcome.lost
    assert bench.outbox.work_off({Work.PUBLISH: bench.finishing}) is None


def test_finishing_what_was_lost_undoes_the_whole_transaction(bench: Bench) -> None:
    bench.change()

    def publish(lease: Lease) -> None:
        bench.change()
        with bench.store.writing() as transaction:
            transaction.memory.save("built", "out of date")
            finish(transaction, lease)

    outcome = bench.outbox.work_off({Work.PUBLISH: publish})

    assert outcome is not None
    assert outcome.lost
    with bench.store.reading() as transaction:
        assert transaction.memory.find("built") is None


def test_a_lost_lease_names_its_mark(bench: Bench) -> None:
    lease = Lease(kind="publish", key=KEY, owner="nobody", bumps=1, attempts=1, until=NOON)

    with pytest.raises(LeaseLostError, match="publish subject/kettle"), bench.store.writing() as transaction:
        finish(transaction, lease)


def test_one_mark_can_be_worked_off_before_its_time(bench: Bench) -> None:
    bench.change()

    done = [bench.outbox.work_off_one(Work.MINE, KETTLE, bench.finishing) for _ in range(2)]

    assert [each and each.result for each in done] == [KETTLE, None]


def test_the_work_of_a_worker_that_died_is_taken_over_at_once(bench: Bench) -> None:
    bench.change()
    dead = Bench(bench.store, owner="dead", clock=bench.clock)

    def die(_: Lease) -> object:
        raise SystemExit

    with pytest.raises(SystemExit):
        dead.outbox.work_off({Work.PUBLISH: die})
    waiting = bench.outbox.work_off({Work.PUBLISH: bench.finishing})
    bench.outbox.take_over_from(lambda owner: owner == "dead")
    taken_over = bench.outbox.work_off({Work.PUBLISH: bench.finishing})

    assert waiting is None
    assert taken_over is not None
    assert taken_over.result == KEY


def test_a_worker_that_lives_keeps_its_work(bench: Bench) -> None:
    bench.change()
    other = Bench(bench.store, owner="other", clock=bench.clock)

    def publish(lease: Lease) -> object:
        other.outbox.take_over_from(lambda owner: owner == "dead")
        return bench.finishing(lease)

    outcome = bench.outbox.work_off({Work.PUBLISH: publish})

    assert outcome is not None
    assert not outcome.lost


def work_off_all(url: str, owner: str, done: SimpleQueue[str]) -> None:
    """One process: works until nothing is due, and tells what it did."""
    store = Store(url)
    bench = Bench(store, owner=owner)
    while outcome := bench.outbox.work_off({Work.PUBLISH: bench.finishing}):
        if not outcome.lost:
            done.put(outcome.lease.key)
    store.close()
    done.put("")


def test_processes_that_work_at_once_do_each_of_five_hundred_marks_once(bench: Bench) -> None:
    subjects = [f"s{number:03}" for number in range(500)]
    bench.change(*subjects)
    # A process that starts afresh shares no connection with this one.
    processes = multiprocessing.get_context("spawn")
    done: SimpleQueue[str] = processes.SimpleQueue()
    workers = [
        processes.Process(target=work_off_all, args=(bench.store.url, f"process {number}", done)) for number in range(3)
    ]

    for each in workers:
        each.start()
    told, ended = [], 0
    while ended < len(workers):
        key = done.get()
        told += [key] if key else []
        ended += not key
    for each in workers:
        each.join()

    assert sorted(told) == [page_key(Scope.SUBJECT, each) for each in subjects]
