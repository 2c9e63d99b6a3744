"""The worker: it does what is due, goes on after what fails, takes over from the dead, and stops when told."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Event, Thread

import pytest

from engine.domain import Scope, SubjectId
from engine.errors import NotFoundError
from engine.outbox import Outcome, Work, page_key
from engine.store import Store
from review_site.wiring import Instance, now
from review_site.worker import catch_up, work
from tests.doors import Company
from tests.factories import fill, make_review, make_source, make_subject
from tests.serving import owner_that_is_gone, until

KETTLE = page_key(Scope.SUBJECT, "kettle")
NOBODY = page_key(Scope.SUBJECT, "nobody")
SMALL = '[site]\nlocales = ["en"]\n'


@pytest.fixture
def instance(company: Company) -> Iterator[Instance]:
    """One with a kettle, a review of it, and nothing to be done."""
    with company.configured(SMALL).instance() as opened:
        fill(opened.store, [make_review()], sources=[make_source()])
        opened.mark_what_settings_changed()
        with opened.store.writing() as transaction:
            [lease] = transaction.marks.lease([Work.PUBLISH], "test", now=now(), until=now(), limit=9)
            transaction.marks.finish(lease)
        yield opened


def mark(store: Store, kind: Work, *keys: str, after: float = 0) -> None:
    with store.writing() as transaction:
        transaction.marks.set(kind, keys, now() + timedelta(seconds=after))


def hold(store: Store, key: str, owner: str) -> None:
    """Leases the publishing mark of a page for a long time."""
    with store.writing() as transaction:
        until_then = now() + timedelta(hours=1)
        assert transaction.marks.lease_this(Work.PUBLISH, key, owner, now=now(), until=until_then)


def left(store: Store) -> int:
    with store.reading() as transaction:
        # What is looked through once a day is never done for good.
        return transaction.marks.count(set(Work) - {Work.PRUNE}, due_by=now() + timedelta(days=1))


def published(store: Store, subject: str = "kettle") -> int:
    with store.reading() as transaction:
        return len(transaction.snippets.listed(Scope.SUBJECT, subject))


@contextmanager
def working(instance: Instance) -> Iterator[Thread]:
    stop = Event()
    thread = Thread(target=work, args=(instance, stop))
    thread.start()
    try:
        yield thread
    finally:
        stop.set()
        thread.join(10)
    assert not thread.is_alive()


def test_does_what_is_due_and_what_becomes_due_while_it_waits(instance: Instance) -> None:
    mark(instance.store, Work.PUBLISH, KETTLE)

    with working(instance):
        until(lambda: not left(instance.store))
        first = published(instance.store)
        mark(instance.store, Work.MINE, "kettle", after=0.1)
        until(lambda: not left(instance.store))

    assert first > 0


def test_stops_at_once_when_there_is_nothing_to_do(instance: Instance) -> None:
    with working(instance) as thread:
        assert thread.is_alive()


def test_goes_on_with_the_others_when_one_fails(instance: Instance, caplog: pytest.LogCaptureFixture) -> None:
    mark(instance.store, Work.PUBLISH, NOBODY, KETTLE)

    with caplog.at_level(logging.INFO, "plaudit.worker"), working(instance):
        until(lambda: published(instance.store))

    assert f"publish {NOBODY} failed" in caplog.text
    assert f"publish {KETTLE} done" in caplog.text
    with instance.store.reading() as transaction:
        [(_, key, attempts, error)] = transaction.marks.failing()
    assert (key, attempts) == (NOBODY, 1)
    assert "'nobody'" in error


def test_takes_over_what_a_dead_worker_held(instance: Instance) -> None:
    mark(instance.store, Work.PUBLISH, KETTLE)
    hold(instance.store, KETTLE, owner_that_is_gone())

    with working(instance):
        until(lambda: published(instance.store))

    assert left(instance.store) == 0


def test_leaves_to_a_living_worker_what_it_holds(instance: Instance) -> None:
    mark(instance.store, Work.PUBLISH, KETTLE, NOBODY)
    hold(instance.store, KETTLE, "elsewhere/1/abc")

    with working(instance):
        until(lambda: failing(instance.store))

    assert published(instance.store) == 0


def failing(store: Store) -> list[str]:
    with store.reading() as transaction:
        return [key for _, key, _, _ in transaction.marks.failing()]


def test_catching_up_does_everything_and_tells_of_each(instance: Instance) -> None:
    seen: list[Outcome] = []
    mark(instance.store, Work.MINE, "kettle", after=19)
    mark(instance.store, Work.PUBLISH, KETTLE)

    failed = catch_up(instance, seen.append, Event())

    assert failed == []
    assert [each.lease.kind for each in seen] == [Work.MINE, Work.PUBLISH]
    assert left(instance.store) == 0


def test_catching_up_returns_what_failed(instance: Instance) -> None:
    mark(instance.store, Work.PUBLISH, KETTLE, NOBODY)

    [failed] = catch_up(instance, lambda _: None, Event())

    assert failed.lease.key == NOBODY
    assert isinstance(failed.error, NotFoundError)
    assert published(instance.store)


def test_catching_up_with_one_kind_leaves_the_other(instance: Instance) -> None:
    mark(instance.store, Work.MINE, "kettle")

    catch_up(instance, lambda _: None, Event(), kinds=(Work.MINE,))

    assert published(instance.store) == 0


def test_catching_up_waits_for_what_another_worker_has_in_hand(instance: Instance) -> None:
    mark(instance.store, Work.PUBLISH, KETTLE)
    hold(instance.store, KETTLE, "elsewhere/1/abc")
    catching_up = Thread(target=catch_up, args=(instance, lambda _: None, Event()))

    catching_up.start()
    catching_up.join(0.3)
    waits = catching_up.is_alive()
    with instance.store.writing() as transaction:
        transaction.marks.release_all_of("elsewhere/1/abc")
    catching_up.join(10)

    assert waits
    assert not catching_up.is_alive()
    assert published(instance.store)


def test_catching_up_can_be_stopped(instance: Instance) -> None:
    stop = Event()
    stop.set()
    mark(instance.store, Work.PUBLISH, KETTLE)

    assert catch_up(instance, lambda _: None, stop) == []
    assert left(instance.store) == 1


def test_many_subjects_are_each_done_once(instance: Instance) -> None:
    subjects = [make_subject(id=SubjectId(f"kettle-{number}")) for number in range(30)]
    with instance.store.writing() as transaction:
        transaction.subjects.save(subjects)
    for _ in range(3):
        mark(instance.store, Work.PUBLISH, *(page_key(Scope.SUBJECT, each.id) for each in subjects))
    seen: list[Outcome] = []

    catch_up(instance, seen.append, Event())

    assert sorted(each.lease.key for each in seen) == sorted(page_key(Scope.SUBJECT, each.id) for each in subjects)
