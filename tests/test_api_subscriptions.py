"""Subscriptions over HTTP: only those who may subscribe, secrets shown once, and what came of each delivery."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from secrets import token_bytes
from typing import Any

import pytest
from werkzeug.test import TestResponse

from engine.domain import Event, EventKind, Permission, SubjectId
from engine.keys import RANDOM_BYTES, KeyWish, create_key, key_text
from engine.outbox import Outbox, Work
from engine.webhooks import TELLING, tell
from review_site.wiring import Instance, now
from tests.doors import BASE, Company, Site, row

URL = "https://cms.example/hooks?key=hidden"
HERE = "/v1/subscriptions"


def said(answer: TestResponse) -> Any:
    return json.loads(answer.text)


@dataclass(frozen=True)
class Door:
    """What an instance serves to whoever holds a key."""

    site: Site
    instance: Instance
    key: str

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> TestResponse:
        given = {"Authorization": f"Bearer {self.key}"} | headers
        return self.site.client.open(path, method=method, json=body, headers=given, base_url=BASE)

    def made(self, **wishes: Any) -> dict[str, Any]:
        answer = self.ask("POST", HERE, {"url": URL} | wishes)
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = said(answer)
        return made


def new_key(instance: Instance, permissions: Sequence[Permission], subjects: Sequence[str] = ()) -> str:
    text = key_text(token_bytes(RANDOM_BYTES))
    wish = KeyWish(
        name="cms", permissions=frozenset(permissions), subjects=frozenset(SubjectId(each) for each in subjects)
    )
    with instance.store.writing() as transaction:
        create_key(transaction, wish, text, by="operator", now=now())
    return text


@pytest.fixture
def door(company: Company) -> Iterator[Door]:
    company.configured().publish(row("1"))
    with company.instance() as instance, company.serving() as site:
        yield Door(site, instance, new_key(instance, [Permission.SUBSCRIBE]))


def happened(door: Door, subject: str = "kettle") -> None:
    event = Event(kind=EventKind.SNIPPET_UPDATED, at=now(), by="publish", subject_id=SubjectId(subject))
    with door.instance.store.writing() as transaction:
        transaction.events.add([event])
        transaction.marks.set(Work.TELL, [TELLING], now())
    Outbox(store=door.instance.store, owner="test", clock=now).work_off(
        {Work.TELL: lambda lease: tell(door.instance.store, lease, now)}
    )


def test_a_new_subscription_is_answered_with_its_secret_and_its_address(door: Door) -> None:
    answer = door.ask("POST", HERE, {"url": URL, "events": ["snippet.updated"], "subjects": ["kettle"], "note": "CMS"})

    made = said(answer)
    assert answer.status_code == 201
    assert answer.headers["Location"] == f"{HERE}/{made['id']}"
    assert made["secret"].startswith("whsec_")
    assert (made["url"], made["events"], made["subjects"]) == (URL, ["snippet.updated"], ["kettle"])


def test_a_secret_is_shown_once(door: Door) -> None:
    made = door.made()

    shown = door.ask("GET", f"{HERE}/{made['id']}")
    listed = door.ask("GET", HERE)

    assert made["secret"] not in shown.text + listed.text
    assert [each["id"] for each in said(listed)["items"]] == [made["id"]]
    assert said(shown)["deliveries"] == {"waiting": 0, "delivered": 0, "failed": 0}


@pytest.mark.parametrize(
    ("method", "below"),
    [
        ("GET", ""),
        ("POST", ""),
        ("GET", "/{id}"),
        ("DELETE", "/{id}"),
        ("GET", "/{id}/deliveries"),
        ("POST", "/{id}/ping"),
        ("POST", "/{id}/rotate"),
        ("POST", "/{id}/enable"),
        ("POST", "/{id}/replay"),
    ],
)
def test_nobody_may_who_may_not_subscribe(door: Door, method: str, below: str) -> None:
    path = HERE + below.format(id=door.made()["id"])
    others = [each for each in Permission if each is not Permission.SUBSCRIBE]
    weak = Door(door.site, door.instance, new_key(door.instance, others))

    stranger = door.site.client.open(path, method=method, base_url=BASE)
    refused = weak.ask(method, path)

    assert (stranger.status_code, refused.status_code) == (401, 403)
    assert len(said(door.ask("GET", HERE))["items"]) == 1


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"url": 7},
        {"url": "http://127.0.0.1/"},
        {"url": URL, "events": ["ping"]},
        {"url": URL, "events": "snippet.updated"},
        {"url": URL, "subjects": [1]},
        {"url": URL, "secret": "whsec_mine"},
        {"url": URL, "note": "x" * 201},
        [],
    ],
)
def test_what_cannot_be_subscribed_is_refused(door: Door, body: Any) -> None:
    answer = door.ask("POST", HERE, body)

    assert answer.status_code in (400, 422)
    assert answer.content_type == "application/problem+json"


def test_a_key_of_some_subjects_subscribes_to_these_and_sees_no_other(door: Door) -> None:
    everything = door.made()
    limited = Door(door.site, door.instance, new_key(door.instance, [Permission.SUBSCRIBE], ["kettle"]))

    unlimited = limited.ask("POST", HERE, {"url": URL})
    own = limited.made(subjects=["kettle"])
    seen = said(limited.ask("GET", HERE))["items"]
    hidden = limited.ask("DELETE", f"{HERE}/{everything['id']}")

    assert unlimited.status_code == 400
    assert [each["id"] for each in seen] == [own["id"]]
    assert hidden.status_code == 404


def test_a_removed_subscription_is_gone(door: Door) -> None:
    path = f"{HERE}/{door.made()['id']}"

    removed = door.ask("DELETE", path)

    assert (removed.status_code, removed.data) == (204, b"")
    assert door.ask("GET", path).status_code == 404


def test_a_rotated_secret_is_another_and_the_old_one_ends(door: Door) -> None:
    made = door.made()

    rotated = said(door.ask("POST", f"{HERE}/{made['id']}/rotate"))

    assert rotated["secret"] != made["secret"]
    assert len(rotated["secrets_ending"]) == 1


def test_a_ping_and_an_event_are_in_the_log(door: Door) -> None:
    made = door.made()

    pinged = door.ask("POST", f"{HERE}/{made['id']}/ping")
    happened(door)

    found = said(door.ask("GET", f"{HERE}/{made['id']}/deliveries?limit=1"))
    rest = said(door.ask("GET", f"{HERE}/{made['id']}/deliveries?after={found['next']}"))
    assert pinged.status_code == 202
    assert [each["type"] for each in found["items"] + rest["items"]] == ["snippet.updated", "ping"]
    assert {each["state"] for each in found["items"] + rest["items"]} == {"waiting"}
    assert rest["next"] is None


@pytest.mark.parametrize("query", ["?after=x", "?state=lost", "?limit=0"])
def test_what_is_asked_of_the_log_wrongly_is_refused(door: Door, query: str) -> None:
    assert door.ask("GET", f"{HERE}/{door.made()['id']}/deliveries{query}").status_code == 400


def test_what_was_missed_is_sent_again(door: Door) -> None:
    happened(door)
    made = door.made()
    path = f"{HERE}/{made['id']}/replay"
    with door.instance.store.reading() as transaction:
        number = transaction.events.last()[0]

    one = door.ask("POST", path, {"event": str(number)})
    all_of_them = door.ask("POST", path, {"since": (now() - timedelta(hours=1)).isoformat()})

    assert (one.status_code, said(one)) == (202, {"events": 1})
    assert said(all_of_them)["events"] >= 1


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"event": 1, "since": "2026-11-22T09:00:00Z"},
        {"event": "first"},
        {"event": True},
        {"since": "yesterday"},
        {"since": "2026-11-22T09:00:00"},
        {"since": 5},
    ],
)
def test_a_replay_that_is_not_understood_is_refused(door: Door, body: Any) -> None:
    assert door.ask("POST", f"{HERE}/{door.made()['id']}/replay", body).status_code in (400, 422)


def test_a_body_that_is_no_json_is_refused(door: Door) -> None:
    answer = door.site.client.post(
        HERE,
        data=b'{"url": "https://cms.example/"}',
        content_type="text/plain",
        headers={"Authorization": f"Bearer {door.key}"},
        base_url=BASE,
    )

    assert answer.status_code == 415
