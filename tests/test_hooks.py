"""Webhooks of sources: the door lets in what is signed, once; the worker takes it in; all else changes nothing."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from limits import RateLimitItemPerHour
from werkzeug.test import TestResponse

from engine.domain import ReviewId, SourceId, State, review_id
from engine.outbox import Work
from engine.signatures import standard_headers
from engine.store import Lease
from review_site import create_app
from review_site.hooks import LARGEST, MOST_PER_HOUR
from review_site.wiring import Instance, now
from tests.doors import BASE, SETTINGS, Company

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OTHER = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
SOURCES = """
[sources.push]
collector = "webhook"
webhook_secret_env = "PUSH_SECRET"
[sources.other]
collector = "webhook"
webhook_secret_env = "OTHER_SECRET"
[sources.shop]
collector = "judgeme"
shop = "larkfield.example"
token_env = "PUSH_SECRET"
[sources.plain]
collector = "kiyoh"
location = "1"
token_env = "PUSH_SECRET"
"""
REVIEW: Mapping[str, Any] = {
    "external_id": "r1",
    "subject": "kettle",
    "rating": 4,
    "body": "It pours well.",
    "author": "Owen B.",
    "email": "owen@mail.example",
    "verified": True,
    "tags": ["pour", "heat"],
    "reply": "Thank you.",
    "written_at": "2026-11-01",
}


@pytest.fixture
def pushed(company: Company, monkeypatch: pytest.MonkeyPatch) -> Company:
    """An instance with sources that are told of by webhook, and one that is not."""
    monkeypatch.setenv("PUSH_SECRET", SECRET)
    monkeypatch.setenv("OTHER_SECRET", OTHER)
    return company.configured(SETTINGS + SOURCES)


def send(
    company: Company,
    document: Any = REVIEW,
    *,
    source: str = "push",
    secret: str = SECRET,
    message: str = "m1",
    ago: timedelta = timedelta(0),
    changed: Mapping[str, str] | None = None,
    body: bytes | None = None,
) -> TestResponse:
    """Signs a document and sends it; ``changed`` headers and another ``body`` replace what was signed."""
    signed = json.dumps(document).encode()
    headers = {**standard_headers(secret, message, now() - ago, signed), **(changed or {})}
    with company.serving() as site:
        return site.client.post(f"/v1/hooks/{source}", data=body or signed, headers=headers, base_url=BASE)


def worked_off(instance: Instance) -> Iterator[Any]:
    while outcome := instance.outbox.work_off({Work.HOOK: instance.handlers[Work.HOOK]}):
        assert outcome.error is None, outcome.error
        yield outcome.result


def reports(company: Company) -> list[Any]:
    with company.instance() as instance:
        return list(worked_off(instance))


def count(company: Company) -> tuple[int, bool]:
    """How many reviews there are, and whether a webhook waits."""
    with company.instance() as instance, instance.store.reading() as transaction:
        waiting = [transaction.hooks.next(source) for source in instance.config.sources]
        return transaction.reviews.count(), any(waiting)


def test_what_is_signed_is_accepted_at_once_and_taken_in_by_the_worker(pushed: Company) -> None:
    answer = send(pushed)
    before = count(pushed)
    [report] = reports(pushed)

    assert (answer.status_code, answer.json) == (202, {"accepted": True, "problems": []})
    assert (before, count(pushed)) == ((0, True), (1, False))
    assert report.taken == 1
    with pushed.instance() as instance, instance.store.reading() as transaction:
        review = transaction.reviews.find(review_id(SourceId("push"), "r1")).review
    assert (review.body, review.author, review.state) == ("It pours well.", "Owen B.", State.PENDING)
    assert review.tags == ("pour", "heat")
    assert [each.body for each in review.replies] == ["Thank you."]


def test_the_same_message_again_is_accepted_and_changes_nothing(pushed: Company) -> None:
    send(pushed)
    reports(pushed)

    again = send(pushed)
    tried_again_later = send(pushed, ago=timedelta(seconds=-30))

    assert (again.status_code, again.json) == (202, {"accepted": False, "problems": []})
    assert tried_again_later.json == {"accepted": False, "problems": []}
    assert reports(pushed) == []


def test_messages_are_told_apart_by_their_ids_so_that_a_change_can_be_undone(pushed: Company) -> None:
    for number, rating in enumerate((4, 2, 4)):
        send(pushed, {**REVIEW, "rating": rating}, message=f"m{number}")

    [report] = reports(pushed)

    assert (report.taken, report.changed) == (1, 2)


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param({"changed": {"webhook-signature": ""}}, id="unsigned"),
        pytest.param({"changed": {"webhook-signature": "v1," + "A" * 44}}, id="forged"),
        pytest.param({"secret": OTHER}, id="signed with the secret of another source"),
        pytest.param({"body": json.dumps({**REVIEW, "rating": 5}).encode()}, id="changed after signing"),
        pytest.param({"ago": timedelta(minutes=6)}, id="replayed later"),
        pytest.param({"ago": timedelta(minutes=-6)}, id="of the future"),
        pytest.param({"changed": {"webhook-id": "m2"}}, id="with another id"),
        pytest.param({"source": "shop"}, id="to a source without a secret for webhooks"),
    ],
)
def test_nothing_else_is_let_in_and_all_of_it_is_answered_alike(
    pushed: Company, caplog: pytest.LogCaptureFixture, wrong: Mapping[str, Any]
) -> None:
    with caplog.at_level(logging.DEBUG):
        answer = send(pushed, **wrong)

    assert answer.status_code == 403
    assert answer.content_type == "application/problem+json"
    assert answer.json is not None
    assert answer.json["detail"].startswith("this is not signed as the source signs its webhooks")
    assert count(pushed) == (0, False)
    assert "was refused" in caplog.text
    for private in (SECRET, OTHER, SECRET[6:], REVIEW["body"], REVIEW["email"]):
        assert private not in caplog.text + answer.text


@pytest.mark.parametrize("source", ["plain", "nobody", "push%2F..", "%00"])
def test_there_is_no_door_for_a_source_that_does_not_tell_by_webhook(pushed: Company, source: str) -> None:
    answer = send(pushed, source=source)

    assert answer.status_code in (400, 404)
    assert count(pushed) == (0, False)


def test_only_a_post_brings_anything_and_nobody_learns_what_sources_there_are(pushed: Company) -> None:
    with pushed.serving() as site:
        asked = [
            site.ask(method, f"/v1/hooks/{source}").status_code
            for method in ("HEAD", "GET")
            for source in ("push", "nobody")
        ]

    assert asked == [200, 200, 405, 405]


def test_a_body_without_end_is_refused_before_it_is_read(pushed: Company) -> None:
    answer = send(pushed, body=b"x" * (LARGEST + 1))

    assert answer.status_code == 413
    assert count(pushed) == (0, False)


@pytest.mark.parametrize(
    ("document", "said"),
    [
        pytest.param([REVIEW], "not an object", id="a list"),
        pytest.param({"reviews": REVIEW}, "must be a list", id="no list"),
        pytest.param({"deleted": [{}]}, "deleted is an object", id="no id"),
    ],
)
def test_what_is_signed_and_no_webhook_of_ours_is_answered_with_the_reason(
    pushed: Company, document: Any, said: str
) -> None:
    answer = send(pushed, document)

    assert answer.status_code == 400
    assert said in answer.text
    assert count(pushed) == (0, False)


def test_a_malformed_review_is_told_to_its_sender_and_the_others_come_in(pushed: Company) -> None:
    bad = [{**REVIEW, "external_id": "r2", "boddy": "x"}, {"subject": "kettle"}, "words", {**REVIEW, "standing": "x"}]

    answer = send(pushed, {"reviews": [*bad, REVIEW]})
    [report] = reports(pushed)

    assert answer.status_code == 202
    assert answer.json is not None
    assert [(each["path"], each["message"]) for each in answer.json["problems"]] == [
        ("webhook m1, review 1", "there is no field 'boddy'; did you mean body?"),
        ("webhook m1, review 2", "external_id is missing"),
        ("webhook m1, review 3", "it is a text, not an object"),
        ("webhook m1, review 4", "standing is 'x'; it can be public, hidden, deleted"),
    ]
    assert (report.taken, report.refused) == (1, 4)


def test_what_is_gone_is_withdrawn(pushed: Company) -> None:
    send(pushed)
    send(pushed, {"deleted": ["r1"]}, message="m2")

    reports(pushed)

    with pushed.instance() as instance, instance.store.reading() as transaction:
        review = transaction.reviews.find(ReviewId(review_id(SourceId("push"), "r1"))).review
    assert review.state is State.WITHDRAWN


def test_one_that_comes_while_the_last_is_taken_in_is_not_forgotten(pushed: Company) -> None:
    send(pushed)
    with pushed.instance() as instance:

        def take_in_after_another_came(lease: Lease) -> object:
            send(pushed, {**REVIEW, "external_id": "r2"}, message="m2")
            return instance.sources.take_in_hooks(lease)

        first = instance.outbox.work_off_one(Work.HOOK, "push", take_in_after_another_came)
        [second] = worked_off(instance)

    assert first is not None
    assert first.lost
    assert second.seen == 0
    assert count(pushed) == (2, False)


def test_what_came_for_a_source_that_is_configured_no_longer_is_forgotten(pushed: Company) -> None:
    send(pushed)
    pushed.configured(SETTINGS)

    assert reports(pushed) == [None]
    assert count(pushed) == (0, False)


def test_an_address_that_sends_without_end_is_told_to_wait(pushed: Company) -> None:
    with pushed.instance() as instance:
        app = create_app(instance)
        client = app.test_client()
        before = client.post("/v1/hooks/push", data=b"{}")
        senders = app.extensions["plaudit-senders"].limiter
        senders.hit(RateLimitItemPerHour(MOST_PER_HOUR), "hooks", "127.0.0.1", cost=MOST_PER_HOUR - 1)
        after = client.post("/v1/hooks/push", data=b"{}")
        elsewhere = client.post("/v1/hooks/push", data=b"{}", environ_base={"REMOTE_ADDR": "192.0.2.7"})

    assert [each.status_code for each in (before, after, elsewhere)] == [403, 429, 403]
    assert int(after.headers["Retry-After"]) > 0


def known_ids(instance: Instance) -> int:
    with instance.store.reading() as transaction:
        return transaction.readings.known(SourceId("push"))


def test_what_came_by_webhook_is_known_until_it_is_told_to_be_gone(pushed: Company) -> None:
    send(pushed, {"reviews": [REVIEW, {**REVIEW, "external_id": "r2"}]})
    reports(pushed)
    with pushed.instance() as instance:
        before = known_ids(instance)
    send(pushed, {"deleted": ["r1"]}, message="m2")
    reports(pushed)

    with pushed.instance() as instance:
        assert (before, known_ids(instance)) == (2, 1)


def test_a_source_that_only_its_webhook_tells_of_is_not_called_empty(pushed: Company) -> None:
    send(pushed)
    reports(pushed)

    pushed.plaudit("collect", "push")

    told = pushed.plaudit("sources").stdout
    assert "it is only known what was sent" in told
    assert "tells of none" not in told


@pytest.mark.parametrize("secrets", [f"{OTHER} | {SECRET}", f"{SECRET} | {OTHER}"], ids=["new first", "old first"])
def test_old_and_new_secret_are_both_good_while_the_sender_changes(
    pushed: Company, monkeypatch: pytest.MonkeyPatch, secrets: str
) -> None:
    monkeypatch.setenv("PUSH_SECRET", secrets)

    answers = [send(pushed, secret=each, message=each).status_code for each in (SECRET, OTHER, OTHER[:-1] + "B")]

    assert answers == [202, 202, 403]


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_the_raw_body_is_what_counts_whatever_it_is_said_to_be(pushed: Company, media_type: str) -> None:
    assert send(pushed, changed={"Content-Type": media_type}).status_code == 202
    assert [each.taken for each in reports(pushed)] == [1]


def test_a_number_that_no_machine_holds_is_a_problem_and_no_end(pushed: Company) -> None:
    answer = send(pushed, {"reviews": [{**REVIEW, "rating": 10**400}, {**REVIEW, "helpful": 10**400}]})
    [report] = reports(pushed)

    assert answer.status_code == 202
    assert (report.refused, report.seen) == (1, 2)


def test_a_body_that_does_not_say_its_length_is_bounded_too(pushed: Company) -> None:
    with pushed.instance() as instance:
        answer = (
            create_app(instance)
            .test_client()
            .post(
                "/v1/hooks/push",
                input_stream=BytesIO(b"x" * (3 * LARGEST)),
                environ_overrides={"wsgi.input_terminated": True},
            )
        )

    assert answer.status_code == 413


def test_of_a_person_who_was_erased_nothing_is_kept_at_the_door(pushed: Company) -> None:
    send(pushed)
    reports(pushed)
    erased = pushed.plaudit("person", "erase", "owen@mail.example")

    answer = send(pushed, {**REVIEW, "external_id": "r2"}, message="m2")

    with pushed.instance() as instance, instance.store.reading() as transaction:
        [(_, _, waiting)] = transaction.persons.receipts()
    [report] = reports(pushed)
    assert (erased.exit_code, answer.status_code) == (0, 202)
    assert b"owen" not in waiting.lower()
    assert (report.taken, count(pushed)) == (0, (0, False))
