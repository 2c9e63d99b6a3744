"""The owner's answers: on the page at once, at the source once, and never twice under a review."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from engine.answers import together
from engine.domain import OwnReply, Reply, ReviewId, Scope, SourceId, review_id
from engine.outbox import Work, page_key
from engine.replying import LONGEST, MOST_ATTEMPTS
from review_site.wiring import now
from tests.doors import SETTINGS, Company, row, text_of
from tests.factories import NOON
from tests.servers import Heard, LoopbackServer, loopback
from tests.servers import Reply as Answered

SOURCES = """
[http]
allow = ["127.0.0.1/32"]
[sources.shop]
collector = "judgeme"
shop = "larkfield.example"
token_env = "SHOP_TOKEN"
base_url = "{url}"
"""
TOKEN = "shop-token-5f2a"
REVIEW = review_id(SourceId("shop"), "90210017")
ELSEWHERE = review_id(SourceId("file"), "1")
THANKS = "Thank you, Owen. The lid was mended in June."


@contextmanager
def answering(company: Company, *answers: Answered) -> Iterator[LoopbackServer]:
    """An instance with a review of a shop that answers one after the other, and one of a file."""
    left = list(answers)

    def answered(_heard: Heard) -> Answered:
        return left.pop(0) if len(left) > 1 else left[0]

    with loopback(answered) as server:
        company.configured(SETTINGS + SOURCES.format(url=server.url))
        for source, profile, external_id in (("shop", "judgeme", "90210017"), ("file", "own", "1")):
            path = company.reviews([row(external_id)])
            assert company.plaudit("import", path, "--source", source, "--rights", profile).exit_code == 0
            company.plaudit("approve", "--source", source, "--all")
        company.plaudit("publish")
        yield server


@pytest.fixture(autouse=True)
def _token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_TOKEN", TOKEN)


def page(company: Company) -> str:
    with company.serving() as site:
        return text_of(site.get("/reviews/kettle").text)


def wait_is_over(company: Company, attempts: int = 0) -> None:
    """Lets the worker try what waits, as it would after the pause."""
    with company.instance() as instance:
        for _ in range(attempts):
            with instance.store.writing() as transaction:
                lease = transaction.marks.lease_this(Work.REPLY, REVIEW, "test", now=now(), until=now())
                assert lease is not None
                transaction.marks.release(lease, due_at=now())
        instance.outbox.work_off_one(Work.REPLY, REVIEW, instance.handlers[Work.REPLY])


def test_an_answer_is_on_the_page_and_at_its_source(company: Company) -> None:
    with answering(company, Answered(body=b"{}")) as server:
        done = company.plaudit("reply", REVIEW, THANKS)
        listed = company.plaudit("replies")

    [heard] = server.heard
    assert done.exit_code == 0, done.output
    assert f"{REVIEW}: sent " in done.stdout
    assert json.loads(heard.body)["reply"] == {"content": THANKS}
    assert heard.headers["X-Api-Token"] == TOKEN
    assert THANKS in page(company)
    assert THANKS in listed.stdout
    assert "sent " in listed.stdout


def test_an_answer_to_a_source_that_takes_none_stays_on_the_page(company: Company, tmp_path: Path) -> None:
    path = tmp_path / "answer.txt"
    path.write_text("﻿Thank you.\n\nUntil next time.\n", encoding="utf-8")
    with answering(company, Answered(body=b"{}")) as server:
        done = company.plaudit("reply", ELSEWHERE, "--file", path)

    assert done.stdout == f"{ELSEWHERE}: shown here; its source takes no answers\n"
    assert server.heard == []
    assert "Thank you. Until next time." in page(company)


def test_another_answer_replaces_the_first_here_and_there(company: Company) -> None:
    with answering(company, Answered(body=b"{}")) as server:
        company.plaudit("reply", REVIEW, "First.")
        company.plaudit("reply", REVIEW, "Second.")

    assert [json.loads(each.body)["reply"]["content"] for each in server.heard] == ["First.", "Second."]
    assert "First." not in page(company)
    assert "Second." in page(company)


def test_what_the_source_refuses_is_kept_and_not_tried_again(company: Company) -> None:
    with answering(company, Answered(status=403)) as server:
        done = company.plaudit("reply", REVIEW, THANKS)
        wait_is_over(company)
        listed = json.loads(company.plaudit("replies", "--format", "json").stdout)

    assert done.exit_code == 1
    assert "not sent: " in done.stdout
    assert "answered 403" in done.stdout
    assert len(server.heard) == 1
    assert listed[0]["sent_at"] is None
    assert "answered 403" in listed[0]["problem"]
    assert TOKEN not in done.output + json.dumps(listed)


def test_a_busy_source_is_asked_again_no_sooner_than_it_said(company: Company) -> None:
    with answering(company, Answered(status=429, headers={"Retry-After": "7200"}), Answered(body=b"{}")) as server:
        done = company.plaudit("reply", REVIEW, THANKS)
        with company.instance() as instance, instance.store.reading() as transaction:
            mark = transaction.marks.find(Work.REPLY, REVIEW)
        wait_is_over(company)
        listed = company.plaudit("replies")

    assert "not yet: " in done.stdout
    assert mark is not None
    assert mark.due_at > now() + timedelta(minutes=110)
    assert len(server.heard) == 2
    assert "sent " in listed.stdout
    assert "not sent" not in listed.stdout


def test_a_source_that_stays_busy_is_given_up_on(company: Company) -> None:
    with answering(company, Answered(status=429, headers={"Retry-After": "1"})):
        company.plaudit("reply", REVIEW, THANKS)
        wait_is_over(company, attempts=MOST_ATTEMPTS)

    with company.instance() as instance, instance.store.reading() as transaction:
        kept, mark = transaction.replies.find(REVIEW), transaction.marks.find(Work.REPLY, REVIEW)
    assert kept is not None
    assert kept.problem is not None
    assert "given up after" in kept.problem
    assert mark is None


def test_an_answer_to_what_was_taken_back_is_refused_and_one_that_waits_is_not_sent(company: Company) -> None:
    with answering(company, Answered(status=429, headers={"Retry-After": "60"})) as server:
        company.plaudit("reply", REVIEW, THANKS)
        company.plaudit("withdraw", REVIEW)
        wait_is_over(company)
        again = company.plaudit("reply", REVIEW, THANKS)
        listed = company.plaudit("replies")

    assert len(server.heard) == 1
    assert "the review is gone" in listed.stdout
    assert again.exit_code == 2
    assert "was taken back; there is nothing to answer" in again.stderr
    assert THANKS not in page(company)


def test_an_answer_is_taken_back_by_the_same_verb(company: Company) -> None:
    with answering(company, Answered(body=b"{}")):
        company.plaudit("reply", REVIEW, THANKS)
        company.plaudit("reply", ELSEWHERE, THANKS)

        there = company.plaudit("reply", REVIEW, "--withdraw")
        here = company.plaudit("reply", ELSEWHERE, "--withdraw")
        again = company.plaudit("reply", ELSEWHERE, "--withdraw")

    assert (there.exit_code, here.exit_code, again.exit_code) == (1, 0, 2)
    assert "taken back here; not there: its source drops no answers" in there.stdout
    assert here.stdout == f"{ELSEWHERE}: taken back\n"
    assert "has no answer that was written here" in again.stderr
    assert THANKS not in page(company)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((REVIEW, ""), "an answer has 1 to 4,000 characters"),
        ((REVIEW, "x" * (LONGEST + 1)), "this one has 4,001"),
        (("r-nobody", "Thanks"), "there is no review 'r-nobody'"),
        ((REVIEW,), "give the answer as TEXT, or in a --file"),
        ((REVIEW, "Thanks", "--file", "x.txt"), "give the answer as TEXT, or in a --file"),
    ],
)
def test_what_is_no_answer_is_refused(company: Company, words: tuple[str, ...], said: str) -> None:
    with answering(company, Answered(body=b"{}")) as server:
        done = company.plaudit("reply", *words)

    assert done.exit_code == 2
    assert said in done.stderr
    assert server.heard == []


def test_an_answer_makes_the_snippets_of_its_subject_anew(company: Company) -> None:
    with answering(company, Answered(body=b"{}")), company.instance() as instance:
        key = page_key(Scope.SUBJECT, "kettle")
        with instance.store.reading() as transaction:
            before = {each.etag for each in transaction.snippets.listed(Scope.SUBJECT, "kettle")}
        company.plaudit("reply", REVIEW, THANKS)
        with instance.store.reading() as transaction:
            after = {each.etag for each in transaction.snippets.listed(Scope.SUBJECT, "kettle")}
            assert transaction.marks.find(Work.PUBLISH, key) is None

    assert before != after


OURS = OwnReply(review_id=ReviewId("r1"), body="Thank you, Owen!", by="operator", at=NOON, sent_at=NOON)


@pytest.mark.parametrize(
    ("theirs", "shown"),
    [
        pytest.param([], ["Thank you, Owen!"], id="its source tells none"),
        pytest.param([Reply(body="thank  you owen")], ["thank  you owen"], id="its source tells the same words"),
        pytest.param(
            [Reply(body="Thank you…", written_at=NOON + timedelta(hours=1))], ["Thank you…"], id="shortened since"
        ),
        pytest.param(
            [Reply(body="Sorry.", written_at=NOON - timedelta(days=9))],
            ["Sorry.", "Thank you, Owen!"],
            id="an older one",
        ),
        pytest.param([Reply(body="Sorry.")], ["Sorry.", "Thank you, Owen!"], id="another of no date"),
    ],
)
def test_an_answer_that_comes_back_from_its_source_is_shown_once(theirs: list[Reply], shown: list[str]) -> None:
    assert [each.body for each in together(theirs, OURS)] == shown


def test_contact_data_in_an_answer_is_not_shown() -> None:
    ours = OwnReply(review_id=ReviewId("r1"), body="Write to help@mail.example.", by="operator", at=NOON)

    assert [each.body for each in together([], ours)] == ["Write to […]."]
