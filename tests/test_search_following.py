"""Tests of the columns in memory: they are what the database has, and what did not change is not read again."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import timedelta

import numpy as np
import pytest

from engine.domain import Reason, Review, State, SubjectId, TopicId, Use
from engine.domain.search import Facet
from engine.moderation import Moderation
from engine.search.codes import CODES, TOPIC, Columns, columns
from engine.search.facets import Counted, counted
from engine.search.following import Following
from engine.search.merging import merged
from engine.search.projection import Indexer
from engine.store import Packed, Store
from engine.store.search import APPLYING
from engine.store.values import to_micros
from tests.factories import NOON, fill, make_review
from tests.word_index import WordIndex

Change = Callable[[Store, Sequence[Review]], object]


def make_row(number: int, chance: random.Random) -> Packed:
    codes = np.zeros(1, CODES)
    for name in ("subject", "role", "language", "date", "rating"):
        codes[name] = chance.randrange(6)
    topics = np.array([chance.randrange(1, 5) for _ in range(chance.randrange(3))], TOPIC)
    return number, chance.randrange(4), chance.randrange(100), codes.tobytes(), topics.tobytes()


def as_lists(found: Columns) -> list[list[object]]:
    arrays = (found.numbers, found.live, found.received, found.codes, found.topics, found.topic_of)
    return [each.tolist() for each in arrays]


def counts(found: Columns) -> dict[Facet, tuple[list[Counted], int]]:
    return {each: counted(found, each, found.everything, most=20) for each in Facet}


@pytest.mark.parametrize("seed", range(20))
def test_rows_that_are_merged_are_as_if_all_were_read_again(seed: int) -> None:
    chance = random.Random(seed)
    rows = {number: make_row(number, chance) for number in chance.sample(range(60), 40)}
    found = columns([rows[number] for number in sorted(rows)])
    for _ in range(5):
        counts(found)
        gone = chance.sample(sorted(rows), chance.randrange(4))
        fresh = [make_row(number, chance) for number in sorted(chance.sample(range(60), chance.randrange(8)))]
        rows.update((row[0], row) for row in fresh)
        rows = {number: row for number, row in rows.items() if number not in gone}

        found = merged(found, fresh, gone)

        anew = columns([rows[number] for number in sorted(rows)])
        assert as_lists(found) == as_lists(anew)
        assert counts(found) == counts(anew)


def indexer(store: Store) -> Indexer:
    ticks = iter(range(10_000))
    return Indexer(store=store, index=WordIndex(), clock=lambda: NOON + timedelta(seconds=next(ticks)))


def take_in(store: Store) -> None:
    indexer(store).take_in()


def decide(store: Store, reviews: Sequence[Review]) -> None:
    with store.writing() as transaction:
        Moderation(transaction=transaction, now=NOON).reject([reviews[0].id], by="ann", reason=Reason.SPAM)


def withdraw(store: Store, reviews: Sequence[Review]) -> None:
    with store.writing() as transaction:
        Moderation(transaction=transaction, now=NOON).withdraw(reviews[0].id, frozenset(Use), by="author")


def erase(store: Store, reviews: Sequence[Review]) -> None:
    with store.writing() as transaction:
        transaction.erasing.review(reviews[-1].id)


def add(store: Store, reviews: Sequence[Review]) -> None:
    fill(store, [make_review(body="Another one.", subject_id=SubjectId("lamp"))])
    take_in(store)


def add_and_erase(store: Store, reviews: Sequence[Review]) -> None:
    review = make_review(body="Not for long.")
    fill(store, [review])
    take_in(store)
    erase(store, [review])


def group(store: Store, reviews: Sequence[Review]) -> None:
    with store.writing() as transaction:
        transaction.topics.replace_reviews(TopicId("en-spout"), {reviews[1].id: reviews[1].subject_id})
    take_in(store)


def rebuild(store: Store, reviews: Sequence[Review]) -> None:
    erase(store, reviews)
    indexer(store).rebuild()


@pytest.mark.parametrize("change", [decide, withdraw, erase, add, add_and_erase, group, rebuild])
def test_every_change_is_followed(store: Store, change: Change) -> None:
    reviews = [make_review(state=State.APPROVED) for _ in range(3)]
    following = followed(store, reviews)

    change(store, reviews)

    with store.reading() as transaction:
        assert as_lists(following.columns(transaction)) == as_lists(columns(transaction.search.packed()))


def followed(store: Store, reviews: Sequence[Review]) -> Following:
    fill(store, reviews)
    indexer(store).rebuild()
    following = Following()
    with store.reading() as transaction:
        following.columns(transaction)
    return following


def test_what_did_not_change_is_not_read_again(store: Store) -> None:
    reviews = [make_review(state=State.APPROVED) for _ in range(3)]
    following = followed(store, reviews)
    with store.reading() as transaction:
        before, mark = following.columns(transaction), transaction.search.moment().mark
        unchanged = following.columns(transaction)

    decide(store, reviews)

    with store.reading() as transaction:
        assert unchanged is before
        [number] = transaction.search.numbers([reviews[0].id]).values()
        assert [row[0] for row in transaction.search.packed(mark)] == [number]
        assert transaction.search.gone(mark) == []


def test_an_older_copy_of_the_database_is_read_anew(store: Store) -> None:
    following = followed(store, [make_review()])
    with store.reading() as transaction:
        before = following.columns(transaction)

    with store.writing() as transaction:
        transaction.memory.save(APPLYING, "1")

    with store.reading() as transaction:
        assert following.columns(transaction) is not before


def test_what_was_gone_before_the_index_was_made_anew_is_forgotten(store: Store) -> None:
    reviews = [make_review(), make_review()]
    followed(store, reviews)
    withdraw(store, reviews)
    with store.reading() as transaction:
        known = transaction.search.gone(0)

    indexer(store).rebuild()

    with store.reading() as transaction:
        assert len(known) == 1
        assert transaction.search.gone(0) == []


def test_a_transaction_that_began_earlier_and_ends_later_is_followed(store: Store) -> None:
    if store.url.startswith("sqlite"):
        pytest.skip("SQLite has one writer at a time")
    first, second = make_review(), make_review()
    following = followed(store, [first, second])

    with store.writing() as slow:
        slow.reviews.renew([first.id], NOON + timedelta(days=1))
        with store.writing() as transaction:
            transaction.reviews.renew([second.id], NOON + timedelta(days=2))
        with store.reading() as transaction:
            meanwhile = following.columns(transaction).received.tolist()

    with store.reading() as transaction:
        afterwards = following.columns(transaction).received.tolist()
    assert sorted(meanwhile) == [to_micros(NOON + timedelta(days=each)) for each in (0, 2)]
    assert sorted(afterwards) == [to_micros(NOON + timedelta(days=each)) for each in (1, 2)]
