"""Tests of what the store remembers: append-only events, cursors and the instance's memory, on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy

from engine.domain import Event, EventKind, ReviewId
from engine.store import Store
from tests.factories import NOON, make_source

A_MICROSECOND_LATER = NOON + timedelta(microseconds=1)


def test_events_come_back_in_order_and_from_a_number_on(store: Store) -> None:
    events = [
        Event(kind=EventKind.REVIEW_APPROVED, at=A_MICROSECOND_LATER, by="ann", review_id=ReviewId("r1")),
        Event(kind=EventKind.SNIPPET_UPDATED, at=NOON, by="publish", details={"name": "badge", "version": 2}),
        Event(kind=EventKind.REVIEW_REJECTED, at=NOON, by="ann", review_id=ReviewId("r1")),
    ]
    with store.writing() as transaction:
        transaction.events.add(events)

    with store.reading() as transaction:
        numbered = transaction.events.since()
        later = transaction.events.since(numbered[0][0], limit=1)
        of_review = transaction.events.of_review(ReviewId("r1"))

    assert [each for _, each in numbered] == events
    assert [each for _, each in later] == events[1:2]
    assert of_review == [events[0], events[2]]


@pytest.mark.parametrize("statement", ["UPDATE event SET by = 'nobody'", "DELETE FROM event", "TRUNCATE event"])
def test_the_database_itself_refuses_to_change_an_event(store: Store, statement: str) -> None:
    if statement.startswith("TRUNCATE") and store.url.startswith("sqlite"):
        pytest.skip("SQLite has no TRUNCATE")
    with store.writing() as transaction:
        transaction.events.add([Event(kind=EventKind.REVIEW_APPROVED, at=NOON, by="ann")])
    engine = sqlalchemy.create_engine(store.url)

    with pytest.raises(sqlalchemy.exc.DBAPIError, match="append-only"), engine.begin() as connection:
        connection.execute(sqlalchemy.text(statement))

    engine.dispose()
    with store.reading() as transaction:
        assert [each.by for _, each in transaction.events.since()] == ["ann"]


def test_a_cursor_is_kept_by_source_and_stream_until_its_end(store: Store) -> None:
    shop = make_source()
    with store.writing() as transaction:
        transaction.sources.save(shop)
        transaction.cursors.save(shop.id, "a.csv", "10", NOON)
        transaction.cursors.save(shop.id, "b.csv", "3", NOON)
        transaction.cursors.save(shop.id, "a.csv", "20", NOON)
        transaction.cursors.save(shop.id, "b.csv", None, NOON)

    with store.reading() as transaction:
        assert transaction.cursors.find(shop.id, "a.csv") == "20"
        assert transaction.cursors.find(shop.id, "b.csv") is None


def test_the_instance_remembers_the_last_value(store: Store) -> None:
    with store.writing() as transaction:
        transaction.memory.save("published with", "1")
        transaction.memory.save("published with", "2")

    with store.reading() as transaction:
        assert transaction.memory.find("published with") == "2"
        assert transaction.memory.find("kettle") is None
