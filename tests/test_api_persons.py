"""Tests of persons over HTTP: what is kept of one is given out or erased, answers kept to be repeated included."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterator

import pytest

from engine.domain import Change, Permission, review_id
from tests.doors import Company, row
from tests.factories import make_intake, make_record, take_in
from tests.keyed import Program, problems_of, programs
from tests.test_api_reviews import SAID

EMAIL = "owen@larkfield.example"


@pytest.fixture
def program(company: Company) -> Iterator[Program]:
    with programs(company) as found:
        yield found


def hand_in(program: Program) -> str:
    answer = program.ask("POST", "/reviews", SAID, Idempotency_Key="handed-in")
    assert answer.status_code == 201, answer.text
    return str((answer.json or {})["id"])


def changes(program: Program, action: str) -> list[Change]:
    with program.instance.store.reading() as transaction:
        return [each for _, each in transaction.audit.since() if each.action == action]


@pytest.mark.parametrize("by_address", [True, False])
def test_all_that_is_kept_of_a_person_is_given_out_and_that_is_written_down(program: Program, by_address: bool) -> None:
    which = hand_in(program)

    answer = program.ask("POST", "/persons/export", {"email": EMAIL} if by_address else {"reviews": [which]})

    said = answer.json or {}
    assert [each["id"] for each in said["reviews"]] == [which]
    assert EMAIL in answer.text.lower()
    assert all(b64decode(each) for each in said["files"].values())
    assert answer.headers["Cache-Control"] == "no-store"
    [line] = changes(program, "person.export")
    assert line.by.startswith("key/")
    assert EMAIL not in str(line).lower()


def test_half_a_character_that_a_source_sent_is_given_out_escaped(program: Program) -> None:
    take_in(program.instance.store, make_record("1", payload='{"text": "half \\ud800"}'))
    which = review_id(make_intake().source.id, "1")

    answer = program.ask("POST", "/persons/export", {"reviews": [which]})

    assert answer.status_code == 200
    assert "half \\ud800" in answer.text


def test_a_person_is_erased_with_the_answers_that_were_kept_to_be_repeated(program: Program) -> None:
    which = hand_in(program)
    with program.instance.store.reading() as transaction:
        assert len(list(transaction.persons.requests())) == 1

    erased = program.ask("POST", "/persons/erase", {"email": EMAIL.upper()})

    assert (erased.json or {})["reviews"] == [which]
    assert program.ask("GET", f"/reviews/{which}").status_code == 404
    with program.instance.store.reading() as transaction:
        assert list(transaction.persons.requests()) == []
    assert [each.about for each in changes(program, "review.erase")] == [f"review/{which}"]
    assert all(each.by.startswith("key/") for each in changes(program, "person.erase"))
    assert program.ask("POST", "/reviews", SAID).status_code == 422


def test_erasing_is_kept_under_no_key(program: Program) -> None:
    program.ask("POST", "/persons/erase", {"email": EMAIL}, Idempotency_Key="once")

    with program.instance.store.reading() as transaction:
        assert list(transaction.persons.requests()) == []


def test_a_review_is_erased_from_its_page_and_does_not_come_back(company: Company) -> None:
    company.publish(row("1", body="A sentence that nobody else says."))
    with programs(company) as program:
        [review] = (program.ask("GET", "/reviews").json or {})["items"]

        erased = program.ask("DELETE", f"/reviews/{review['id']}")
        again = program.ask("DELETE", f"/reviews/{review['id']}")

        page = program.ask("GET", "/subjects/kettle/snippets/list")
    assert (erased.status_code, erased.json) == (200, {"reviews": [review["id"]], "others": 0})
    assert again.status_code == 404
    assert "nobody else says" not in page.text


@pytest.mark.parametrize(
    "said", [{}, {"email": EMAIL, "reviews": ["r00000000000000000000"]}, {"reviews": []}, {"email": "no address"}]
)
def test_whoever_names_nobody_or_two_is_refused(program: Program, said: dict[str, object]) -> None:
    for verb in ("export", "erase"):
        problems_of(program.ask("POST", f"/persons/{verb}", said), 422)


def test_a_key_for_some_subjects_reaches_no_person_and_no_copy_elsewhere(program: Program) -> None:
    which = hand_in(program)
    words = " ".join(f"word{number}" for number in range(30))
    program.ask("POST", "/reviews", SAID | {"external_id": "a", "subject": "mug", "body": words})
    copied = program.ask("POST", "/reviews", SAID | {"external_id": "b", "body": words}).json or {}
    narrow = program.with_key(Permission.ERASE, subjects=["kettle"])

    persons = [narrow.ask("POST", f"/persons/{verb}", {"reviews": [which]}) for verb in ("export", "erase")]
    copies = narrow.ask("DELETE", f"/reviews/{copied['id']}")
    alone = narrow.ask("DELETE", f"/reviews/{which}")

    assert {each.status_code for each in (*persons, copies)} == {403}
    assert program.ask("GET", f"/reviews/{copied['id']}").status_code == 200
    assert alone.status_code == 200
