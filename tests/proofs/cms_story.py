"""The story that every CMS is told in a proof: approved, withdrawn, a webhook that is lost, one that is forged.

The CMS is a real program on loopback whose page embeds the list of SUBJECT. It must not ask Plaudit anew at each page
(let it trust its cache for minutes): only a webhook, or catching up, may move what its page shows.
"""

from __future__ import annotations

import http.client
import json
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import requests

from engine.signatures import new_secret, standard_headers
from tests.proofs.instances import Ground, Instance, Server, free_port
from tests.proofs.measuring import Ledger, wait_until
from tests.servers import Heard, Reply, loopback

SUBJECT = "k2-kettle"
LIST = f"/v1/subjects/{SUBJECT}/snippets/list?locale=en"
SETTINGS = """
[site]
name = "Larkfield"
base_url = "http://127.0.0.1:{port}"
locales = ["en"]

[http]
allow = ["127.0.0.1/32"]

[mining]
delay = 0
topics_delay = 0
"""
UNDER_WAY = "SELECT count(*) FROM mark WHERE kind IN ('mine', 'topics', 'publish', 'tell', 'deliver')"
PERMISSIONS = ("read", "reviews:write", "subjects:write", "moderate", "withdraw")
FIRST = "It pours in a thin, steady stream."
PATIENCE = 30.0
MOST_SECONDS = 5.0
OLD = timedelta(minutes=6)
OLDER = json.dumps(
    {
        "type": "snippet.updated",
        "timestamp": "2026-11-22T09:00:00Z",
        "data": {"id": "1", "subject": SUBJECT, "snippet": "list", "locale": "en", "version": 1, "etag": "0000"},
    }
).encode()
"""A webhook of a version that is long past."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """A Plaudit that serves, with its worker, and a key that may write and decide."""

    instance: Instance
    url: str
    key: str

    def ask(self, method: str, path: str, said: Mapping[str, Any]) -> Any:
        """The JSON of an answer of ``/v1``; raises HTTPError where it refuses."""
        known = {"Authorization": f"Bearer {self.key}"}
        answer = requests.request(method, f"{self.url}/v1{path}", json=said, headers=known, timeout=PATIENCE)
        answer.raise_for_status()
        return answer.json()

    def take_in(self, body: str) -> str:
        """The id of a new review of SUBJECT that waits for a decision."""
        consent = {"uses": ["display", "markup"], "wording": "I agree that Larkfield shows my review."}
        said = {"external_id": body, "subject": SUBJECT, "rating": {"value": 4}, "body": body, "consent": consent}
        return str(self.ask("POST", "/reviews", {**said, "language": "en"})["id"])

    def approve(self, review: str) -> None:
        self.ask("POST", f"/reviews/{review}/approve", {})

    def withdraw(self, review: str) -> None:
        self.ask("POST", f"/reviews/{review}/withdraw", {})

    def served(self) -> requests.Response:
        """The list as it is at this moment."""
        plain = {"Accept-Encoding": "identity"}
        return requests.get(self.url + LIST, headers=plain, timeout=PATIENCE)

    def serves(self, words: str) -> bool:
        return words in self.served().text

    def has_told(self, heard: Sequence[Heard]) -> bool:
        """Whether nothing is under way, and the list that is served is one that was told of."""
        etag = self.served().headers.get("ETag", "").strip('"')
        known = any(etag and etag == _list_etag(each.body) for each in list(heard))
        return known and self.instance.rows(UNDER_WAY) == [(0,)]

    def tell(self, hook: str) -> str:
        """Has an address told of each snippet that moves; the secret that its webhooks are signed with."""
        events = ("--event", "snippet.updated", "--event", "snippet.removed")
        said = self.instance.plaudit("subscriptions", "add", hook, *events).out
        return said.rpartition(": ")[2].strip()


@contextmanager
def shop(place: Ground, name: str = "shop") -> Iterator[Shop]:
    """A new instance with SUBJECT and one review that is published."""
    port = free_port()
    instance = place.instance(name, SETTINGS.format(port=port))
    granted = [word for each in PERMISSIONS for word in ("--permission", each)]
    key = next(each for each in instance.plaudit("key", "create", "story", *granted).out.split() if each[:4] == "plk_")
    with instance.running("serve", "--host", "127.0.0.1", "--port", str(port)) as process:
        server = Server(port=port, pid=process.pid)
        wait_until("readiness of Plaudit", lambda: process.poll() is not None or server.is_ready(), limit=PATIENCE)
        found = Shop(instance=instance, url=f"http://127.0.0.1:{port}", key=key)
        found.ask("PUT", f"/subjects/{SUBJECT}", {"type": "Product", "name": "K2 Gooseneck Kettle"})
        found.approve(found.take_in(FIRST))
        wait_until("the first snippet", lambda: found.serves(FIRST), limit=PATIENCE)
        yield found


@dataclass(slots=True)
class Line:
    """The line between Plaudit and the CMS: passes webhooks on, or loses them though it says that they arrived."""

    loses: bool = False
    to: str = ""
    """The webhook's address at the CMS; set it as soon as it is known."""
    passed: list[Heard] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    """What the CMS answered to what was passed on."""
    lost: list[Heard] = field(default_factory=list)
    url: str = ""

    def answer(self, heard: Heard) -> Reply:
        if self.loses:
            self.lost.append(heard)
            return Reply(204)
        status = post(self.to, {name.lower(): value for name, value in heard.headers.items()}, heard.body)
        self.answers.append(status)
        self.passed.append(heard)
        return Reply(status)


