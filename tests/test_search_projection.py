"""Tests of how the index follows the store: nothing is missed, whoever writes and whatever is interrupted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from engine.domain import Media, MediaId, MediaKind, Reason, Review, ReviewId, State, SubjectId, TopicId, Use
from engine.domain.search import Batch, Document, TextField
from engine.errors import LeaseLostError
from engine.moderation import Moderation
from engine.search.projection import BATCH, Indexer
from engine.search.seat import Seat
from engine.store import Store
from engine.store.search import APPLYING, ASKED
from tests.factories import NOON, file, fill, make_review, make_subject
from tests.word_index import WordIndex


def indexer(store: Store, index: WordIndex | None = None) -> Indexer:
    ticks = iter(range(10_000))
    return Indexer(store=store, index=index or WordIndex(), clock=lambda: NOON + timedelta(seconds=next(ticks)))


def caught_up(store: Store, *reviews: Review) -> tuple[Indexer, WordIndex]:
    fill(store, reviews)
    index = WordIndex()
    found = indexer(store, index)
    assert found.rebuild()
    return found, index


def take_all(found: Indexer) -> int:
    return sum(iter(found.take_in, 0))


def texts(index: WordIndex) -> dict[str, str]:
    return {each.id: each.texts[TextField.BODY] for each in index.documents.values()}


def in_store(store: Store) -> dict[str, str]:
    with store.reading() as transaction:
        filed = transaction.reviews.page()
    return {each.review.id: each.review.body for each in filed if each.review.state is not State.WITHDRAWN}


def test_a_rebuilt_index_has_each_review_that_was_not_withdrawn(store: Store) -> None:
    reviews = [make_review(state=state, body=f"It is {state}.") for state in State]

    _, index = caught_up(store, *reviews)

    assert texts(index) == {each.id: each.body for each in reviews if each.state is not State.WITHDRAWN}
    assert sorted(index.documents) == [1, 2, 3]


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda it, which: it.reject([which], by="ann", reason=Reason.SPAM), id="rejected"),
        pytest.param(lambda it, which: it.withdraw(which, frozenset({Use.FEED}), by="author"), id="less consent"),
    ],
)
def test_a_decision_waits_for_the_index_from_the_transaction_that_makes_it(
    store: Store, change: Callable[[Moderation, ReviewId], object]
) -> None:
    review = make_review()
    found, _ = caught_up(store, review)
    assert not found.waits()

    with store.writing() as transaction:
        change(Moderation(transaction=transaction, now=NOON), review.id)

    assert found.waits()


def test_what_is_withdrawn_leaves_the_store_s_rows_at_once_and_the_index_with_the_next_batch(store: Store) -> None:
    kept, gone = make_review(), make_review()
    found, index = caught_up(store, kept, gone)

    with store.writing() as transaction:
        Moderation(transaction=transaction, now=NOON).withdraw(gone.id, frozenset(Use), by="author")
        left = transaction.search.numbers([kept.id, gone.id])
    before = set(texts(index))
    take_all(found)

    assert list(left) == [kept.id]
    assert before == {kept.id, gone.id}
    assert set(texts(index)) == {kept.id}


def test_an_erased_review_leaves_nothing_in_what_searching_keeps(store: Store) -> None:
    review = make_review()
    found, index = caught_up(store, review)

    with store.writing() as transaction:
        transaction.erasing.review(review.id)
    take_all(found)

    assert index.documents == {}
    with store.reading() as transaction:
        assert transaction.search.packed() == []
        assert not transaction.search.waits()


def test_a_number_is_never_given_again(store: Store) -> None:
    found, index = caught_up(store, make_review(), make_review())
    last = index.documents[2].id

    with store.writing() as transaction:
        transaction.erasing.review(last)
    fill(store, [make_review(body="Another one.")])
    take_all(found)

    assert sorted(index.documents) == [1, 3]


def test_a_subject_that_is_called_otherwise_is_found_by_its_new_name(store: Store) -> None:
    found, index = caught_up(store, make_review())

    with store.writing() as transaction:
        transaction.subjects.save([make_subject(name="K3 Kettle")])
    take_all(found)

    assert [each.texts[TextField.SUBJECT] for each in index.documents.values()] == ["K3 Kettle"]


def test_what_changes_no_word_does_not_cost_the_index_anything(store: Store) -> None:
    review = make_review()
    found, index = caught_up(store, review)
    with store.writing() as transaction:
        transaction.reviews.renew([review.id], NOON + timedelta(days=1))
        transaction.topics.replace_reviews(TopicId("en-spout"), {review.id: review.subject_id})
        picture = Media(id=MediaId("m1"), kind=MediaKind.IMAGE, url="https://img.example/1", state=State.APPROVED)
        transaction.media.replace({review.id: [picture]})

    taken = take_all(found)

    assert (taken > 0, index.applied) == (True, 0)


def test_addresses_and_telephone_numbers_are_not_indexed(store: Store) -> None:
    review = make_review(body="Write to owen@larkfield.example about it.", holds_contact_data=True)

    _, index = caught_up(store, review)

    assert texts(index) == {review.id: "Write to […] about it."}


@dataclass(slots=True)
class Interrupted(WordIndex):
    """Has the batch, and its process ends before it can say so."""

    def apply(self, batch: Batch, cursor: int) -> None:
        WordIndex.apply(self, batch, cursor)
        raise KeyboardInterrupt


def test_a_batch_whose_end_was_not_written_down_is_taken_in_again(store: Store) -> None:
    review = make_review()
    found, index = caught_up(store, review)
    broken = Interrupted(index.documents, index.cursor, _having=index._having)
    fill(store, [make_review(body="A second one.")])

    with pytest.raises(KeyboardInterrupt):
        indexer(store, broken).take_in()
    index.cursor = broken.cursor

    assert found.must_rebuild() == ""
    assert take_all(found) == 1
    assert texts(index) == in_store(store)


def test_an_index_of_another_past_of_the_database_is_made_anew(store: Store) -> None:
    found, index = caught_up(store, make_review())
    index.cursor += 1

    assert found.must_rebuild() == "it was made of another past of the database"


def test_a_damaged_index_is_made_anew_and_says_why(store: Store) -> None:
    found, index = caught_up(store, make_review())
    index.is_usable = False

    assert found.must_rebuild() == "it cannot be used: a file is cut off"


def test_an_instance_that_never_had_an_index_makes_one(store: Store) -> None:
    assert indexer(store).must_rebuild() == "it was never made whole"


def test_a_rebuild_that_was_stopped_is_begun_again_and_the_old_index_stays(store: Store) -> None:
    found, index = caught_up(store, make_review())
    before = index.documents

    assert not found.rebuild(is_over=lambda: True)

    assert index.documents == before
    assert found.must_rebuild() == "it was never made whole"
    assert found.rebuild()
    assert found.must_rebuild() == ""


def test_who_asks_for_a_rebuild_is_heard_by_whoever_indexes(store: Store) -> None:
    found, _ = caught_up(store, make_review())

    with store.writing() as transaction:
        transaction.memory.save(ASKED, "yes")

    assert found.waits()
    assert found.must_rebuild() == "somebody asked for it"
    assert found.rebuild()
    assert not found.waits()


@dataclass(slots=True)
class Meanwhile(WordIndex):
    """While it is changed, something else happens."""

    happens: Callable[[], object] = lambda: None

    def apply(self, batch: Batch, cursor: int) -> None:
        WordIndex.apply(self, batch, cursor)
        self.happens()

    def rebuild(self, documents: Iterable[Sequence[Document]], cursor: int) -> None:
        every = list(documents)
        self.happens()
        WordIndex.rebuild(self, every, cursor)


def test_a_change_that_is_written_while_a_batch_is_taken_in_is_taken_in_next(store: Store) -> None:
    index = Meanwhile()
    found = indexer(store, index)
    assert found.rebuild()
    late = make_review(body="I came later.")
    index.happens = lambda: fill(store, [late]) if not index.applied > 1 else None
    fill(store, [make_review(body="I was first.")])

    assert found.take_in() == 1
    index.happens = lambda: None
    assert take_all(found) == 1

    assert texts(index) == in_store(store)


def test_a_change_that_is_written_during_a_rebuild_is_taken_in_after_it(store: Store) -> None:
    review = make_review()
    fill(store, [review])
    index = Meanwhile(happens=lambda: edit(store, review))
    found = indexer(store, index)

    assert found.rebuild()
    index.happens = lambda: None
    assert take_all(found) == 1

    assert texts(index) == {review.id: "It was edited."}


def edit(store: Store, review: Review) -> None:
    with store.writing() as transaction:
        filed = transaction.reviews.find(review.id)
        transaction.reviews.replace([replace(filed, review=replace(filed.review, body="It was edited."))])


def test_a_transaction_that_ends_late_is_not_missed(store: Store) -> None:
    """On PostgreSQL its changes have lower numbers than those that were taken in before it ended."""
    found, index = caught_up(store, make_review(subject_id=SubjectId("kettle")))
    if store.url.startswith("sqlite"):
        pytest.skip("SQLite has one writer at a time")
    late = make_review(body="I was written first.", subject_id=SubjectId("kettle"))
    with store.writing() as slow:
        slow.reviews.insert([file(late)])
        fill_alone(store, make_review(body="I ended first.", subject_id=SubjectId("kettle")))
        assert take_all(found) == 1
    take_all(found)

    assert texts(index) == in_store(store)


def fill_alone(store: Store, review: Review) -> None:
    with store.writing() as transaction:
        transaction.reviews.insert([file(review)])


def test_of_two_that_index_at_once_the_slower_one_finds_out_before_the_store_knows(store: Store) -> None:
    other = indexer(store)
    index = Meanwhile()
    found = Indexer(store=store, index=index, clock=lambda: NOON + timedelta(days=1))
    assert found.rebuild()
    fill(store, [make_review()])
    index.happens = lambda: rename_batch(store)

    with pytest.raises(LeaseLostError, match="another process changed the index"):
        found.take_in()

    assert other.waits()


def rename_batch(store: Store) -> None:
    with store.writing() as transaction:
        transaction.memory.save(APPLYING, "1")


def test_more_than_a_batch_is_taken_in_one_batch_after_the_other(store: Store) -> None:
    found, index = caught_up(store)
    fill(store, [make_review(body=f"Number {at}.") for at in range(BATCH + 1)])

    assert [found.take_in(), found.take_in(), found.take_in()] == [BATCH, 1, 0]

    assert texts(index) == in_store(store)


def test_one_process_at_a_time_has_the_seat(store: Store) -> None:
    first, second = (Seat(store=store, owner=name, clock=lambda: NOON) for name in ("one", "two"))

    assert (first.take(), second.take(), first.take()) == (True, False, True)
    first.leave()
    assert (second.take(), first.take()) == (True, False)


def test_a_seat_that_nobody_holds_on_to_goes_to_the_next(store: Store) -> None:
    moments = iter([NOON, NOON + timedelta(seconds=61), NOON + timedelta(seconds=62)])
    first, second = (Seat(store=store, owner=name, clock=lambda: next(moments)) for name in ("one", "two"))

    assert first.take()
    assert second.take()
    assert not first.take()


def test_the_mark_of_the_seat_is_no_work_that_waits(store: Store) -> None:
    Seat(store=store, owner="one", clock=lambda: NOON).take()

    with store.reading() as transaction:
        assert transaction.marks.overdue(NOON + timedelta(days=400)) is None
        assert transaction.marks.backlog(NOON + timedelta(days=400)) == {}
