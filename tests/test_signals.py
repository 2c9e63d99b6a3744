"""Tests of the collectors of satisfaction scores: their scales, who said nothing, webhooks, and what stays inside."""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from collectors import delighted, hubspot, intercom, zendesk
from collectors.hooked import HookedKind
from engine.domain import Batch, Record, Use
from engine.errors import BadValueError, SignatureError
from engine.http import GuardedSession
from engine.plugins import load_kinds
from engine.rights import declared_consent, profile
from engine.testing.collectors import LOOPBACK
from tests.factories import NOON
from tests.shop_sources import sample
from tests.signal_sources import COMPANY, SIGNALS, expected, like_the_sample
from tests.source_server import serving
from tests.told import told

SECRET = "webhook-secret-6"
SENT = datetime(2025, 11, 1, 12, 30, tzinfo=UTC)
Reader = Callable[[Mapping[str, Any], str], Any]
HOOKS: Mapping[str, tuple[HookedKind, str, str, str, Mapping[str, str]]] = {
    "intercom": (intercom.KIND, "x-hub-signature", "sha1", "input.json", {"token": "t", "webhook_secret": SECRET}),
    "delighted": (delighted.KIND, "x-delighted-webhook-signature", "sha256", "webhook.json", {"key": SECRET}),
}


@pytest.mark.parametrize("kind", ["hubspot", "zendesk", "intercom", "delighted"])
def test_a_score_is_a_signal_inside_the_company_and_nothing_of_it_is_published(kind: str) -> None:
    rights = profile(load_kinds()[kind].rights)

    consent = declared_consent(rights, proof="a survey", now=NOON)

    assert not any((rights.may_show, rights.may_mark_up, rights.may_aggregate, rights.may_feed))
    assert not consent.covers(Use.DISPLAY)


@pytest.mark.parametrize(("kind", "wanted"), [("intercom", "expected.json"), ("delighted", "expected.webhook.json")])
def test_a_signed_webhook_says_what_a_person_read_in_it(kind: str, wanted: str) -> None:
    batch = received(kind, sample(kind, HOOKS[kind][3]))

    assert told(HOOKS[kind][0], [batch])["reviews"] == expected(kind, wanted)["reviews"]


@pytest.mark.parametrize("kind", HOOKS)
@pytest.mark.parametrize("signature", ["", "sha1=00", "sha256=00", "forged"])
def test_a_webhook_with_another_signature_is_refused(kind: str, signature: str) -> None:
    plug, header, _, file, given = HOOKS[kind]

    with pytest.raises(SignatureError):
        plug.receive({**given, **COMPANY}, {header: signature}, json.dumps(sample(kind, file)).encode(), SENT)


@pytest.mark.parametrize("kind", HOOKS)
def test_a_copy_of_an_old_webhook_is_refused(kind: str) -> None:
    with pytest.raises(SignatureError, match="old"):
        received(kind, sample(kind, HOOKS[kind][3]), SENT + timedelta(days=3))


@pytest.mark.parametrize("kind", HOOKS)
def test_a_webhook_about_something_else_brings_nothing(kind: str) -> None:
    event = {
        **sample(kind, HOOKS[kind][3]),
        "topic": "conversation.closed",
        "event_type": "survey_response.unsubscribed",
    }

    assert received(kind, event).records == ()


def test_of_a_conversation_nothing_is_kept_but_its_rating() -> None:
    event = sample("intercom")
    event["data"]["item"]["source"] = {"body": "<p>My address is 12 Kettle Lane.</p>"}

    [record] = received("intercom", event).records

    assert "Kettle Lane" not in record.payload


@pytest.mark.parametrize(
    ("kind", "score", "rating"),
    [("NPS", "10", ("10", "0-10")), ("CSAT", "4", ("4", "5")), ("CES", "6", ("6", "7")), ("CUSTOM", "3", ("", ""))],
)
def test_each_survey_of_hubspot_has_a_scale_of_its_own(kind: str, score: str, rating: tuple[str, str]) -> None:
    raw = {"id": "1", "properties": {"hs_survey_type": kind, "hs_value": score, "hs_content": "Good."}}

    [record] = hubspot.read(raw, "here")

    assert (record.fields.get("rating", ""), record.fields.get("rating_best", "")) == rating


def test_the_scales_of_hubspot_can_be_said() -> None:
    given = {"token": "t", "csat_best": "0-2", **COMPANY}
    raw = {"id": "1", "properties": {"hs_survey_type": "CSAT", "hs_value": "0"}}

    [record] = read_all(hubspot.KIND.reader(given), raw)

    assert (record.fields["rating"], record.fields["rating_best"]) == ("0", "0-2")


