"""Tests of what readers report, over HTTP: decided about by whoever may, and never saying who sent it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from engine.domain import Flag, FlagReason, Locale, Permission, ReviewId
from engine.flagging import Notice, flag_review
from review_site.wiring import now
from tests.doors import Company, row
from tests.keyed import Program, problems_of, programs

NOTICE = Notice(
    reason=FlagReason.ABUSE,
    explanation="It calls me a thief.",
    locale=Locale("nl"),
    name="Ruth Reader",
    email="ruth@example.org",
)
UPHELD = {"state": "upheld", "reason": "abuse", "text": "It does call you that."}
DISMISSED = {"state": "dismissed", "text": "It speaks of a kettle."}


@pytest.fixture
def program(company: Company) -> Iterator[Program]:
    company.publish(row("1"))
    with programs(company) as found:
        yield found


@pytest.fixture
def flag(program: Program) -> Flag:
    [review] = (program.ask("GET", "/reviews").json or {})["items"]
    with program.instance.store.writing() as transaction:
        return flag_review(transaction, ReviewId(review["id"]), NOTICE, now())


def test_a_report_is_listed_and_looked_at_without_who_sent_it(program: Program, flag: Flag) -> None:
    listed = program.ask("GET", "/flags?state=open")
    alone = program.ask("GET", f"/flags/{flag.id}")

    assert (listed.json or {})["items"] == [alone.json]
    assert (alone.json or {})["explanation"] == NOTICE.explanation
    assert "ruth" not in (listed.text + alone.text).lower()
    assert (program.ask("GET", "/flags?state=upheld").json or {})["items"] == []


@pytest.mark.parametrize(("said", "state"), [(UPHELD, "rejected"), (DISMISSED, "approved")])
def test_an_answer_decides_about_the_review_and_is_written_down(
    program: Program, flag: Flag, said: dict[str, str], state: str
) -> None:
    answered = program.ask("POST", f"/flags/{flag.id}/answer", said)
    again = program.ask("POST", f"/flags/{flag.id}/answer", said)

    assert (answered.status_code, again.status_code) == (200, 422)
    assert ((answered.json or {})["state"], (answered.json or {})["answer"]) == (said["state"], said["text"])
    assert (program.ask("GET", f"/reviews/{flag.review_id}").json or {})["state"] == state
    with program.instance.store.reading() as transaction:
        [line] = [each for _, each in transaction.audit.since() if each.about == f"flag/{flag.id}"]
    assert (line.action, line.before, line.after["state"]) == ("flag.answer", {"state": "open"}, said["state"])
    assert line.by.startswith("key/")


@pytest.mark.parametrize(
    "said",
    [
        {"state": "upheld", "text": "No reason"},
        {"state": "dismissed", "reason": "spam", "text": "A reason"},
        {"state": "open", "text": "Nothing"},
        {"state": "upheld", "reason": "rating", "text": "Too low"},
        {"state": "dismissed"},
    ],
)
def test_an_answer_that_says_neither_or_both_is_refused(program: Program, flag: Flag, said: dict[str, str]) -> None:
    problems_of(program.ask("POST", f"/flags/{flag.id}/answer", said), 422)

    assert (program.ask("GET", f"/flags/{flag.id}").json or {})["state"] == "open"


def test_a_key_for_other_subjects_sees_and_answers_none(program: Program, flag: Flag) -> None:
    program.ask("PUT", "/subjects/mug", {"name": "Mug"})
    narrow = program.with_key(Permission.MODERATE, subjects=["mug"])

    assert (narrow.ask("GET", "/flags").json or {})["items"] == []
    assert narrow.ask("GET", f"/flags/{flag.id}").status_code == 403
    assert narrow.ask("POST", f"/flags/{flag.id}/answer", DISMISSED).status_code == 403
