"""Tests of the collectors of forms: which answer is which field, what counts as a yes, and what a webhook may bring."""

from __future__ import annotations

import hmac
import json
from base64 import b64encode
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from collectors import google_forms, tally, typeform
from collectors.answers import Answer, FormMapping, mapping_of
from collectors.api import chosen
from collectors.hooked import HookedKind
from engine.domain import Batch, Record
from engine.errors import BadValueError, SignatureError
from engine.http import GuardedSession
from engine.testing.collectors import LOOPBACK
from tests.shop_sources import sample
from tests.signal_sources import GOOGLE_FORMS, SIGNALS, TALLY, TYPEFORM, expected, like_the_sample
from tests.source_server import serving
from tests.told import told

SECRET = "webhook-secret-5"
OPTIONS = [{"id": "o1", "text": "Pours"}, {"id": "o2", "text": "Looks"}]
KINDS: Mapping[str, tuple[HookedKind, str, Mapping[str, str], datetime]] = {
    "typeform": (typeform.KIND, "typeform-signature", TYPEFORM, datetime(2026, 10, 5, 10, 4, tzinfo=UTC)),
    "tally": (tally.KIND, "tally-signature", TALLY, datetime(2026, 10, 14, 10, 56, tzinfo=UTC)),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_signed_webhook_says_the_same_as_the_api(kind: str) -> None:
    plug, _, _, now = KINDS[kind]

    batch = received(kind, sample(kind), now)

    wanted = {name: each for name, each in expected(kind)["reviews"][0].items() if name != "media"}
    assert told(plug, [batch]) == {"reviews": [wanted]}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("signature", ["", "sha256=", "sha256=AAAA", "forged"])
def test_a_webhook_with_another_signature_is_refused(kind: str, signature: str) -> None:
    plug, header, options, now = KINDS[kind]
    given = {**options, "webhook_secret": SECRET}

    with pytest.raises(SignatureError):
        plug.receive(given, {header: signature}, json.dumps(sample(kind)).encode(), now)


@pytest.mark.parametrize("kind", KINDS)
def test_without_a_secret_every_webhook_is_refused(kind: str) -> None:
    plug, header, options, now = KINDS[kind]
    body = json.dumps(sample(kind)).encode()

    with pytest.raises(SignatureError, match="no secret"):
        plug.receive(options, {header: signature_of(kind, body, "")}, body, now)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("later", [timedelta(days=3), timedelta(hours=-1)])
def test_a_copy_of_an_old_webhook_and_one_of_the_future_are_refused(kind: str, later: timedelta) -> None:
    with pytest.raises(SignatureError, match="old"):
        received(kind, sample(kind), KINDS[kind][3] + later)


@pytest.mark.parametrize("kind", KINDS)
def test_a_webhook_about_something_else_brings_nothing(kind: str) -> None:
    event = {**sample(kind), "event_type": "form_response_partial", "eventType": "FORM_UPDATED"}

    batch = received(kind, event, KINDS[kind][3])

    assert (batch.records, batch.problems) == ((), ())


@pytest.mark.parametrize("kind", KINDS)
def test_a_webhook_of_another_form_is_refused_by_name(kind: str) -> None:
    with pytest.raises(BadValueError, match="not 'other'"):
        received(kind, sample(kind), KINDS[kind][3], form="other")


@pytest.mark.parametrize(
    ("answered", "consent"),
    [
        (Answer(names=("consent",), question="May we?", text="yes", agrees=True), "May we? yes"),
        (Answer(names=("consent",), question="May we?", text="no", agrees=False), "no"),
        (Answer(names=("consent",), question="May we?", text="Ja."), "May we? Ja."),
        (Answer(names=("consent",), question="May we?", text="J’accepte !"), "May we? J’accepte !"),
        (Answer(names=("consent",), question="May we?", text="Yes, but without my name"), "no"),
        (Answer(names=("consent",), question="May we?", text="Sure thing"), "May we? Sure thing"),
        (Answer(names=("consent",), question="May we?"), "no"),
    ],
)
def test_only_a_plain_yes_or_one_that_the_operator_names_is_consent(answered: Answer, consent: str) -> None:
    mapping = mapping_of(chosen({"consent_yes": "sure thing | go ahead", "token": "t"}, typeform.OPTIONS))

    assert mapping.fields([answered])["consent"] == consent


def test_where_no_question_asks_the_operator_says_under_which_words_authors_wrote() -> None:
    assert "consent" not in FormMapping().fields([])
    assert FormMapping(consent="It may stand on our site.").fields([])["consent"] == "It may stand on our site."


def test_two_fields_cannot_be_the_same_question() -> None:
    with pytest.raises(BadValueError, match="map_title and map_body both name 'Words'"):
        mapping_of(chosen({"map_title": "words", "map_body": "Words"}, tally.OPTIONS))


@pytest.mark.parametrize(
    ("kind", "properties", "scale"),
    [
        ("rating", {"steps": 10}, "1-10"),
        ("rating", {}, "7"),
        ("opinion_scale", {"steps": 11, "start_at_one": False}, "0-10"),
        ("opinion_scale", {"steps": 7, "start_at_one": True}, "1-7"),
        ("opinion_scale", {}, "0-10"),
        ("nps", {}, "0-10"),
    ],
)
def test_the_scale_of_a_typeform_rating_is_that_of_its_question(
    kind: str, properties: dict[str, Any], scale: str
) -> None:
    raw = {
        "token": "t1",
        "definition": {"fields": [{"id": "F1", "ref": "rating", "type": kind, "properties": properties}]},
        "answers": [{"type": "number", "number": 3, "field": {"id": "F1", "ref": "rating", "type": kind}}],
    }

    record = typeform.read_by(FormMapping(rating_best="7"), raw, "here")

    assert (record.fields["rating"], record.fields["rating_best"]) == ("3", scale)


def test_a_consent_question_of_a_typeform_that_was_skipped_is_no_consent() -> None:
    raw = {"token": "t1", "definition": {"fields": [{"id": "F3", "ref": "consent", "title": "May we?"}]}, "answers": []}

    record = typeform.read_by(FormMapping(consent="declared"), raw, "here")

    assert record.fields["consent"] == "no"


def test_choices_and_files_of_a_typeform_are_read() -> None:
    raw = {
        "token": "t1",
        "answers": [
            {"type": "choices", "choices": {"labels": ["Pours", "Looks"], "other": "Sings"}, "field": {"ref": "title"}},
            {"type": "file_url", "file_url": "https://files.example/k.mp4", "field": {"ref": "photo", "id": "F9"}},
        ],
    }

    record = typeform.read(raw, "here")

    assert record.fields["title"] == "Pours, Looks, Sings"
    assert record.media == ({"url": "https://files.example/k.mp4"},)


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ({"value": ["o2", "o1"], "options": OPTIONS}, "Looks, Pours"),
        ({"value": "o1", "options": OPTIONS}, "Pours"),
        ({"value": 4.5}, "4.5"),
        ({"value": None}, ""),
        ({"value": {"row": ["column"]}}, ""),
    ],
)
def test_the_answers_in_a_tally_webhook_are_resolved(field: dict[str, Any], words: str) -> None:
    raw = {"submissionId": "s1", "fields": [{"key": "question_1", "label": "body", **field}]}

    assert tally.read(raw, "here").fields.get("body", "") == words


