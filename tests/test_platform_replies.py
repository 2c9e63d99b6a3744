"""The owner's answers are written back as each platform documents it, and saying them again changes nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from collectors import app_store_connect, google_business_profile, google_play, trustpilot_product
from engine.errors import BadValueError, RefusedError, RetryLaterError, SourceRefusedError
from engine.http import GuardedSession
from engine.plugins import TakesReplies, load_kinds
from engine.testing.collectors import LOOPBACK
from tests.factories import NOON
from tests.platform_plays import LOCATION, TOKEN
from tests.platform_sources import PLATFORMS
from tests.source_server import Asked, Reply, as_json, serving

THANKS = "Thank you, Marta!"


@dataclass(frozen=True, kw_only=True)
class Written:
    """What a platform is to be asked for an answer."""

    method: str
    path: str
    body: Mapping[str, Any]


WRITTEN: Mapping[str, Written] = {
    "google_business_profile": Written(method="PUT", path=f"{LOCATION}/r1/reply", body={"comment": THANKS}),
    "trustpilot_service": Written(
        method="POST",
        path="/v1/private/reviews/r1/reply",
        body={"authorBusinessUserId": "user-9", "message": THANKS},
    ),
    "kiyoh": Written(
        method="PUT",
        path="/v1/publication/review/response",
        body={
            "locationId": "1046100",
            "tenantId": "98",
            "reviewId": "r1",
            "response": THANKS,
            "reviewResponseType": "PUBLIC",
            "responseEmail": "false",
        },
    ),
    "app_store_connect": Written(
        method="POST",
        path="/v1/customerReviewResponses",
        body={
            "data": {
                "type": "customerReviewResponses",
                "attributes": {"responseBody": THANKS},
                "relationships": {"review": {"data": {"type": "customerReviews", "id": "r1"}}},
            }
        },
    ),
    "google_play": Written(
        method="POST",
        path="/androidpublisher/v3/applications/com.larkfield.kettle/reviews/r1:reply",
        body={"replyText": THANKS},
    ),
}


@pytest.mark.parametrize("kind", WRITTEN)
def test_an_answer_is_written_back(kind: str) -> None:
    wanted = WRITTEN[kind]

    [asked] = [each for each in asked_for(kind, THANKS) if "token" not in each.path]

    assert (asked.method, asked.path, json.loads(asked.body)) == (wanted.method, wanted.path, wanted.body)
    assert asked.headers["content-type"] == "application/json"


def test_an_answer_about_a_product_opens_a_conversation_once() -> None:
    comments: list[Mapping[str, Any]] = []

    def trustpilot(asked: Asked) -> Reply:
        if asked.path.endswith("/accesstoken"):
            return as_json({"access_token": TOKEN})
        if asked.path.endswith("/comments"):
            comments.append(json.loads(asked.body))
            return as_json({}, status=201)
        if asked.path == "/v1/private/conversations/talk-1":
            return as_json({"comments": [{"content": each["content"]} for each in comments]})
        return as_json({"id": "r1", "conversationId": "talk-1" if comments or asked.method == "POST" else None})

    with serving(trustpilot) as source, GuardedSession(LOOPBACK) as http:
        given = PLATFORMS["trustpilot_product"].given(source.url)
        for _ in range(2):
            trustpilot_product.KIND.reply(given, http, "r1", THANKS)

    assert comments == [{"content": THANKS, "businessUserId": "user-9"}]
    assert [each.path for each in source.asked if each.path.endswith("create-conversation")] == [
        "/v1/private/product-reviews/r1/create-conversation"
    ]


@pytest.mark.parametrize("kind", ["trustpilot_service", "trustpilot_product"])
def test_trustpilot_wants_to_know_who_answers(kind: str) -> None:
    with pytest.raises(BadValueError, match="business_user"):
        asked_for(kind, THANKS, business_user="")


@pytest.mark.parametrize("kind", [*WRITTEN, "trustpilot_product"])
def test_an_answer_without_words_is_not_sent(kind: str) -> None:
    with pytest.raises(BadValueError, match="needs words"):
        asked_for(kind, " \n")


@pytest.mark.parametrize("kind", [each for each in WRITTEN if each not in ("kiyoh", "app_store_connect")])
def test_the_id_of_a_review_does_not_lead_elsewhere(kind: str) -> None:
    with pytest.raises(BadValueError, match="no id"):
        asked_for(kind, THANKS, external_id="../../7742/reviews/r1")


@pytest.mark.parametrize(("kind", "longest"), [("google_play", 350), ("google_business_profile", 4096)])
def test_an_answer_that_is_too_long_is_refused_before_it_is_sent(kind: str, longest: int) -> None:
    with pytest.raises(RefusedError, match="may have"):
        asked_for(kind, "x" * (longest + 1))


def test_an_answer_that_google_rejects_is_told_with_the_reason() -> None:
    rejected = {"access_token": TOKEN, "reviewReplyState": "REJECTED", "policyViolation": "LINKS"}
    with (
        serving(lambda _: as_json(rejected)) as source,
        GuardedSession(LOOPBACK) as http,
        pytest.raises(SourceRefusedError, match="LINKS"),
    ):
        google_business_profile.KIND.reply(PLATFORMS["google_business_profile"].given(source.url), http, "r1", THANKS)


def test_a_busy_platform_is_asked_later() -> None:
    with (
        serving(lambda _: as_json({}, {"Retry-After": "9"}, status=429)) as source,
        GuardedSession(LOOPBACK, clock=lambda: NOON) as http,
        pytest.raises(RetryLaterError) as caught,
    ):
        google_play.KIND.reply(PLATFORMS["google_play"].given(source.url), http, "r1", THANKS)

    assert caught.value.retry_after == 9


def test_an_answer_is_taken_back_on_google() -> None:
    with serving(lambda _: as_json({"access_token": TOKEN})) as source, GuardedSession(LOOPBACK) as http:
        given = PLATFORMS["google_business_profile"].given(source.url)
        google_business_profile.KIND.withdraw_reply(given, http, "r1")

    [asked] = [each for each in source.asked if "token" not in each.path]
    assert (asked.method, asked.path) == ("DELETE", f"{LOCATION}/r1/reply")


@pytest.mark.parametrize(
    ("response", "expected"),
    [
        pytest.param({"data": {"id": "a9"}}, [("DELETE", "/v1/customerReviewResponses/a9")], id="there is one"),
        pytest.param({"data": None}, [], id="there is none"),
    ],
)
def test_an_answer_in_the_app_store_is_taken_back_by_an_id_of_its_own(
    response: Mapping[str, Any], expected: list[tuple[str, str]]
) -> None:
    with serving(lambda _: as_json(response)) as source, GuardedSession(LOOPBACK, clock=lambda: NOON) as http:
        app_store_connect.KIND.withdraw_reply(PLATFORMS["app_store_connect"].given(source.url), http, "r1")

    first, *rest = [(each.method, each.path) for each in source.asked]
    assert first == ("GET", "/v1/customerReviews/r1/response")
    assert rest == expected


def test_what_is_not_there_is_taken_back_already() -> None:
    def gone(asked: Asked) -> Reply:
        return as_json({"access_token": TOKEN}, status=404 if asked.method == "DELETE" else 200)

    with serving(gone) as source, GuardedSession(LOOPBACK) as http:
        given = PLATFORMS["google_business_profile"].given(source.url)
        google_business_profile.KIND.withdraw_reply(given, http, "r1")

    assert source.asked[-1].method == "DELETE"


def asked_for(kind: str, words: str, external_id: str = "r1", **options: str) -> list[Asked]:
    """What a platform is asked to put an answer under a review."""
    plug = load_kinds()[kind]
    assert isinstance(plug, TakesReplies)

    def answer(asked: Asked) -> Reply:
        return as_json({"access_token": TOKEN, "conversationId": "talk-1"})

    with serving(answer) as source, GuardedSession(LOOPBACK, clock=lambda: NOON) as http:
        plug.reply({**PLATFORMS[kind].given(source.url), **options}, http, external_id, words)
        return source.asked
