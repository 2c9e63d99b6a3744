"""Erasing a person, on both databases: nothing is left in any table, nobody else is touched, nothing comes back."""

from __future__ import annotations

import json
import traceback
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import create_engine, insert

from engine.domain import EventKind, FaqId, Locale, ReviewId, Scope, SnippetKey, review_id
from engine.erasure import DATABASE, Eraser, Traces
from engine.errors import NotFoundError, RefusedError, StoreError
from engine.moderation import Moderation
from engine.outbox import Work, page_key
from engine.store import Store
from engine.store.erasing import NAMING, OWNED
from engine.store.tables import account, metadata
from engine.submitting import Desk
from engine.tombstones import Seal
from tests.factories import NOON, make_intake, make_record, make_rules, make_source, take_in
from tests.planting import AGREED, BYSTANDER, CANARY, EMAIL, FORM, KETTLE, REVIEW, SAID, SEAL, SHOP, plant, told
from tests.test_submitting import submission

LATER = NOON + timedelta(days=1)
APPEND_ONLY = {"event"}
BY_TRIGGER = {"search_review", "search_change"}
"""The row of the one goes with its review; those of the other hold its id until the index knows."""


def eraser_of(store: Store) -> Eraser:
    return Eraser(store=store, seal=SEAL)


def erased(store: Store) -> Traces:
    eraser = eraser_of(store)
    traces = eraser.trace_person(EMAIL)
    eraser.erase(traces, by="operator", now=LATER)
    return traces


def test_a_person_is_found_wherever_the_address_or_the_review_is(store: Store) -> None:
    written = plant(store)

    traces = eraser_of(store).trace_person(f" {EMAIL.upper()} ")

    assert set(traces.reviews) == {REVIEW, written}
    assert traces.others == {"flags": ("g1",), "questions": ("q1",), "signals": ("s1",), "asks": traces.others["asks"]}
    assert len(traces.others["asks"]) == 1
    assert traces.receipts == [(SHOP, "k1")]
    assert traces.requests == [("key/k1", "1")]


def test_the_canary_stood_in_every_table_that_holds_persons(store: Store) -> None:
    plant(store)

    planted = told(store)

    words = {"review", "raw_record", "contact", "earlier_text", "own_reply", "ask", "flag", "question", "signal"}
    mined = {"phrase", "faq_entry", "faq_decision", "snippet", "hook_receipt", "answered_request"}
    assert words | mined <= set(planted)


def test_nothing_of_an_erased_person_is_left_in_any_table(store: Store) -> None:
    plant(store)

    erased(store)

    assert told(store) == {}


def test_the_pictures_of_an_erased_person_are_gone(store: Store) -> None:
    written = plant(store)
    with store.reading() as transaction:
        assert list(transaction.persons.files([written]))

    erased(store)

    with store.reading() as transaction:
        assert transaction.media.of([written]) == {}
        assert list(transaction.persons.files([written])) == []


def test_a_bystander_keeps_everything(store: Store) -> None:
    plant(store)
    with store.reading() as transaction:
        before = transaction.persons.review_in_full(BYSTANDER)

    erased(store)

    with store.reading() as transaction:
        after = transaction.persons.review_in_full(BYSTANDER)
        assert transaction.reviews.contact_of(BYSTANDER) == {"email": "ann@mail.example"}
    assert {**after, "flags": []} == {**before, "flags": []}
    assert [each["id"] for each in before["flags"]] == ["g1"]


def test_what_is_counted_goes_down(store: Store) -> None:
    plant(store)

    erased(store)

    with store.reading() as transaction:
        assert [kept.reviews for kept in transaction.summaries.of(KETTLE)] == [1]
        assert transaction.summaries.all() == transaction.summaries.counted()


