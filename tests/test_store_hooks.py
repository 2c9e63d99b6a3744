"""What is kept of webhooks and of the owner's answers, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from engine.domain import OwnReply, ReviewId, SourceId, review_id
from engine.store import Receipt, Store
from tests.factories import NOON, fill, make_review, make_source

SHOP = SourceId("shop")
ONE, OTHER = review_id(SHOP, "1"), review_id(SHOP, "2")
MINUTE = timedelta(minutes=1)


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    opened = Store.open(database_url)
    fill(opened, [make_review(external_id="1"), make_review(external_id="2")], sources=[make_source()])
    yield opened
    opened.close()


def receipt(key: str, minutes: int = 0, source: SourceId = SHOP) -> Receipt:
    return Receipt(source_id=source, key=key, received_at=NOON + minutes * MINUTE, body=b"\x00\xff" + key.encode())


def test_a_webhook_is_kept_once_for_each_source(store: Store) -> None:
    with store.writing() as transaction:
        added = [
            transaction.hooks.add(each) for each in (receipt("a"), receipt("a", 5), receipt("a", 0, SourceId("b")))
        ]

    assert added == [True, False, True]


def test_webhooks_are_worked_off_in_the_order_they_came_and_stay_known(store: Store) -> None:
    with store.writing() as transaction:
        for each in (receipt("b", 2), receipt("a", 3), receipt("c", 1)):
            transaction.hooks.add(each)

    worked_off = []
    with store.writing() as transaction:
        while waiting := transaction.hooks.next(SHOP):
            worked_off.append(waiting)
            transaction.hooks.finish(waiting)
        again = transaction.hooks.add(receipt("a", 9))

    assert worked_off == [receipt("c", 1), receipt("b", 2), receipt("a", 3)]
    assert not again


def test_an_answer_is_replaced_and_what_came_of_the_old_one_is_not_kept_of_the_new(store: Store) -> None:
    first = OwnReply(review_id=ONE, body="First.", by="operator", at=NOON)
    second = OwnReply(review_id=ONE, body="Second.", by="operator", at=NOON + MINUTE)
    with store.writing() as transaction:
        transaction.replies.save(first)
        transaction.replies.found_out(first, problem="not yet")
        before = transaction.replies.find(ONE)
        transaction.replies.save(second)
        transaction.replies.found_out(first, sent_at=NOON)
        after = transaction.replies.find(ONE)

    assert before is not None
    assert before.problem == "not yet"
    assert after == second


def test_answers_are_found_by_their_reviews_and_newest_first(store: Store) -> None:
    first = OwnReply(review_id=ONE, body="First.", by="operator", at=NOON)
    second = OwnReply(review_id=OTHER, body="Second.", by="operator", at=NOON + MINUTE, sent_at=NOON)
    with store.writing() as transaction:
        transaction.replies.save(first)
        transaction.replies.save(second)

    with store.reading() as transaction:
        found = transaction.replies.of([ONE, OTHER, ReviewId("nobody")])
        newest = transaction.replies.newest(1)

    assert found == {ONE: first, OTHER: second}
    assert newest == [second]
