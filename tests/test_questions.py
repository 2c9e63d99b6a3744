"""Tests of taking in what customers ask, on both databases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from engine.domain import Record, Rights, SubjectId
from engine.errors import ForbiddenRightError
from engine.intake import Report
from engine.outbox import Work
from engine.questions import refuse_unless_askable, take_in_questions
from engine.rights import DISPLAY_ONLY, INTERNAL, OWN
from engine.store import Store
from tests.factories import NOON, fill, make_record, make_review, make_rules, make_source

KETTLE = SubjectId("kettle")
SHOP = make_source()


def question(key: str = "1", replies: Sequence[Mapping[str, str]] = (), **fields: str) -> Record:
    said = {"subject": "kettle", "question": "Does it get hot?", "language": "en"}
    return replace(make_record(key, replies=replies), fields=said | fields)


def ask(store: Store, *records: Record) -> Report:
    with store.writing() as transaction:
        return take_in_questions(transaction, SHOP, records, make_rules(), NOON)


@pytest.fixture
def shop(store: Store) -> Store:
    """A store in which the kettle is known."""
    fill(store, [make_review()], sources=[SHOP])
    return store


def titles(store: Store) -> list[str]:
    with store.reading() as transaction:
        return [each.question.title for each in transaction.faq.questions(KETTLE)]


def test_a_question_is_kept_with_what_its_source_says_of_it(shop: Store) -> None:
    report = ask(shop, question(asked_at="2026-09-30", author="Kit", replies=[{"body": "No.", "author": "Ada"}]))

    with shop.reading() as transaction:
        [asked] = transaction.faq.questions(KETTLE)
        assert transaction.marks.next_due([Work.MINE]) == NOON
    assert report.taken == 1
    assert (asked.subject_id, asked.source_id, asked.language) == (KETTLE, SHOP.id, "en")
    assert (asked.question.title, asked.question.author) == ("Does it get hot?", "Kit")
    assert asked.question.written_at is not None
    assert [(each.text, each.author) for each in asked.question.answers] == [("No.", "Ada")]


def test_the_same_question_twice_is_one_row(shop: Store) -> None:
    ask(shop, question())

    again = ask(shop, question(), question("2", question="Is it loud?"))
    changed = ask(shop, question(question="Does the handle get hot?"))

    assert (again.unchanged, again.taken, changed.changed) == (1, 1, 1)
    assert sorted(titles(shop)) == ["Does the handle get hot?", "Is it loud?"]


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        pytest.param("<b>Is it</b> loud?<script>alert(1)</script>", "Is it loud?", id="markup"),
        pytest.param("Is it loud", "Is it loud?", id="no question mark"),
        pytest.param("I wonder if it is loud!", "I wonder if it is loud?", id="another mark"),
        pytest.param("Is it loud? Mail kit@example.com", "Is it loud? Mail […]?", id="an e-mail address"),
        pytest.param("Is it\u200b\u202e loud?", "Is it loud?", id="invisible characters"),
    ],
)
def test_a_question_is_cleaned(shop: Store, written: str, kept: str) -> None:
    ask(shop, question(question=written))

    assert titles(shop) == [kept]


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        pytest.param(question(subject="toaster"), "there is no subject 'toaster'", id="an unknown subject"),
        pytest.param(question(question=" <p></p> "), "is missing", id="no question"),
        pytest.param(question(question="Buy at https://spam.example?"), "looks like spam: link", id="spam"),
        pytest.param(question(question="a" * 200 + "?"), "100 are allowed", id="too long"),
        pytest.param(question(language=""), "cannot be told", id="no language"),
        pytest.param(question(asked_at="the day before"), "asked_at", id="no date"),
        pytest.param(replace(question(), external_id="\ud800"), "cannot be kept", id="an id that cannot be kept"),
    ],
)
def test_refuses(shop: Store, wrong: Record, told: str) -> None:
    report = ask(shop, wrong)

    assert report.refused == 1
    assert any(told in f"{each.path} {each.message}" for each in report.problems)
    assert titles(shop) == []


@pytest.mark.parametrize("rights", [DISPLAY_ONLY, INTERNAL], ids=["display-only", "internal"])
def test_a_source_whose_words_may_not_stand_alone_cannot_ask(rights: Rights) -> None:
    with pytest.raises(ForbiddenRightError, match="shop"):
        refuse_unless_askable(make_source("shop", rights))

    refuse_unless_askable(make_source("shop", OWN))
