"""Tests of collections over HTTP: made, filled and taken away by writers, whole or not at all, and written down."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from engine.domain import Permission
from tests.doors import Company, row
from tests.keyed import Program, problems_of, programs

PATH = "/collections/best"


@pytest.fixture
def program(company: Company) -> Iterator[Program]:
    company.publish(row("1"), row("2", body="The lid rattles."))
    with programs(company) as found:
        yield found


def shown(program: Program) -> list[str]:
    return [each["id"] for each in (program.ask("GET", "/reviews").json or {})["items"]]


def actions(program: Program) -> list[tuple[str, dict[str, Any], dict[str, Any]]]:
    with program.instance.store.reading() as transaction:
        lines = [each for _, each in transaction.audit.since() if each.about == "collection/best"]
    assert {each.by.partition("/")[0] for each in lines} == {"key"}
    return [(each.action, dict(each.before), dict(each.after)) for each in lines]


def test_a_collection_is_made_filled_emptied_and_taken_away_and_each_step_is_written_down(program: Program) -> None:
    first, second = shown(program)

    made = program.ask("POST", "/collections", {"id": "best", "name": "The best", "reviews": [first]})
    filled = program.ask("POST", f"{PATH}/reviews", {"reviews": [second], "before": first})
    named = program.ask("PATCH", PATH, {"name": "The very best"})
    taken = program.ask("DELETE", f"{PATH}/reviews/{first}")
    gone = program.ask("DELETE", PATH)

    assert (made.status_code, made.headers["Location"].endswith("/v1/collections/best")) == (201, True)
    assert [(each.json or {})["reviews_shown"] for each in (made, filled)] == [1, 2]
    assert (named.json or {})["name"] == "The very best"
    assert (taken.status_code, gone.status_code, program.ask("GET", PATH).status_code) == (204, 204, 404)
    assert actions(program) == [
        ("collection.create", {}, {"name": "The best", "reviews": 1}),
        ("collection.change", {"name": "The best", "reviews": 1}, {"name": "The best", "reviews": 2}),
        ("collection.change", {"name": "The best", "reviews": 2}, {"name": "The very best", "reviews": 2}),
        ("collection.change", {"name": "The very best", "reviews": 2}, {"name": "The very best", "reviews": 1}),
        ("collection.delete", {"name": "The very best", "reviews": 1}, {}),
    ]


@pytest.mark.parametrize(
    "said",
    [
        {"id": "Best", "name": "Capitals"},
        {"id": "best", "name": " "},
        {"id": "best", "name": "Unknown", "reviews": ["r00000000000000000000"]},
        {"id": "best", "name": "Mine", "by": "operator"},
    ],
)
def test_a_collection_that_cannot_be_is_not_made(program: Program, said: dict[str, Any]) -> None:
    problems_of(program.ask("POST", "/collections", said), 422)

    assert (program.ask("GET", "/collections").json or {})["items"] == []


def test_what_cannot_all_be_put_in_is_not_put_in_at_all(program: Program) -> None:
    program.ask("POST", "/collections", {"id": "best", "name": "The best"})

    answer = program.ask("POST", f"{PATH}/reviews", {"reviews": [shown(program)[0], "r00000000000000000000"]})

    assert answer.status_code == 422
    assert (program.ask("GET", PATH).json or {})["reviews_shown"] == 0


def test_a_key_for_some_subjects_changes_nothing_that_is_about_the_whole_shop(program: Program) -> None:
    program.ask("POST", "/collections", {"id": "best", "name": "The best"})
    narrow = program.with_key(Permission.WRITE_COLLECTIONS, subjects=["kettle"])

    answers = [
        narrow.ask("POST", "/collections", {"id": "other", "name": "Other"}),
        narrow.ask("PATCH", PATH, {"name": "Mine"}),
        narrow.ask("POST", f"{PATH}/reviews", {"reviews": shown(program)}),
        narrow.ask("DELETE", f"{PATH}/reviews/{shown(program)[0]}"),
        narrow.ask("DELETE", PATH),
        narrow.ask("PATCH", "/topics/tag-x", {"name": "Mine"}),
    ]

    assert {each.status_code for each in answers} == {403}