def test_a_submission_that_hubspot_archived_is_gone() -> None:
    rows = like_the_sample("hubspot", 2)
    rows[1]["archived"] = True
    signal = SIGNALS["hubspot"]
    with serving(signal.pages(rows, 100)) as source, GuardedSession(LOOPBACK) as http:
        [batch] = hubspot.KIND.collector(signal.given(source.url), http).collect(None)

    assert ([each.external_id for each in batch.records], batch.deleted) == (["r1"], ("r2",))


@pytest.mark.parametrize(
    ("reader", "raw"),
    [
        pytest.param(hubspot.read, {"id": "1", "properties": {"hs_survey_type": "NPS"}}, id="hubspot"),
        pytest.param(zendesk.read, {"id": "1", "answers": [{"type": "skipped"}]}, id="zendesk surveys"),
        pytest.param(zendesk.read, {"id": 1, "score": "offered"}, id="zendesk ratings"),
        pytest.param(intercom.read, {"id": "1", "conversation_rating": {"rating": None}}, id="intercom"),
        pytest.param(intercom.read, {"id": "1", "conversation_rating": None}, id="intercom, never asked"),
        pytest.param(delighted.read, {"id": "1", "survey_type": "nps", "score": None}, id="delighted"),
    ],
)
def test_who_was_asked_and_said_nothing_is_no_signal(reader: Reader, raw: Mapping[str, Any]) -> None:
    assert read_all(reader, raw) == []


def test_a_score_of_nought_is_a_score() -> None:
    [record] = delighted.read({"id": "1", "survey_type": "nps", "score": 0, "created_at": 1762000000}, "here")

    assert (record.fields["rating"], record.fields["rating_best"]) == ("0", "0-10")


def test_a_survey_whose_scale_is_not_known_is_told_of() -> None:
    with pytest.raises(BadValueError, match="'pulse', whose scale is not known"):
        read_all(delighted.read, {"id": "1", "survey_type": "pulse", "score": 3})


def test_a_permission_in_a_further_answer_is_kept_as_evidence() -> None:
    [raw] = sample("delighted")

    [record] = delighted.read(raw, "here")

    assert record.fields["consent"] == "Yes you may quote me"


def test_the_scale_of_a_zendesk_survey_is_that_of_its_options() -> None:
    question = {"id": "q1", "type": "rating_scale", "options": [{"rating": 1}, {"rating": 2}, {"rating": 3}]}
    raw = {"id": "1", "answers": [{"type": "rating_scale", "rating": 3, "question": question}]}

    [record] = zendesk.read(raw, "here")

    assert (record.fields["rating"], record.fields["rating_best"]) == ("3", "1-3")


@pytest.mark.parametrize(
    ("generation", "asked"),
    [("surveys", ("filter[created_at_start]", "1790726400000")), ("ratings", ("start_time", "1790726400"))],
)
def test_each_generation_of_zendesk_is_asked_for_what_is_new_in_its_own_words(
    generation: str, asked: tuple[str, str]
) -> None:
    signal = SIGNALS["zendesk"]
    with serving(signal.pages([], 100)) as source, GuardedSession(LOOPBACK) as http:
        collector = zendesk.KIND.collector({**signal.given(source.url), "generation": generation}, http)

        list(collector.collect('{"since":"2026-09-30T00:00:00"}'))

        [request] = source.asked
    assert request.query[asked[0]] == asked[1]


def test_a_generation_that_zendesk_never_had_is_a_mistake() -> None:
    given = {**SIGNALS["zendesk"].given("https://larkfield.zendesk.example"), "generation": "stars"}

    with GuardedSession() as http, pytest.raises(BadValueError, match="neither surveys nor ratings"):
        zendesk.KIND.collector(given, http)


@pytest.mark.parametrize("kind", ["intercom", "delighted"])
def test_the_next_sync_asks_only_for_what_is_new_and_a_day_before(kind: str) -> None:
    signal, plug = SIGNALS[kind], load_kinds()[kind]
    with serving(signal.pages(like_the_sample(kind, 2000), 100)) as source, GuardedSession(LOOPBACK) as http:
        collector = plug.collector(signal.given(source.url), http)
        first = list(collector.collect(None))

        again = list(collector.collect(first[-1].resume))

    # Intercom's search asks for what came later than a moment, Delighted for what came at it too.
    newest = 1440 if kind == "intercom" else 1441
    assert sum(len(batch.records) for batch in first) == 2000
    assert sum(len(batch.records) for batch in again) == newest


def received(kind: str, event: Any, now: datetime = SENT) -> Batch:
    plug, header, algorithm, _, given = HOOKS[kind]
    body = json.dumps(event).encode()
    signature = f"{algorithm}={hmac.new(SECRET.encode(), body, algorithm).hexdigest()}"
    return plug.receive({**given, **COMPANY}, {header: signature}, body, now)


def read_all(reader: Reader, raw: Mapping[str, Any]) -> list[Record]:
    return list(reader(raw, "here"))
