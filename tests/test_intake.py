"""Tests of taking in on both databases: one row for one review, what changed is decided anew, a batch is whole."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy

from engine.domain import (
    ApprovalRule,
    EventKind,
    Reason,
    Record,
    Review,
    Scope,
    SourceId,
    State,
    SubjectId,
    Use,
    digest,
    review_id,
)
from engine.moderation import Moderation
from engine.outbox import Work
from engine.store import Store
from engine.store.tables import raw_record
from tests.factories import NOON, make_intake, make_record, make_snippet, make_source, take_in

SHOP = SourceId("shop")
KETTLE = SubjectId("kettle")
LATER = NOON + timedelta(days=1)


def reviews(store: Store) -> list[Review]:
    with store.reading() as transaction:
        return [each.review for each in transaction.reviews.of_source(SHOP)]


def the_review(store: Store) -> Review:
    [review] = reviews(store)
    return review


def approve(store: Store) -> None:
    with store.writing() as transaction:
        Moderation(transaction=transaction, now=NOON).approve([each.id for each in reviews(store)], by="ann")


def kinds_of_events(store: Store) -> list[EventKind]:
    with store.reading() as transaction:
        return [each.kind for _, each in transaction.events.since()]


def raw(store: Store) -> list[Any]:
    engine = sqlalchemy.create_engine(store.url)
    with engine.connect() as connection:
        rows = connection.execute(sqlalchemy.select(raw_record)).all()
    engine.dispose()
    return [tuple(row) for row in rows]


def everything(store: Store) -> tuple[Any, ...]:
    with store.reading() as transaction:
        return (
            transaction.reviews.of_source(SHOP),
            transaction.summaries.all(),
            transaction.events.since(),
            transaction.subjects.page(),
            raw(store),
        )


def test_what_is_new_waits_for_a_decision(store: Store) -> None:
    report = take_in(store, make_record("a"), make_record("b", rating=""))

    assert (report.taken, report.seen, report.problems) == (2, 2, [])
    assert {each.state for each in reviews(store)} == {State.PENDING}
    assert {each.id for each in reviews(store)} == {review_id(SHOP, "a"), review_id(SHOP, "b")}
    assert kinds_of_events(store) == [EventKind.REVIEW_RECEIVED]


def test_what_waits_is_not_counted_but_its_subject_has_a_page(store: Store) -> None:
    take_in(store, make_record())

    with store.reading() as transaction:
        assert transaction.summaries.all() == {}
        assert transaction.marks.count([Work.PUBLISH], due_by=NOON) == 1


def test_the_same_review_twice_is_one_row(store: Store) -> None:
    report = take_in(store, make_record("a"), make_record("a"))
    again = take_in(store, make_record("a"), now=LATER)

    assert (report.taken, report.unchanged) == (1, 1)
    assert (again.taken, again.unchanged) == (0, 1)
    assert the_review(store).received_at == NOON


def test_one_id_at_two_sources_is_two_reviews(store: Store) -> None:
    take_in(store, make_record("a"))
    take_in(store, make_record("a"), intake=make_intake(make_source("till")))

    with store.reading() as transaction:
        assert transaction.reviews.count() == 2


def test_the_later_of_two_that_differ_in_one_batch_is_what_the_source_says(store: Store) -> None:
    report = take_in(store, make_record("a", body="Good."), make_record("a", body="Bad."), make_record("b"))

    assert (report.taken, report.changed, report.seen) == (2, 1, 3)
    assert "Bad." in {each.body for each in reviews(store)}


def test_a_second_run_changes_nothing(store: Store) -> None:
    records = [make_record(str(number), subject=f"s{number % 3}", body=f"words {number}") for number in range(9)]
    take_in(store, *records)
    approve(store)
    before = everything(store)

    report = take_in(store, *records, now=LATER)

    assert (report.unchanged, report.seen) == (9, 9)
    assert everything(store) == before


def test_other_words_go_back_to_pending_and_the_earlier_ones_are_kept(store: Store) -> None:
    take_in(store, make_record(body="It pours well."))
    approve(store)

    report = take_in(store, make_record(body="It leaks."), now=LATER)

    review = the_review(store)
    assert report.changed == 1
    assert (review.state, review.body, review.decision) == (State.PENDING, "It leaks.", None)
    assert review.received_at == NOON
    with store.reading() as transaction:
        assert transaction.reviews.earlier_texts(review.id) == ["It pours well."]
        assert transaction.summaries.all() == {}
        changed = transaction.events.of_review(review.id)[-1]
    assert changed.kind is EventKind.REVIEW_CHANGED
    assert changed.details == {"was": "approved", "is": "pending"}


@pytest.mark.parametrize("field", ["title", "author", "role", "company"])
def test_every_line_that_visitors_read_counts_as_words(store: Store, field: str) -> None:
    said: dict[str, Any] = {field: "Other"}
    take_in(store, make_record())
    approve(store)

    take_in(store, make_record(**said))

    assert the_review(store).state is State.PENDING


def test_another_rating_keeps_the_approval_and_moves_the_summary(store: Store) -> None:
    take_in(store, make_record(rating="4"))
    approve(store)

    take_in(store, make_record(rating="1"), now=LATER)

    review = the_review(store)
    assert review.state is State.APPROVED
    assert review.decision is not None
    with store.reading() as transaction:
        [kept] = transaction.summaries.of(KETTLE)
        assert transaction.reviews.earlier_texts(review.id) == []
        assert transaction.marks.next_due([Work.PUBLISH]) == NOON
    assert (kept.summary.hundredths, kept.summary.histogram) == (100, (1, 0, 0, 0, 0))


def test_a_review_that_moves_to_another_subject_counts_there(store: Store) -> None:
    take_in(store, make_record(subject="kettle"))
    approve(store)

    take_in(store, make_record(subject="teapot"), now=LATER)

    with store.reading() as transaction:
        kept = transaction.summaries.all()
        marked = [
            transaction.marks.lease_this("publish", f"subject/{each}", "me", now=LATER, until=LATER)
            for each in ("kettle", "teapot")
        ]
        assert kept == transaction.summaries.counted()
    assert [subject for subject, _, _ in kept] == ["teapot"]
    assert all(marked)


def test_a_rejected_review_is_looked_at_again_only_when_its_words_change(store: Store) -> None:
    take_in(store, make_record())
    with store.writing() as transaction:
        moderation = Moderation(transaction=transaction, now=NOON)
        moderation.reject([the_review(store).id], by="ann", reason=Reason.SPAM)

    take_in(store, make_record(rating="5"))
    after_rating = the_review(store).state
    take_in(store, make_record(rating="5", body="Other words."))
    after_words = the_review(store).state

    assert (after_rating, after_words) == (State.REJECTED, State.PENDING)


def test_a_withdrawn_review_stays_withdrawn_and_nothing_new_is_kept_of_it(store: Store) -> None:
    take_in(store, make_record(body="It pours well.", payload="first"))
    with store.writing() as transaction:
        Moderation(transaction=transaction, now=NOON).withdraw(the_review(store).id, by="author")
    before = everything(store)

    report = take_in(store, make_record(body="It leaks.", payload="second", contact={"email": "o@larkfield.example"}))

    assert (report.unchanged, report.changed, report.seen) == (1, 0, 1)
    assert everything(store) == before
    with store.reading() as transaction:
        assert transaction.reviews.contact_of(the_review(store).id) == {}


def test_consent_stays_as_it_was_when_the_source_speaks_again(store: Store) -> None:
    take_in(store, make_record())
    with store.writing() as transaction:
        moderation = Moderation(transaction=transaction, now=NOON)
        moderation.withdraw(the_review(store).id, frozenset({Use.MARKUP}), by="author")

    take_in(store, make_record(body="Other words."), now=LATER)

    assert not the_review(store).consent.covers(Use.MARKUP)


def test_contact_data_is_kept_apart_and_never_in_the_review(store: Store) -> None:
    take_in(store, make_record(body="Write to owen@larkfield.example", contact={"phone": "+44 20 7946 0123"}))

    review = the_review(store)
    with store.reading() as transaction:
        kept = transaction.reviews.contact_of(review.id)
    assert kept == {"phone": "+44 20 7946 0123", "in body": "owen@larkfield.example"}
    assert "larkfield.example" not in repr(review)
    assert "7946" not in repr(review)


def test_one_voice_under_two_subjects_is_one(store: Store) -> None:
    take_in(
        store,
        make_record("a", subject="kettle", body="It pours WELL, and keeps the heat."),
        make_record("b", subject="teapot", body="It pours well and keeps the heat!"),
        make_record("c", subject="teapot", author="Ann"),
    )

    voices = {each.external_id: each.voice for each in reviews(store)}
    assert voices["a"] == voices["b"] is not None
    assert voices["c"] != voices["a"]


def test_a_review_without_words_is_nobodys_voice(store: Store) -> None:
    take_in(store, make_record("a", body="", title=""), make_record("b", body="!!!", title=""))

    assert [each.voice for each in reviews(store)] == [None, None]


def test_the_payload_is_kept_as_it_was_received(store: Store) -> None:
    take_in(store, make_record(payload='{"row": 1}'))
    take_in(store, make_record(payload='{"row": 2}', rating="5"), now=LATER)

    [(which, hashed, fetched_at, payload)] = raw(store)
    assert (which, payload) == (review_id(SHOP, "1"), '{"row": 2}')
    assert hashed == digest('{"row": 2}')
    assert fetched_at == LATER.timestamp() * 1_000_000


def test_a_payload_that_no_database_can_write_does_not_stop_its_batch(store: Store) -> None:
    payload = "half \ud800 and \x00"

    report = take_in(store, make_record(payload=payload, contact={"email": "\ud800o@larkfield.example\x00"}))

    [(_, hashed, _, kept)] = raw(store)
    assert report.taken == 1
    assert (kept, hashed) == ("half \ufffd and \ufffd", digest(payload))


@pytest.mark.parametrize(
    "hostile",
    [
        make_record("\x00"),
        make_record("\ud800"),
        make_record("1", url="https://larkfield.example/\ud800"),
        make_record("1", subject="\x00\ud800"),
        make_record("1", rating="\ud800"),
        make_record("1", language="\x00"),
        make_record("1", verified="\x00"),
    ],
    ids=["id with NUL", "id", "address", "subject", "rating", "language", "verified"],
)
def test_a_hostile_record_is_refused_and_the_others_are_taken_in(store: Store, hostile: Record) -> None:
    report = take_in(store, hostile, make_record("good"))

    assert (report.refused, report.taken, len(report.problems)) == (1, 1, 1)
    assert the_review(store).external_id == "good"


def test_a_subject_is_named_once(store: Store) -> None:
    take_in(store, make_record("a"))
    nameless = name_of(store)
    take_in(store, make_record("b", subject_name="K2 Kettle"))
    named = name_of(store)
    take_in(store, make_record("c", subject_name="Another name"))

    assert (nameless, named, name_of(store)) == ("kettle", "K2 Kettle", "K2 Kettle")


def name_of(store: Store) -> str:
    with store.reading() as transaction:
        return transaction.subjects.find(KETTLE).name


def test_earlier_words_are_gone_also_where_a_policy_approves_the_new_ones_at_once(store: Store) -> None:
    intake = make_intake(policy=[ApprovalRule()])
    take_in(store, make_record(body="It pours well."), intake=intake)
    review = the_review(store)
    with store.writing() as transaction:
        transaction.snippets.save([make_snippet("list", review.id)])
        transaction.snippets.quote(Scope.SUBJECT, KETTLE, [review.id])

    report = take_in(store, make_record(body="It leaks."), intake=intake, now=LATER)

    assert (report.changed, report.approved, the_review(store).state) == (1, 1, State.APPROVED)
    with store.reading() as transaction:
        [snippet] = transaction.snippets.of_page(Scope.SUBJECT, KETTLE).values()
        kinds = [each.kind for each in transaction.events.of_review(review.id)]
    assert snippet.body == b""
    assert kinds == [EventKind.REVIEW_APPROVED, EventKind.REVIEW_CHANGED, EventKind.REVIEW_APPROVED]


def test_words_that_went_back_to_pending_are_gone_from_every_snippet_at_once(store: Store) -> None:
    take_in(store, make_record("a"), make_record("b"))
    approve(store)
    changed, stays = (review_id(SHOP, each) for each in ("a", "b"))
    with store.writing() as transaction:
        transaction.snippets.save([make_snippet("list", changed, stays), make_snippet("faq", stays)])
        transaction.snippets.quote(Scope.SUBJECT, KETTLE, [changed, stays])

    take_in(store, make_record("a", body="Other words."), now=LATER)

    with store.reading() as transaction:
        left = transaction.snippets.of_page(Scope.SUBJECT, KETTLE)
    assert {key.name: each.body for key, each in left.items()} == {"list": b"", "faq": b"words"}
    assert EventKind.SNIPPET_REMOVED in kinds_of_events(store)
