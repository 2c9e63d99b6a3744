"""Tests of taking a decision back: exactly what was, only where nothing happened since, and on record."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from engine.domain import EventKind, FlagReason, Locale, Reason, Review, ReviewId, Standing, State
from engine.flagging import Notice, answer_flag, flag_review
from engine.moderation import Moderation, Undone
from engine.store import AuditFilter, Store
from tests.factories import NOON, fill, make_record, make_review, take_in

LATER = NOON + timedelta(minutes=1)


def decide(store: Store, review: Review, *, reason: Reason | None = None, by: str = "ann", minutes: int = 0) -> None:
    with store.writing() as transaction:
        moderation = Moderation(transaction=transaction, now=NOON + timedelta(minutes=minutes))
        if reason is None:
            moderation.approve([review.id], by=by)
        else:
            moderation.reject([review.id], by=by, reason=reason, note="seen twice")


def undo(store: Store, *, by: str = "ann", minutes: int = 0) -> Undone:
    """Takes back what was decided at noon and some minutes, an hour after noon."""
    with store.writing() as transaction:
        moderation = Moderation(transaction=transaction, now=NOON + timedelta(hours=1))
        return moderation.undo(NOON + timedelta(minutes=minutes), by=by)


def found(store: Store, review: ReviewId) -> Review:
    with store.reading() as transaction:
        return transaction.reviews.find(review).review


def test_an_approval_taken_back_leaves_no_decision_and_no_count(store: Store) -> None:
    waiting = make_review(state=State.PENDING)
    fill(store, [waiting])
    decide(store, waiting)

    undone = undo(store)

    assert (len(undone.reviews), undone.left) == (1, 0)
    assert found(store, waiting.id) == waiting
    with store.reading() as transaction:
        assert transaction.summaries.counted() == {}
        assert transaction.summaries.of(waiting.subject_id) == []


def test_a_rejection_taken_back_restores_the_approval_with_its_person_and_time(store: Store) -> None:
    review = make_review(state=State.PENDING)
    fill(store, [review])
    decide(store, review, by="bea")
    approved = found(store, review.id)
    decide(store, review, reason=Reason.SPAM, minutes=1)

    undo(store, minutes=1)

    assert found(store, review.id) == approved
    with store.reading() as transaction:
        assert [kept.reviews for kept in transaction.summaries.of(review.subject_id)] == [1]


def test_it_is_a_decision_of_its_own_on_record(store: Store) -> None:
    review = make_review(state=State.PENDING)
    fill(store, [review])
    decide(store, review)

    undo(store)

    with store.reading() as transaction:
        events = transaction.events.of_review(review.id)
        lines = transaction.audit.since(wanted=AuditFilter(action="review.undo"))
    assert [(each.kind, each.by) for each in events] == [
        (EventKind.REVIEW_APPROVED, "ann"),
        (EventKind.REVIEW_CHANGED, "ann"),
    ]
    assert events[-1].details == {"undone": "yes"}
    [(_, line)] = lines
    assert (line.before, line.after) == ({"state": "approved"}, {"state": "pending"})


def test_what_somebody_decided_since_stays(store: Store) -> None:
    first, second = make_review(state=State.PENDING), make_review(state=State.PENDING)
    fill(store, [first, second])
    with store.writing() as transaction:
        Moderation(transaction=transaction, now=NOON).approve([first.id, second.id], by="ann")
    decide(store, second, reason=Reason.ABUSE, by="bea", minutes=1)

    undone = undo(store)

    assert ([each.id for each in undone.reviews], undone.left) == ([first.id], 1)
    assert found(store, second.id).state is State.REJECTED


def test_words_that_came_since_wait_to_be_read(store: Store) -> None:
    take_in(store, make_record("1"))
    with store.reading() as transaction:
        [filed] = transaction.reviews.waiting(State.PENDING)
    decide(store, filed.review, reason=Reason.SPAM)
    take_in(store, make_record("1", body="It pours well."), now=LATER)

    undone = undo(store)

    assert (undone.reviews, undone.left) == ([], 1)
    assert found(store, filed.review.id).body == "It pours well."


def test_nobody_takes_back_what_somebody_else_decided(store: Store) -> None:
    review = make_review(state=State.PENDING)
    fill(store, [review])
    decide(store, review, by="bea")

    undone = undo(store, by="ann")

    assert (undone.reviews, undone.left) == ([], 1)


def test_what_its_source_hides_by_now_is_not_shown_again(store: Store) -> None:
    take_in(store, make_record("1"))
    with store.reading() as transaction:
        [filed] = transaction.reviews.waiting(State.PENDING)
    decide(store, filed.review)
    decide(store, filed.review, reason=Reason.SPAM, minutes=1)
    take_in(store, replace(make_record("1", rating="3"), standing=Standing.HIDDEN), now=LATER)

    undone = undo(store, minutes=1)

    assert (undone.reviews, undone.left) == ([], 1)
    assert found(store, filed.review.id).state is State.REJECTED


def test_what_a_reader_was_answered_stands(store: Store) -> None:
    review = make_review()
    fill(store, [review])
    notice = Notice(reason=FlagReason.SPAM, explanation="An advert.", locale=Locale("en"))
    with store.writing() as transaction:
        flag = flag_review(transaction, review.id, notice, NOON)
        moderation = Moderation(transaction=transaction, now=NOON)
        answer_flag(transaction, moderation, flag.id, "It was one.", by="ann", uphold=Reason.SPAM)

    undone = undo(store)

    assert (undone.reviews, undone.left) == ([], 1)
    assert found(store, review.id).state is State.REJECTED