@contextmanager
def line() -> Iterator[Line]:
    """Its ``url`` is where Plaudit sends."""
    found = Line()
    with loopback(found.answer) as server:
        found.url = f"{server.url}/hook"
        yield found


@dataclass(frozen=True, slots=True, kw_only=True)
class Cms:
    """A CMS that is running."""

    name: str
    hook: str
    """Where it takes webhooks."""
    page: Callable[[], str]
    """The HTML of its page as a visitor gets it."""
    catch_up: Callable[[], object]
    """Has it read what changed since the last time."""
    most_seconds: float = MOST_SECONDS
    """From a decision to the page; a site that is built takes the time of a build."""
    reads_on: bool = False
    """Whether any signed webhook, an old one too, has it read all that it missed."""
    is_done: Callable[[], bool] = lambda: True
    """Whether it is done with what it was told."""


def tell_story(ledger: Ledger, plaudit: Shop, wire: Line, cms: Cms, secret: str) -> None:
    """All four parts, in order; says the seconds from each decision to the page."""
    wire.to = cms.hook
    ledger.claim(f"{cms.name}: the page shows the published review", holds=FIRST in cms.page())
    review = _approved(ledger, plaudit, cms)
    _withdrawn(ledger, plaudit, cms, review)
    _lost(ledger, plaudit, wire, cms, secret)
    refused = [status for status in wire.answers if not 200 <= status < 300]
    ledger.claim(f"{cms.name}: it took each webhook", holds=bool(wire.answers) and not refused, found=len(wire.answers))


def _approved(ledger: Ledger, plaudit: Shop, cms: Cms) -> str:
    words = "The handle stays cool enough to hold."
    review = plaudit.take_in(words)
    ledger.claim(f"{cms.name}: what waits for a decision is not shown", holds=words not in cms.page())
    seconds = _seconds(lambda: plaudit.approve(review), "the approved review on the page", lambda: words in cms.page())
    ledger.at_most(f"{cms.name}: approved, then on the page", seconds, cms.most_seconds, "s")
    return review


def _withdrawn(ledger: Ledger, plaudit: Shop, cms: Cms, review: str) -> None:
    words = "The handle stays cool"
    seconds = _seconds(lambda: plaudit.withdraw(review), "the page without it", lambda: words not in cms.page())
    ledger.at_most(f"{cms.name}: withdrawn, then gone from the page", seconds, cms.most_seconds, "s")
    wait_until("the page with what is left", lambda: FIRST in cms.page(), limit=PATIENCE)


