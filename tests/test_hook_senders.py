"""Every kind of source that tells by webhook: what it signed just now is let in, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest

from collectors import webhook
from engine.domain import Batch
from engine.errors import BadValueError, SignatureError
from engine.plugins import ReceivesHooks, SourceKind, load_kinds
from tests.factories import NOON
from tests.hook_senders import OTHER_SECRET, SAMPLES, SECRET, SENDERS
from tests.told import told


def kind_of(name: str) -> SourceKind:
    return load_kinds()[name]


def received(
    name: str,
    *,
    secret: str = SECRET,
    signed_with: str = SECRET,
    sent_at: datetime = NOON,
    changed: bytes = b"",
    headers: Mapping[str, str] | None = None,
) -> Batch:
    sender, kind = SENDERS[name], kind_of(name)
    assert isinstance(kind, ReceivesHooks)
    body = sender.body(sent_at)
    signed = sender.sign(signed_with, body, sent_at) if headers is None else headers
    given = {**{each: option.default or "" for each, option in kind.options.items()}, **sender.options}
    given |= dict.fromkeys(sender.more_secrets, "another key")
    return kind.receive({**given, sender.secret: secret}, signed, body + changed, NOON)


def test_every_kind_that_receives_webhooks_is_tried() -> None:
    receiving = {name for name in load_kinds() if isinstance(kind_of(name), ReceivesHooks)}

    assert receiving == set(SENDERS)


@pytest.mark.parametrize("name", SENDERS)
def test_what_was_signed_just_now_is_read(name: str) -> None:
    batch = received(name)

    assert batch.records
    assert (batch.problems, batch.cursor) == ((), None)
    assert SECRET not in repr(batch)


@pytest.mark.parametrize("name", SENDERS)
def test_what_was_not_is_refused(name: str) -> None:
    signature = SENDERS[name].sign(SECRET, SENDERS[name].body(NOON), NOON)
    unsigned = dict.fromkeys(signature, "")
    forged = {each: value[:-6] + "AAAAAA" for each, value in signature.items()}

    attempts: list[Mapping[str, Any]] = [
        {"headers": {}},
        {"headers": unsigned},
        {"headers": forged},
        {"signed_with": OTHER_SECRET},
        {"changed": b" "},
    ]

    for attempt in attempts:
        with pytest.raises(SignatureError) as error:
            received(name, **attempt)
        assert SECRET not in str(error.value)


@pytest.mark.parametrize("name", SENDERS)
def test_without_a_secret_every_webhook_is_refused(name: str) -> None:
    for signed_with in (SECRET, "whsec_", "", " "):
        # A kind that signs with the key of its API cannot be configured without one.
        with pytest.raises((SignatureError, BadValueError)):
            received(name, secret="", signed_with=signed_with)


@pytest.mark.parametrize("name", [name for name, sender in SENDERS.items() if sender.tells_when])
@pytest.mark.parametrize("away", [timedelta(days=-3), timedelta(hours=1)])
def test_what_was_signed_at_another_time_is_refused(name: str, away: timedelta) -> None:
    with pytest.raises(SignatureError):
        received(name, sent_at=NOON + away)


def test_the_webhook_of_our_own_says_what_a_person_read_in_it() -> None:
    expected = json.loads((SAMPLES / "webhook" / "expected.json").read_text(encoding="utf-8"))

    assert told(webhook.KIND, [received("webhook")]) == expected


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ({"external_id": "1", "body": "x", "autor": "y"}, "there is no field 'autor'; did you mean author?"),
        ({"body": "x"}, "external_id is missing"),
        ({"external_id": "1", "body": {"text": "x"}}, "body is an object"),
        ({"external_id": "1", "body": "x", "standing": "gone"}, "standing is 'gone'"),
        ({"external_id": "1", "body": "x", "media": "https://img.example/1.jpg"}, "media is a text, not a list"),
        ({"external_id": "1", "body": "x", "replies": ["Thanks"]}, "replies holds a text"),
        ({"external_id": "1", "body": "x", "media.url": "y"}, "there is no field 'media.url'"),
    ],
)
def test_a_review_that_is_not_written_in_our_fields_is_refused_with_the_field(
    raw: Mapping[str, object], said: str
) -> None:
    with pytest.raises(BadValueError) as refused:
        webhook.read(raw, "here")

    assert said in str(refused.value)
