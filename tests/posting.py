"""A store, a clock and a courier for tests of deliveries, and receivers that answer as a test wants."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from ipaddress import ip_network
from typing import Any

import pytest

from engine.domain import (
    Delivery,
    Event,
    EventKind,
    SigningSecret,
    SubjectId,
    Subscription,
    SubscriptionId,
)
from engine.http import GuardedSession
from engine.outbox import Outbox, Outcome, Work
from engine.store import Store
from engine.webhooks import (
    TELLING,
    Courier,
    mark_news,
    tell,
)
from tests.factories import NOON
from tests.servers import Answering, Heard, LoopbackServer, Reply, loopback

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
BEFORE = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
LOOPBACK = [ip_network("127.0.0.0/8")]
HERE = SubscriptionId("sub_here")


@dataclass
class Clock:
    """A clock that stands still until it is moved."""

    at: datetime = NOON

    def __call__(self) -> datetime:
        return self.at


@dataclass
class Post:
    """A store, a clock and a courier, as a worker has them."""

    store: Store
    http: GuardedSession
    clock: Clock = field(default_factory=Clock)

    def happened(self, *events: Event) -> None:
        with self.store.writing() as transaction:
            transaction.events.add(events)

    def subscribed(self, url: str, **changes: Any) -> Subscription:
        with self.store.writing() as transaction:
            wanted = Subscription(
                id=HERE,
                url=url,
                secrets=(SigningSecret(text=SECRET),),
                created_at=self.clock(),
                told_after=transaction.events.settled(),
                **changes,
            )
            transaction.subscriptions.add(wanted)
        return wanted

    def told(self) -> Outcome | None:
        mark_news(self.store, self.clock())
        return self.outbox.work_off_one(Work.TELL, TELLING, lambda lease: tell(self.store, lease, self.clock))

    def turn(self) -> Outcome | None:
        """The next turn, if one is due."""
        courier = Courier(store=self.store, http=self.http, clock=self.clock, chance=lambda: 0.5)
        return self.outbox.work_off({Work.DELIVER: courier.deliver})

    def turns(self) -> int:
        count = 0
        while self.turn():
            count += 1
        return count

    @property
    def outbox(self) -> Outbox:
        return Outbox(store=self.store, owner="test", clock=self.clock)

    def kept(self, wanted: SubscriptionId = HERE) -> Subscription:
        with self.store.reading() as transaction:
            return transaction.subscriptions.find(wanted)

    def deliveries(self, wanted: SubscriptionId = HERE) -> Sequence[Delivery]:
        with self.store.reading() as transaction:
            return [each for each, _ in reversed(transaction.deliveries.of(wanted, limit=10_000))]


@pytest.fixture
def post(store: Store) -> Iterator[Post]:
    with GuardedSession(LOOPBACK, timeout=2, max_bytes=10_000, max_redirects=0) as http:
        yield Post(store, http)


@contextmanager
def listening(post: Post, *answers: Answering | Reply, **changes: Any) -> Iterator[LoopbackServer]:
    """A subscription whose receiver answers one after the other, the last one for good; in order 204s without any."""
    left = list(answers) or [Reply(status=204)]

    def answer(heard: Heard) -> Any:
        one = left.pop(0) if len(left) > 1 else left[0]
        return one if isinstance(one, Reply) else one(heard)

    with loopback(answer) as server:
        post.subscribed(server.url + "/hooks?key=hidden", **changes)
        yield server


def happening(kind: EventKind = EventKind.SNIPPET_UPDATED, subject: str = "kettle", **changes: Any) -> Event:
    details: dict[str, str | int] = {"scope": "subject", "name": "list", "locale": "en", "version": 3, "etag": "5f2a"}
    event = Event(kind=kind, at=NOON, by="publish", subject_id=SubjectId(subject), details=details)
    return replace(event, **changes)


def header(heard: Heard, name: str) -> str:
    return {key.lower(): value for key, value in heard.headers.items()}[name]
