"""Webhooks of Judge.me and Okendo are read only when they are signed, and replies reach Judge.me once."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from collectors import judgeme, okendo
from engine.errors import BadValueError, RetryLaterError, SignatureError, SourceRefusedError
from engine.http import GuardedSession
from engine.plugins import ReceivesHooks, TakesReplies
from engine.signatures import standard_headers
from engine.testing.collectors import LOOPBACK
from tests.factories import NOON
from tests.shop_sources import KEY, SAMPLES, SHOPS, sample
from tests.source_server import Asked, Fault, Faults, Reply, as_json, serving
from tests.told import told

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OTHER = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
GIVEN = {"webhook_secret": SECRET, "shop": "larkfield.myshopify.com"}


def body_of(document: Any) -> bytes:
    return json.dumps(document).encode()


def signed(body: bytes, secret: str = SECRET) -> Mapping[str, str]:
    return {"judgeme-hmac-sha256": hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}


def expected(kind: str) -> Any:
    return json.loads((SAMPLES / kind / "webhook.expected.json").read_text())


def test_judgemes_webhook_says_what_a_person_read_in_the_sample() -> None:
    body = body_of(sample("judgeme", "webhook.json"))

    batch = judgeme.KIND.receive(GIVEN, signed(body), body, NOON)

    assert told(judgeme.KIND, [batch]) == expected("judgeme")
    assert (batch.cursor, batch.resume) == (None, None)


def test_okendos_webhook_says_what_a_person_read_in_the_sample() -> None:
    body = body_of(sample("okendo", "webhook.json"))

    batch = okendo.KIND.receive(GIVEN, standard_headers(SECRET, "m1", NOON, body), body, NOON)

    assert told(okendo.KIND, [batch]) == expected("okendo")
    assert batch.records[0].place == "okendo webhook 01J9Z7EXAMPLE, review 1"


def test_okendo_tells_of_what_was_deleted_and_of_what_is_no_review() -> None:
    def received(**changes: Any) -> Any:
        body = body_of({**sample("okendo", "webhook.json"), **changes})
        return okendo.KIND.receive(GIVEN, standard_headers(SECRET, "m1", NOON, body), body, NOON)

    gone = received(topic="review.delete", resource={"reviewId": "2f1f7a54"})
    other = received(resourceType="loyalty_customer", resource={"customerId": "1"})
    odd = received(resource=None)

    assert (gone.deleted, gone.records) == (("2f1f7a54",), ())
    assert (other.deleted, other.records, other.problems) == ((), (), ())
    assert [each.message for each in odd.problems] == ["it is nothing, not an object"]


def test_a_topic_of_judgeme_that_is_no_review_brings_none() -> None:
    body = body_of({"widget": {"id": 1}, "shop_domain": "larkfield.myshopify.com"})

    batch = judgeme.KIND.receive(GIVEN, signed(body), body, NOON)

    assert (batch.records, batch.problems) == ((), ())


@pytest.mark.parametrize("secret", ["", " "])
def test_without_a_secret_a_webhook_is_closed(secret: str) -> None:
    body = body_of(sample("judgeme", "webhook.json"))

    for kind, headers in ((judgeme.KIND, signed(body, secret)), (okendo.KIND, {})):
        with pytest.raises(SignatureError, match="no secret is set"):
            kind.receive({"webhook_secret": secret}, headers, body, NOON)
        with pytest.raises(SignatureError, match="no secret is set"):
            kind.receive({}, headers, body, NOON)


@pytest.mark.parametrize("headers", [{}, {"judgeme-hmac-sha256": ""}, {"judgeme-hmac-sha256": "0" * 64}])
def test_judgemes_webhook_is_refused_when_it_is_unsigned_or_forged(headers: Mapping[str, str]) -> None:
    body = body_of(sample("judgeme", "webhook.json"))

    for changed in (headers, signed(body + b" "), signed(body, OTHER)):
        with pytest.raises(SignatureError):
            judgeme.KIND.receive(GIVEN, changed, body, NOON)


def test_okendos_webhook_is_refused_when_it_is_unsigned_forged_or_old() -> None:
    body = body_of(sample("okendo", "webhook.json"))
    old = standard_headers(SECRET, "m1", NOON - timedelta(hours=1), body)

    for headers in ({}, old, standard_headers(OTHER, "m1", NOON, body), standard_headers(SECRET, "m1", NOON, b"{}")):
        with pytest.raises(SignatureError):
            okendo.KIND.receive(GIVEN, headers, body, NOON)


def test_a_signed_webhook_that_is_no_json_is_refused_in_words() -> None:
    with pytest.raises(BadValueError, match="the webhook holds no JSON"):
        judgeme.KIND.receive(GIVEN, signed(b"{"), b"{", NOON)


def test_both_are_known_as_what_they_are() -> None:
    assert isinstance(judgeme.KIND, ReceivesHooks)
    assert isinstance(okendo.KIND, ReceivesHooks)
    assert isinstance(judgeme.KIND, TakesReplies)


def test_a_reply_is_put_under_its_review_without_an_e_mail_to_its_author() -> None:
    with serving(SHOPS["judgeme"].pages([], 1)) as source, GuardedSession(LOOPBACK) as http:
        judgeme.KIND.reply(SHOPS["judgeme"].given(source.url), http, "90210017", "Thank you!")

        [asked] = source.asked

    assert (asked.method, asked.path, dict(asked.query)) == (
        "POST",
        "/replies",
        {"shop_domain": "larkfield.myshopify.com"},
    )
    assert json.loads(asked.body) == {
        "review_id": 90210017,
        "send_reply_email": False,
        "reply": {"content": "Thank you!"},
    }
    assert asked.headers["x-api-token"] == KEY


def test_a_reply_can_be_sent_to_its_author_as_well() -> None:
    with serving(SHOPS["judgeme"].pages([], 1)) as source, GuardedSession(LOOPBACK) as http:
        judgeme.KIND.reply({**SHOPS["judgeme"].given(source.url), "email_replies": "yes"}, http, "1", "Thank you!")

        assert json.loads(source.asked[0].body)["send_reply_email"] is True


@pytest.mark.parametrize("fault", [Fault.BROKEN, Fault.DROPPED])
def test_a_reply_that_may_have_arrived_is_not_sent_again_by_itself(fault: Fault) -> None:
    faults = Faults(script={0: fault})
    with serving(SHOPS["judgeme"].pages([], 1), faults) as source, GuardedSession(LOOPBACK) as http:
        with pytest.raises(SourceRefusedError, match=r"look for it in Judge\.me before it is sent again"):
            judgeme.KIND.reply(SHOPS["judgeme"].given(source.url), http, "1", "Thank you!")

        assert source.calls == 1


def test_a_reply_that_judgeme_has_no_time_for_may_be_sent_later() -> None:
    faults = Faults(script={0: Fault.BUSY}, retry_after=9)
    with (
        serving(SHOPS["judgeme"].pages([], 1), faults) as source,
        GuardedSession(LOOPBACK) as http,
        pytest.raises(RetryLaterError) as caught,
    ):
        judgeme.KIND.reply(SHOPS["judgeme"].given(source.url), http, "1", "Thank you!")

    assert caught.value.retry_after == 9


def test_a_reply_that_judgeme_refuses_is_refused_without_the_token() -> None:
    def refusing(asked: Asked) -> Reply:
        return as_json({"error": f"unknown review for {KEY}"}, status=422)

    with serving(refusing) as source, GuardedSession(LOOPBACK) as http, pytest.raises(SourceRefusedError) as caught:
        judgeme.KIND.reply(SHOPS["judgeme"].given(source.url), http, "1", "Thank you!")

    assert KEY not in str(caught.value)
