"""Tests of the marks on both databases: coalesced, leased once, fenced by owner and bumps."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import sqlalchemy

from engine.store import Lease, Store
from tests.factories import NOON, lease

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
KEY = "subject/kettle"


def mark(store: Store, *keys: str, kind: str = "publish", due_at: datetime = NOON) -> None:
    with store.writing() as transaction:
        transaction.marks.set(kind, keys or [KEY], due_at)


def taken(store: Store, owner: str = "worker", limit: int = 1, at: timedelta = timedelta(0)) -> list[Lease]:
    now = NOON + at
    with store.writing() as transaction:
        return transaction.marks.lease(["publish", "mine"], owner, now=now, until=now + MINUTE, limit=limit)


def finished(store: Store, lease: Lease) -> bool:
    with store.writing() as transaction:
        return transaction.marks.finish(lease)


def left(store: Store) -> int:
    with store.reading() as transaction:
        return transaction.marks.count(["publish", "mine"], due_by=NOON + timedelta(days=1))


def test_a_hundred_marks_of_one_key_are_one(store: Store) -> None:
    for _ in range(98):
        mark(store)
    mark(store, KEY, KEY)

    [found] = taken(store)

    assert (found.key, found.bumps) == (KEY, 99)
    assert finished(store, found)
    assert left(store) == 0


def test_a_mark_set_again_is_due_at_the_earlier_time(store: Store) -> None:
    mark(store, due_at=NOON + MINUTE)
    mark(store, due_at=NOON + SECOND)
    mark(store, due_at=NOON + 2 * MINUTE)

    with store.reading() as transaction:
        assert transaction.marks.next_due(["publish"]) == NOON + SECOND


def test_marks_of_two_kinds_are_two(store: Store) -> None:
    mark(store, kind="mine")
    mark(store, kind="publish")

    assert {each.kind for each in taken(store, limit=9)} == {"mine", "publish"}


def test_the_longest_due_is_leased_first_and_nothing_before_its_time(store: Store) -> None:
    mark(store, "c", due_at=NOON - MINUTE)
    mark(store, "a", "b", due_at=NOON)
    mark(store, "later", due_at=NOON + SECOND)

    assert [taken(store)[0].key for _ in range(3)] == ["c", "a", "b"]
    assert taken(store) == []


def test_work_can_be_leased_ahead_of_its_time(store: Store) -> None:
    mark(store, due_at=NOON + SECOND)

    with store.writing() as transaction:
        found = transaction.marks.lease(["publish"], "me", now=NOON, until=NOON + MINUTE, due_by=NOON + SECOND)

    assert [each.key for each in found] == [KEY]


def test_a_leased_mark_is_nobody_elses_until_the_lease_ends(store: Store) -> None:
    mark(store)
    [first] = taken(store, "first")

    before, after = taken(store, "second", at=MINUTE - SECOND), taken(store, "second", at=MINUTE)

    assert before == []
    assert [each.owner for each in after] == ["second"]
    assert not finished(store, first), "the lease went to another worker"
    assert finished(store, after[0])


def test_one_mark_can_be_leased_by_its_key_due_or_not(store: Store) -> None:
    mark(store, due_at=NOON + MINUTE)

    with store.writing() as transaction:
        found = transaction.marks.lease_this("publish", KEY, "me", now=NOON, until=NOON + MINUTE)
        again = transaction.marks.lease_this("publish", KEY, "other", now=NOON, until=NOON + MINUTE)
        missing = transaction.marks.lease_this("publish", "subject/teapot", "me", now=NOON, until=NOON + MINUTE)

    assert found is not None
    assert (again, missing) == (None, None)


def test_a_lease_is_lost_when_the_mark_is_set_again(store: Store) -> None:
    mark(store)
    held = lease(store, "publish", KEY)
    mark(store)

    assert not finished(store, held)
    assert left(store) == 1


def test_a_lease_that_ended_is_still_finished_when_nobody_took_it(store: Store) -> None:
    mark(store)
    held = lease(store, "publish", KEY, now=NOON - timedelta(hours=1))

    assert finished(store, held)


def test_a_lease_is_not_finished_twice(store: Store) -> None:
    mark(store)
    held = lease(store, "publish", KEY)

    assert [finished(store, held), finished(store, held)] == [True, False]


def test_what_was_given_back_waits_and_says_why(store: Store) -> None:
    mark(store)
    held = lease(store, "publish", KEY)
    with store.writing() as transaction:
        transaction.marks.release(held, due_at=NOON + MINUTE, error="ValueError: no spout")

    with store.reading() as transaction:
        failing = transaction.marks.failing()

    assert failing == [("publish", KEY, 1, "ValueError: no spout")]
    assert taken(store) == []
    assert taken(store, at=MINUTE)[0].attempts == 2


def test_nobody_gives_back_what_another_holds(store: Store) -> None:
    mark(store)
    held = lease(store, "publish", KEY)

    with store.writing() as transaction:
        transaction.marks.release(replace(held, owner="stranger"), due_at=NOON)

    assert taken(store) == []


def test_the_leases_of_one_owner_are_given_back_together(store: Store) -> None:
    mark(store, "a", "b", "c")
    taken(store, "gone", limit=2)
    taken(store, "here")

    with store.writing() as transaction:
        owners = transaction.marks.owners()
        transaction.marks.release_all_of("gone")

    assert sorted(owners) == ["gone", "here"]
    assert {each.key for each in taken(store, "next", limit=9)} == {"a", "b"}


def test_the_next_time_to_look_is_when_a_mark_is_due_or_its_lease_ends(store: Store) -> None:
    with store.reading() as transaction:
        nothing = transaction.marks.next_due(["publish"])
    mark(store)
    with store.reading() as transaction:
        free = transaction.marks.next_due(["publish"])
    lease(store, "publish", KEY)
    with store.reading() as transaction:
        held = transaction.marks.next_due(["publish"])

    assert (nothing, free, held) == (None, NOON, NOON + MINUTE)


@pytest.mark.parametrize("workers", [1, 8])
def test_many_workers_do_each_of_five_hundred_marks_once(store: Store, workers: int) -> None:
    keys = [f"subject/{number:03}" for number in range(500)]
    mark(store, *keys)

    def work(owner: int) -> list[str]:
        own = Store(store.url)
        done: list[str] = []
        while found := taken(own, f"worker {owner}", limit=7):
            done += [each.key for each in found if finished(own, each)]
        own.close()
        return done

    with ThreadPoolExecutor(workers) as pool:
        done = [key for keys in pool.map(work, range(workers)) for key in keys]

    assert sorted(done) == keys
    assert left(store) == 0


def test_a_lease_takes_no_more_than_was_asked_for_whatever_the_database_plans(store: Store) -> None:
    mark(store, *(f"subject/{number}" for number in range(50)))

    with store.writing() as transaction:
        if store.url.startswith("postgresql"):
            # What is left is a nested loop, which runs what it joins once for each row.
            for way in ("hashjoin", "mergejoin", "hashagg", "sort", "material"):
                transaction._connection.execute(sqlalchemy.text(f"SET LOCAL enable_{way} = off"))
        found = transaction.marks.lease(["publish"], "me", now=NOON, until=NOON + MINUTE, limit=3)

    assert len(found) == 3


def test_fresh_marks_are_taken_whatever_their_time_and_tried_ones_are_not(store: Store) -> None:
    mark(store, "a", "b", "c", due_at=NOON + MINUTE)
    mark(store, "tried")
    assert [each.key for each in taken(store)] == ["tried"]

    with store.writing() as transaction:
        fresh = transaction.marks.lease_fresh("publish", "other", now=NOON, until=NOON + MINUTE, limit=2)
        later = transaction.marks.lease_fresh("publish", "other", now=NOON + 2 * MINUTE, until=NOON, limit=9)

    assert {each.key for each in fresh} == {"a", "b"}
    assert [each.key for each in later] == ["c"]


def test_a_lease_that_was_extended_is_nobody_elses_for_longer(store: Store) -> None:
    mark(store)
    [held] = taken(store)

    with store.writing() as transaction:
        transaction.marks.extend(held, NOON + 3 * MINUTE)

    assert taken(store, "other", at=2 * MINUTE) == []
    assert len(taken(store, "other", at=3 * MINUTE)) == 1


def test_a_lost_lease_cannot_be_extended(store: Store) -> None:
    mark(store)
    [lost] = taken(store)
    [held] = taken(store, "other", at=MINUTE)

    with store.writing() as transaction:
        transaction.marks.extend(lost, NOON + 9 * MINUTE)

    assert finished(store, replace(held))
    assert left(store) == 0


def test_what_is_due_or_in_somebodys_hands_is_at_hand(store: Store) -> None:
    mark(store, "due")
    mark(store, "waits", "held", due_at=NOON + MINUTE)
    with store.writing() as transaction:
        transaction.marks.lease_this("publish", "held", "other", now=NOON, until=NOON + MINUTE)

    with store.reading() as transaction:
        assert transaction.marks.at_hand("publish", NOON) == 2
        assert transaction.marks.at_hand("mine", NOON) == 0