def test_pages_lose_the_words_with_the_erasure_and_wait_to_be_built(store: Store) -> None:
    plant(store)

    erased(store)

    with store.reading() as transaction:
        assert transaction.snippets.find(_key("list")) is None
        assert transaction.snippets.find(_key("badge")) is not None
        marks = {kind: transaction.marks.find(kind, key) for kind, key in _left()}
    assert {kind for kind, mark in marks.items() if mark is None or mark.due_at > LATER} == set()


def test_an_approved_answer_keeps_what_others_said_and_waits_for_a_person(store: Store) -> None:
    plant(store)

    erased(store)

    with store.reading() as transaction:
        decision = transaction.faq.decision(FaqId("f1"))
        assert decision is not None
        assert [quote.review_id for quote in decision.quotes] == [BYSTANDER]
        assert decision.state == "stale"
        assert transaction.faq.decision(FaqId("f2")) is None


def test_it_is_told_and_written_down_by_ids_alone(store: Store) -> None:
    plant(store)

    erased(store)

    with store.reading() as transaction:
        [event] = [each for each in transaction.events.of_review(REVIEW) if each.kind is EventKind.REVIEW_ERASED]
        changes = [each for _, each in transaction.audit.since()]
    assert (event.by, event.subject_id, event.details) == ("operator", KETTLE, {})
    assert f"review/{REVIEW}" in [each.about for each in changes if each.action == "review.erase"]
    assert [each.action for each in changes].count("person.erase") == 1


def test_a_later_sync_does_not_bring_a_review_back(store: Store) -> None:
    plant(store)
    erased(store)

    report = take_in(store, make_record(f"{CANARY}-1", body=SAID), intake=make_intake(seal=SEAL), now=LATER)

    assert (report.erased, report.taken, report.seen) == (1, 0, 1)
    assert told(store) == {}


def test_what_another_source_tells_of_an_erased_person_stays_out(store: Store) -> None:
    plant(store)
    erased(store)
    other = make_intake(make_source("other"), seal=SEAL)
    mine = make_record("77", body="New words of mine.", contact={"email": f" {EMAIL.title()}"})
    somebody = make_record("78", body="Words of somebody.", contact={"email": "ann@mail.example"})

    report = take_in(store, mine, somebody, intake=other, now=LATER)

    assert (report.erased, report.taken) == (1, 1)


def test_a_tombstone_of_another_secret_keeps_nobody_out(store: Store) -> None:
    plant(store)
    erased(store)

    report = take_in(store, make_record(f"{CANARY}-1"), intake=make_intake(seal=Seal.of_secret("another")), now=LATER)

    assert report.taken == 1


def test_the_same_sheet_of_a_form_stays_out_and_a_new_consent_lets_in(store: Store) -> None:
    plant(store)
    erased(store)
    desk = Desk(store=store, rules=make_rules(), seal=SEAL)
    again = replace(AGREED, given_at=LATER + timedelta(days=1))

    desk.submit(FORM, submission(email=EMAIL, consent=AGREED), LATER)
    desk.submit(FORM, submission(email=EMAIL, consent=again, key="sheet-2"), LATER)

    with store.reading() as transaction:
        waiting = [each.review.external_id for each in transaction.reviews.of_source(FORM.source_id)]
    assert waiting == ["sheet-2"]


def test_of_a_webhook_that_waits_only_the_record_of_the_person_goes(store: Store) -> None:
    plant(store)

    erased(store)

    with store.reading() as transaction:
        [(_, _, body)] = transaction.persons.receipts()
    assert [each["external_id"] for each in json.loads(body)["records"]] == ["10"]


def test_a_longer_address_is_somebody_else(store: Store) -> None:
    plant(store)

    traces = eraser_of(store).trace_person("canary@mail.example")

    assert (dict(traces.reviews), traces.count) == ({}, 0)


