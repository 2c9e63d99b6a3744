"""Tests of publishers in flight on both databases: whoever builds from what has changed writes nothing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event as Signal

import pytest

from engine.domain import ReviewId
from engine.errors import LeaseLostError
from engine.moderation import Moderation
from engine.outbox import Work
from engine.store import Store
from tests.factories import NOON, fill, lease, make_review
from tests.publishing import PAGE, Bodies, bodies, make_publisher, mark, names, publish

LATER = NOON + timedelta(days=1)


def withdraw(store: Store, review: ReviewId) -> None:
    with store.writing() as transaction:
        Moderation(transaction=transaction, now=NOON).withdraw(review, by="author")


def test_a_publisher_in_flight_writes_nothing_when_a_review_is_withdrawn(store: Store) -> None:
    review = make_review(body="It pours.")
    fill(store, [review])
    publish(make_publisher(store))
    withdrawals = iter([review.id])

    def meanwhile() -> None:
        for each in withdrawals:
            withdraw(store, each)

    with pytest.raises(LeaseLostError):
        publish(make_publisher(store, generators=[Bodies(meanwhile=meanwhile)]))

    assert bodies(store) == {}
    again = make_publisher(store).publish(lease(store, Work.PUBLISH, PAGE, owner="next", now=LATER), LATER)
    assert names(again.updated) == {"page/en", "page/de"}
    assert "It pours." not in "".join(bodies(store).values())


def test_a_withdrawal_that_is_not_yet_committed_wins_too(store: Store) -> None:
    review = make_review(body="It pours.")
    fill(store, [review])
    publish(make_publisher(store))
    mark(store)
    held = lease(store, Work.PUBLISH, PAGE)
    built = Signal()
    own = Store(store.url)
    publisher = make_publisher(own, generators=[Bodies(meanwhile=built.set)])

    with ThreadPoolExecutor(1) as pool:
        with store.writing() as transaction:
            Moderation(transaction=transaction, now=NOON).withdraw(review.id, by="author")
            publishing = pool.submit(publisher.publish, held, NOON)
            assert built.wait(30)
        error = publishing.exception(30)
    own.close()

    assert isinstance(error, LeaseLostError)
    assert bodies(store) == {}


def test_another_workers_lease_keeps_a_slow_publisher_from_writing(store: Store) -> None:
    fill(store, [make_review(body="It pours.")])
    mark(store)
    slow = lease(store, Work.PUBLISH, PAGE, owner="slow")
    lease(store, Work.PUBLISH, PAGE, owner="fast", now=LATER)

    with pytest.raises(LeaseLostError):
        make_publisher(store).publish(slow, LATER)

    assert bodies(store) == {}
    with store.reading() as transaction:
        assert transaction.events.since() == []