def test_a_scale_of_a_google_form_may_begin_at_zero() -> None:
    raw = {
        "responseId": "r1",
        "questions": list(google_forms.questions_of({"items": [scale_question("q1", 0, 10)]})),
        "answers": {"q1": {"textAnswers": {"answers": [{"value": "0"}]}}},
    }
    given = {**GOOGLE_FORMS, "client_secret": "s", "refresh_token": "r", "map_rating": "q1"}
    mapping = mapping_of(chosen(given, google_forms.OPTIONS))

    record = google_forms.read_by(mapping, raw, "here")

    assert (record.fields["rating"], record.fields["rating_best"]) == ("0", "0-10")


@pytest.mark.parametrize("kind", ["typeform", "tally", "google_forms"])
def test_the_next_sync_asks_only_for_what_is_new_and_a_day_before(kind: str) -> None:
    signal, plug = SIGNALS[kind], {**{k: v[0] for k, v in KINDS.items()}, "google_forms": google_forms.KIND}[kind]
    rows = like_the_sample(kind, 2000)
    with serving(signal.pages(rows, 1000)) as source, GuardedSession(LOOPBACK) as http:
        collector = plug.collector(signal.given(source.url), http)
        first = list(collector.collect(None))

        again = list(collector.collect(first[-1].resume))

    assert len(ids(first)) == 2000
    assert ids(again) == [f"r{number}" for number in range(1, 1442)]
    assert all(batch.reported is None for batch in again)


def test_a_form_without_a_token_is_told_of_by_its_webhook_alone() -> None:
    with GuardedSession() as http:
        [batch] = tally.KIND.collector(TALLY, http).collect(None)

    assert (batch.records, batch.shortfall) == ((), "token is not set: only the webhook tells of submissions")


def test_a_token_without_a_form_is_a_mistake_of_the_configuration() -> None:
    with GuardedSession() as http, pytest.raises(BadValueError, match="form is missing"):
        typeform.KIND.collector({"token": "t"}, http)


def received(kind: str, event: Any, now: datetime, **options: str) -> Batch:
    plug, header, given, _ = KINDS[kind]
    body = json.dumps(event).encode()
    headers = {header: signature_of(kind, body, SECRET)}
    return plug.receive({**given, "webhook_secret": SECRET, **options}, headers, body, now)


def signature_of(kind: str, body: bytes, secret: str) -> str:
    digest = b64encode(hmac.new(secret.encode(), body, "sha256").digest()).decode()
    return f"sha256={digest}" if kind == "typeform" else digest


def scale_question(number: str, low: int, high: int) -> dict[str, Any]:
    # Zero is left out of what Google sends.
    scale = {"high": high, **({"low": low} if low else {})}
    return {"title": "rating", "questionItem": {"question": {"questionId": number, "scaleQuestion": scale}}}


def ids(batches: list[Batch]) -> list[str]:
    records: list[Record] = [each for batch in batches for each in batch.records]
    return [each.external_id for each in records]
