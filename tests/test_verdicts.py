"""How many reviews were decided about, and how: a count that is kept up with the events is the count made anew."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

import pytest

from engine.domain import Event, EventKind, Reason, ReviewId, SourceId
from engine.store import Store, Transaction, VerdictTally
from tests.factories import NOON

SPAM = (EventKind.REVIEW_REJECTED, "spam")
APPROVED = (EventKind.REVIEW_APPROVED, "")
ON_POSTGRES = pytest.mark.parametrize("store", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True)


def decided(review: int, reason: Reason | None = None, at: datetime = NOON) -> Event:
    kind = EventKind.REVIEW_REJECTED if reason else EventKind.REVIEW_APPROVED
    details = {"reason": str(reason)} if reason else {}
    return Event(kind=kind, at=at, by="operator", review_id=ReviewId(f"r{review}"), details=details)


def happen(store: Store, *events: Event) -> None:
    with store.writing() as transaction:
        transaction.events.add(events)


def tally(store: Store, known: VerdictTally | None = None) -> VerdictTally:
    with store.reading() as transaction:
        return transaction.verdicts.tally(known)


def some_events(chance: Random, at: datetime) -> Sequence[Event]:
    """A few decisions about a few reviews, and what happens beside them."""
    reasons = [None, *Reason]
    made = [decided(chance.randrange(12), chance.choice(reasons), at) for _ in range(chance.randrange(5))]
    beside = Event(kind=EventKind.REVIEW_WITHDRAWN, at=at, by="author", review_id=ReviewId("r1"))
    return [*made, beside] if chance.random() < 0.5 else made


def test_each_review_counts_once_by_the_last_decision_about_it(store: Store) -> None:
    happen(store, decided(1), decided(2, Reason.SPAM), decided(3, Reason.SPAM), decided(2))
    first = tally(store)
    happen(store, decided(3), decided(1, Reason.SPAM), decided(4, Reason.SPAM))

    then = tally(store, first)

    assert first.since(NOON) == {APPROVED: 2, SPAM: 1}
    assert then.since(NOON) == {APPROVED: 2, SPAM: 2}


def test_nothing_is_counted_where_nothing_happened(store: Store) -> None:
    assert tally(store).since(NOON) == {}
    assert tally(store, tally(store)) == tally(store)


def test_a_count_kept_up_over_days_is_the_count_made_anew(store: Store) -> None:
    chance, known = Random(5), None
    for step in range(60):
        happen(store, *some_events(chance, NOON + timedelta(hours=7 * step)))

        known = tally(store, known)

        assert known == tally(store), f"after step {step}"


def test_the_first_day_counts_from_its_midnight_in_utc(store: Store) -> None:
    midnight = NOON.replace(hour=0)
    happen(store, decided(1, at=midnight - timedelta(microseconds=1)), decided(2, at=midnight))

    counted = tally(store).since(NOON + timedelta(hours=11))

    assert counted == {APPROVED: 1}


def test_a_decision_of_long_ago_gives_way_to_one_of_today(store: Store) -> None:
    happen(store, decided(1, Reason.SPAM, NOON - timedelta(days=400)))
    known = tally(store)
    happen(store, decided(1))

    counted = tally(store, known)

    assert known.since(NOON - timedelta(days=365)) == {}
    assert counted.since(NOON - timedelta(days=500)) == {APPROVED: 1}


def test_what_was_counted_once_is_not_counted_again(store: Store) -> None:
    happen(store, decided(1), decided(2))
    counted = tally(store)
    # A figure that no event bears out: it is only there afterwards where the count went on from it.
    marked = VerdictTally(
        reviews={(0, SourceId(""), EventKind.REVIEW_APPROVED, ""): 7}, until=counted.until, recent=counted.recent
    )
    happen(store, decided(3))

    gone_on = tally(store, marked)

    assert gone_on.since(NOON) == {APPROVED: 1}
    assert sum(gone_on.reviews.values()) == 8


def test_a_tally_of_another_database_is_counted_anew(store: Store) -> None:
    happen(store, decided(1))
    elsewhere = VerdictTally(reviews={(0, SourceId(""), EventKind.REVIEW_APPROVED, ""): 7}, until=900, recent=900)

    assert tally(store, elsewhere) == tally(store)


@ON_POSTGRES
def test_an_event_that_shows_after_one_with_a_higher_number_is_counted(store: Store) -> None:
    def while_open(transaction: Transaction) -> VerdictTally:
        transaction.events.add([decided(1, Reason.SPAM)])
        happen(store, decided(2))
        return tally(store)

    with store.writing() as transaction:
        before = while_open(transaction)
    after = tally(store, before)

    assert before.since(NOON) == {APPROVED: 1}
    assert after.since(NOON) == {APPROVED: 1, SPAM: 1}
