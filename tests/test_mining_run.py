"""Tests of mining a subject on both databases: what is published rests on what may be quoted, and on nothing else."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.domain import Review, Rights, SubjectId
from engine.errors import LeaseLostError, NotFoundError
from engine.mining_run import MANY, Mined, Miner
from engine.outbox import Work
from engine.rights import DISPLAY_ONLY, FORBIDDEN, INTERNAL
from engine.store import Lease, Store
from tests.factories import NOON, fill, lease, make_review, make_source

KETTLE = SubjectId("kettle")
LATER = NOON + timedelta(days=1)
BODIES = (
    "The lid rattles badly.",
    "A loose lid, sadly.",
    "The lid is great.",
    "The lid is good and the spout is fine.",
    "I like the lid.",
)


def miner(store: Store) -> Miner:
    return Miner(store=store, languages=("en", "de"), phrases=50, questions=6)


def reviews(count: int = len(BODIES), source: str = "shop") -> list[Review]:
    return [make_review(body=BODIES[number % len(BODIES)], source_id=source) for number in range(count)]


def take(store: Store) -> Lease:
    with store.writing() as transaction:
        transaction.marks.set(Work.MINE, [KETTLE], NOON)
    return lease(store, Work.MINE, KETTLE)


def mined(store: Store) -> Mined:
    return miner(store).mine(take(store), NOON)


def counts(found: Mined) -> dict[str, int]:
    return {each.text: each.count for each in found.phrases}


def is_marked(store: Store, kind: Work) -> bool:
    with store.reading() as transaction:
        return transaction.marks.count([kind], due_by=LATER) > 0


def test_what_was_mined_is_kept_and_its_page_is_marked(store: Store) -> None:
    fill(store, reviews())

    found = mined(store)

    assert counts(found)["lid"] == 5
    assert is_marked(store, Work.PUBLISH)
    assert not is_marked(store, Work.MINE)
    with store.reading() as transaction:
        assert transaction.phrases.of(KETTLE) == list(found.phrases)
        assert transaction.faq.of(KETTLE) == list(found.entries)


def test_mining_again_changes_nothing_and_marks_no_page(store: Store) -> None:
    fill(store, reviews())
    first = mined(store)
    with store.writing() as transaction:
        [page] = transaction.marks.lease([Work.PUBLISH], "worker", now=NOON, until=LATER)
        assert transaction.marks.finish(page)

    assert mined(store) == first
    assert not is_marked(store, Work.PUBLISH)


def test_a_subject_that_changed_meanwhile_is_not_written(store: Store) -> None:
    fill(store, reviews())
    taken = take(store)
    with store.writing() as transaction:
        transaction.marks.set(Work.MINE, [KETTLE], NOON)

    with pytest.raises(LeaseLostError):
        miner(store).mine(taken, NOON)

    with store.reading() as transaction:
        assert transaction.phrases.of(KETTLE) == []


@pytest.mark.parametrize(
    ("rights", "published", "for_ourselves"),
    [
        pytest.param(INTERNAL, 3, 5, id="internal"),
        pytest.param(DISPLAY_ONLY, 3, 5, id="display only"),
        pytest.param(FORBIDDEN, 3, 3, id="forbidden"),
    ],
)
def test_what_may_only_be_counted_for_ourselves_is_in_no_published_count(
    store: Store, rights: Rights, published: int, for_ourselves: int
) -> None:
    fill(store, [*reviews(3), *reviews(2, "other")], sources=[make_source("other", rights)])

    found = mined(store)
    ours = miner(store).count_for_ourselves(KETTLE, NOON)

    assert counts(found)["lid"] == published
    assert {each.text: each.count for each in ours}["lid"] == for_ourselves


def test_counts_for_ourselves_hold_no_word_of_anybody_and_are_kept_nowhere(store: Store) -> None:
    fill(store, reviews(4, "survey"), sources=[make_source("survey", INTERNAL)])

    [lid] = miner(store).count_for_ourselves(KETTLE, NOON)

    assert (lid.text, lid.count, tuple(lid.quotes), tuple(lid.review_ids)) == ("lid", 4, (), ())
    with store.reading() as transaction:
        assert transaction.phrases.of(KETTLE) == []
    assert mined(store) == Mined(phrases=[], entries=[], summaries=[])


def test_counting_for_ourselves_needs_a_subject(store: Store) -> None:
    with pytest.raises(NotFoundError, match="'nobody'"):
        miner(store).count_for_ourselves(SubjectId("nobody"), NOON)


def test_a_subject_with_many_reviews_is_held_for_longer(store: Store) -> None:
    fill(store, reviews(MANY + 1))
    held = miner(store)
    known = take(store)

    held.extend(known, MANY + 1)

    with store.reading() as transaction:
        due = transaction.marks.next_due([Work.MINE])
    assert due is not None
    assert due > known.until