def _lost(ledger: Ledger, plaudit: Shop, wire: Line, cms: Cms, secret: str) -> None:
    """While the page is behind, nothing that is forged or old may move it; catching up does."""
    words = "The lid rattles on a wet stove."
    wait_until("all to be told", lambda: plaudit.has_told(wire.passed) and cms.is_done(), limit=PATIENCE)
    ledger.claim(f"{cms.name}: it is up to date", holds=FIRST in cms.page())
    wire.loses = True
    plaudit.approve(plaudit.take_in(words))
    wait_until(
        "the webhook that is lost", lambda: plaudit.serves(words) and plaudit.has_told(wire.lost), limit=PATIENCE
    )
    ledger.claim(f"{cms.name}: a lost webhook leaves the page behind", holds=words not in cms.page())
    told = next(each.body for each in wire.lost if _list_etag(each.body))
    for what, status in send_forged(cms.hook, secret, told).items():
        ledger.claim(f"{cms.name}: refused: {what}", holds=400 <= status < 500, found=status)
    if not cms.reads_on:
        status = post(cms.hook, standard_headers(secret, "msg_older", datetime.now(UTC), OLDER), OLDER)
        ledger.claim(f"{cms.name}: an older version is taken and ignored", holds=200 <= status < 300, found=status)
    ledger.claim(f"{cms.name}: none of these moved the page", holds=words not in cms.page())
    seconds = _seconds(cms.catch_up, "the page after catching up", lambda: words in cms.page())
    ledger.claim(f"{cms.name}: caught up through /v1/changes", holds=words in cms.page(), found=f"{seconds:.1f} s")
    wire.loses = False


def send_forged(hook: str, secret: str, told: bytes) -> Mapping[str, int]:
    """How a webhook's address answers to whatever claims to come from Plaudit and does not; ``told`` is a real body."""
    now = datetime.now(UTC)
    genuine = standard_headers(secret, "msg_forged", now, told)
    forged: Mapping[str, tuple[Mapping[str, str], bytes]] = {
        "no signature": ({}, told),
        "another secret": (standard_headers(new_secret(os.urandom(32)), "msg_forged", now, told), told),
        "another body": (genuine, told.replace(b'"list"', b'"badge"')),
        "another id": ({**genuine, "webhook-id": "msg_other"}, told),
        "six minutes old": (standard_headers(secret, "msg_forged", now - OLD, told), told),
        "six minutes ahead": (standard_headers(secret, "msg_forged", now + OLD, told), told),
    }
    return {what: post(hook, headers, body) for what, (headers, body) in forged.items()}


def post(address: str, headers: Mapping[str, str], body: bytes) -> int:
    """The status of the answer; redirects are not followed, as Plaudit follows none."""
    where = urlsplit(address)
    connection = http.client.HTTPConnection(where.hostname or "", where.port, timeout=PATIENCE)
    kept = {name: value for name, value in headers.items() if name.startswith("webhook-")}
    path = f"{where.path}?{where.query}" if where.query else where.path
    try:
        connection.request("POST", path, body, {"Content-Type": "application/json", **kept})
        return connection.getresponse().status
    finally:
        connection.close()


_OLDER = json.dumps(
    {
        "type": "snippet.updated",
        "timestamp": "2026-11-22T09:00:00Z",
        "data": {"id": "1", "subject": SUBJECT, "snippet": "list", "locale": "en", "version": 1, "etag": "0000"},
    }
).encode()


def _list_etag(told: bytes) -> str:
    """The ETag that a webhook tells of the list; empty where it is about something else."""
    news = json.loads(told)["data"]
    return str(news.get("etag", "")) if news.get("snippet") == "list" else ""


def _seconds(does: Callable[[], object], what: str, seen: Callable[[], bool]) -> float:
    begun = time.monotonic()
    does()
    wait_until(what, seen, limit=PATIENCE)
    return time.monotonic() - begun
