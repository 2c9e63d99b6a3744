"""Tests of requests that are sent again: done once, answered alike, and never mistaken for another's."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from engine.domain import Permission
from engine.store import Answer, Store
from review_site.wiring import now
from tests.doors import Company
from tests.factories import NOON
from tests.keyed import Program, problems_of, programs

SAID = {"subject": "kettle", "body": "It pours well.", "consent": {"uses": ["display"], "wording": "I agree"}}
LATER = NOON + timedelta(seconds=1)


@pytest.fixture
def program(company: Company) -> Iterator[Program]:
    with programs(company) as found:
        yield found


def count(program: Program) -> int:
    with program.instance.store.reading() as transaction:
        return transaction.reviews.count()


def test_the_same_request_is_done_once_and_answered_alike(program: Program) -> None:
    first = program.ask("POST", "/reviews", SAID, Idempotency_Key="sheet-1")
    again = program.ask("POST", "/reviews", SAID, Idempotency_Key="sheet-1")

    assert (first.status_code, "Idempotent-Replayed" in first.headers) == (201, False)
    assert (again.status_code, again.headers["Idempotent-Replayed"]) == (201, "true")
    assert (again.data, again.headers["Location"]) == (first.data, first.headers["Location"])
    assert count(program) == 1


def test_without_a_key_every_request_is_another_one(program: Program) -> None:
    program.ask("POST", "/reviews", SAID)
    program.ask("POST", "/reviews", SAID)

    assert count(program) == 2


@pytest.mark.parametrize(("path", "said"), [("/reviews", SAID | {"body": "Other words."}), ("/reviews/bulk", [SAID])])
def test_a_key_is_for_one_request_only(program: Program, path: str, said: Any) -> None:
    program.ask("POST", "/reviews", SAID, Idempotency_Key="sheet-1")

    assert problems_of(program.ask("POST", path, said, Idempotency_Key="sheet-1"), 422) == []
    assert count(program) == 1


def test_two_senders_may_use_the_same_key(program: Program) -> None:
    other = program.with_key(Permission.WRITE_REVIEWS)

    answers = [each.ask("POST", "/reviews", SAID, Idempotency_Key="1") for each in (program, other)]

    assert [each.status_code for each in answers] == [201, 201]
    assert count(program) == 2


def test_what_was_refused_may_be_tried_again_under_its_key(program: Program) -> None:
    refused = program.ask("POST", "/reviews", SAID | {"written_at": "soon"}, Idempotency_Key="sheet-1")

    again = program.ask("POST", "/reviews", SAID | {"written_at": "2026-09-30"}, Idempotency_Key="sheet-1")

    assert (refused.status_code, again.status_code) == (422, 201)


@pytest.mark.parametrize("key", ["", " ", "a b", "ü", "x" * 256])
def test_a_key_that_is_none_is_refused(program: Program, key: str) -> None:
    assert program.ask("POST", "/reviews", SAID, Idempotency_Key=key).status_code == 400


def test_a_request_whose_first_is_still_in_hand_is_told_to_wait(program: Program) -> None:
    program.ask("POST", "/reviews", SAID, Idempotency_Key="sheet-1")
    with program.instance.store.writing() as transaction:
        unanswered(transaction, now())

    answer = program.ask("POST", "/reviews", SAID, Idempotency_Key="sheet-1")

    assert answer.status_code == 409


def test_what_was_killed_in_the_middle_is_done_anew_and_not_twice(program: Program) -> None:
    program.ask("POST", "/reviews", SAID, Idempotency_Key="sheet-1")
    with program.instance.store.writing() as transaction:
        unanswered(transaction, now() - timedelta(minutes=6))

    answer = program.ask("POST", "/reviews", SAID, Idempotency_Key="sheet-1")

    assert (answer.status_code, answer.json and answer.json["fate"]) == (200, "unchanged")
    assert count(program) == 1


def unanswered(transaction: Any, at: Any) -> None:
    """As a process leaves it that is killed before it answers."""
    table = "UPDATE answered_request SET status = NULL, at = :at"
    micros = int(at.timestamp() * 1_000_000)
    transaction._connection.exec_driver_sql(table.replace(":at", str(micros)))


def test_answers_are_kept_found_and_forgotten(store: Store) -> None:
    answer = Answer(status=201, media_type="application/json", body='{"a": "ü"}', location="/v1/reviews/r1")
    with store.writing() as transaction:
        begun = transaction.answered.begin("key/a", "1", "digest", NOON)
        unfinished = transaction.answered.begin("key/a", "1", "digest", LATER)
        transaction.answered.finish("key/a", "1", answer)
        finished = transaction.answered.begin("key/a", "1", "digest", LATER)
        forgotten = transaction.answered.forget_before(LATER)
        anew = transaction.answered.begin("key/a", "1", "digest", LATER)

    assert (begun, anew, forgotten) == (None, None, 1)
    assert unfinished
    assert (unfinished.answer, unfinished.at) == (None, NOON)
    assert finished
    assert finished.answer == answer


def test_only_one_takes_over_what_was_never_answered(store: Store) -> None:
    with store.writing() as transaction:
        transaction.answered.begin("key/a", "1", "digest", NOON)
        found = transaction.answered.begin("key/a", "1", "digest", LATER)
        assert found

        taken = [transaction.answered.take_over("key/a", "1", found, LATER) for _ in range(2)]

    assert taken == [True, False]