def test_copies_of_the_words_under_other_subjects_go_along(store: Store) -> None:
    words: dict[str, Any] = {"author": "Owen B.", "body": "It pours well and keeps the heat for long."}
    take_in(store, make_record("1", **words), make_record("2", subject="pot", **words), make_record("3"))

    traces = eraser_of(store).trace_reviews([make_id("1")])

    assert set(traces.reviews) == {make_id("1"), make_id("2")}
    assert traces.reviews[make_id("2")] == ("the same words",)


def test_a_person_without_an_address_is_erased_by_a_review(store: Store) -> None:
    take_in(store, make_record("1", author=CANARY), make_record("2"))
    eraser = eraser_of(store)

    gone = eraser.erase(eraser.trace_reviews([make_id("1")]), by="key/k1", now=LATER)

    assert gone.reviews == (make_id("1"),)
    assert told(store) == {}
    with pytest.raises(NotFoundError, match="there is no review"):
        eraser.trace_reviews([make_id("1")])


def test_an_erasure_that_is_asked_for_twice_is_done_once(store: Store) -> None:
    plant(store)
    eraser = eraser_of(store)
    traces = eraser.trace_person(EMAIL)

    first, second = (eraser.erase(traces, by="operator", now=LATER) for _ in range(2))

    assert (len(first.reviews), len(second.reviews)) == (2, 0)


def test_a_colleague_who_may_sign_in_is_refused_and_nothing_is_changed(store: Store) -> None:
    plant(store)
    employ(store, disabled_at=None)
    before = told(store)

    with pytest.raises(RefusedError, match="disable it first"):
        erased(store)

    assert told(store) == before


def test_a_colleague_who_was_disabled_leaves_an_account_without_a_name(store: Store) -> None:
    plant(store)
    employ(store, disabled_at=1)

    erased(store)

    assert told(store) == {}
    assert told(store, "a1@erased.invalid") == {"account": ["email"]}


def test_a_text_that_is_no_address_is_refused_without_being_repeated(store: Store) -> None:
    with pytest.raises(RefusedError) as refused:
        eraser_of(store).trace_person(CANARY)

    assert CANARY not in str(refused.value)


def test_every_table_that_names_a_review_is_erased_from() -> None:
    naming = {table.name for table in metadata.sorted_tables if "review_id" in table.c}

    assert naming == {table.name for table in (*OWNED, *NAMING)} | APPEND_ONLY | BY_TRIGGER


def test_an_error_of_the_database_repeats_nobody(store: Store) -> None:
    plant(store)

    with pytest.raises(StoreError) as refused, store.writing() as transaction:
        transaction.reviews.insert([transaction.reviews.find(REVIEW)])

    told_in_the_log = "".join(traceback.format_exception(refused.value))
    assert "INSERT INTO review" in told_in_the_log
    assert CANARY not in told_in_the_log


def test_a_withdrawn_review_can_be_erased_too(store: Store) -> None:
    plant(store)
    with store.writing() as transaction:
        Moderation(transaction=transaction, now=NOON).withdraw(REVIEW, by="author")

    erased(store)

    assert told(store) == {}


def make_id(external_id: str) -> ReviewId:
    return review_id(SHOP, external_id)


def employ(store: Store, disabled_at: int | None) -> None:
    details = json.dumps({"name": f"Owen {CANARY}", "locale": None})
    row = {"id": "a1", "email": EMAIL, "role": "viewer", "password": "x", "created_at": 0, "details": details}
    engine = create_engine(store.url)
    with engine.begin() as connection:
        connection.execute(insert(account), {**row, "disabled_at": disabled_at})
    engine.dispose()


def _key(name: str) -> SnippetKey:
    return SnippetKey(scope=Scope.SUBJECT, scope_id=KETTLE, name=name, locale=Locale("en"))


def _left() -> list[tuple[Work, str]]:
    page = page_key(Scope.SUBJECT, KETTLE)
    return [(Work.PUBLISH, page), (Work.MINE, KETTLE), (Work.PROFILE, KETTLE), (Work.SCRUB, DATABASE)]
