"""Who is told by webhook: subscriptions are added, removed, given new secrets, tried out and sent things again."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from ipaddress import ip_address
from urllib.parse import urlsplit

from engine.addresses import Network, may_connect
from engine.domain import (
    Change,
    DeliveryState,
    Event,
    EventKind,
    SigningSecret,
    SubjectId,
    Subscription,
    SubscriptionId,
)
from engine.errors import BadValueError, NotFoundError, RefusedError
from engine.notices import TOLD, waiting, wants
from engine.outbox import Work
from engine.signatures import new_secret
from engine.store import DeliveryFilter, Transaction

OVERLAP = timedelta(hours=24)
"""How long the secret before is signed with too, so that receivers can change it in their own time."""
MOST = 500
LONGEST_URL = 2_000
LONGEST_NOTE = 200
BY_HAND = "somebody turned it off"
"""Why one is disabled that works."""
MOST_REPLAYED = 10_000
SECRET_BYTES = 32
CHOICES: AbstractSet[EventKind] = frozenset(TOLD) - {EventKind.PING}


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscribing:
    """What can be done to subscriptions, within the caller's transaction; each change is written into the audit log."""

    transaction: Transaction
    now: datetime
    by: str
    chance: Callable[[int], bytes]
    """So many bytes that nobody can guess."""
    allow: Sequence[Network] = ()
    """The inside networks that may be told."""

    def add(
        self, url: str, *, events: Sequence[str] = (), subjects: AbstractSet[SubjectId] = frozenset(), note: str = ""
    ) -> Subscription:
        """A new subscription, with the secret that its receiver has to be given.

        Raises BadValueError for an address that could never be told anything, and for kinds of events that nobody is
        told of; NotFoundError for a subject that there is not; RefusedError when there are too many.
        """
        _refuse_address(url, self.allow)
        if len(note) > LONGEST_NOTE:
            raise BadValueError(f"note: has {LONGEST_NOTE} characters at most")
        for subject in sorted(subjects):
            self.transaction.subjects.find(subject)
        if len(self.transaction.subscriptions.page(limit=MOST)) >= MOST:
            raise RefusedError(f"there are {MOST} subscriptions: remove one first")
        made = Subscription(
            id=SubscriptionId("sub_" + self.chance(10).hex()),
            url=url,
            secrets=(self._secret(),),
            created_at=self.now,
            events=_kinds(events),
            subjects=frozenset(subjects),
            note=note,
            told_after=self.transaction.events.settled(),
        )
        self.transaction.subscriptions.add(made)
        self._write_down("subscription.create", made, host=urlsplit(url).hostname or "")
        return made

    def remove(self, wanted: SubscriptionId) -> None:
        """Forgets it, its deliveries too. Raises NotFoundError."""
        kept = self.transaction.subscriptions.hold(wanted)
        self.transaction.subscriptions.remove(wanted)
        self._write_down("subscription.remove", kept)

    def rotate(self, wanted: SubscriptionId) -> Subscription:
        """Gives it a new secret; the one before is signed with too for OVERLAP. Raises NotFoundError."""
        kept = self.transaction.subscriptions.hold(wanted)
        ends = self.now + OVERLAP
        older = [replace(each, ends_at=each.ends_at or ends) for each in kept.secrets]
        valid = tuple(each for each in older if each.ends_at and self.now < each.ends_at)
        after = replace(kept, secrets=(self._secret(), *valid[:3]))
        self.transaction.subscriptions.save(after)
        self._write_down("subscription.rotate", after)
        return after

    def enable(self, wanted: SubscriptionId) -> Subscription:
        """Lets one that failed, or was disabled, be told again from now on. Raises NotFoundError."""
        kept = self.transaction.subscriptions.hold(wanted)
        after = replace(kept, failing_since=None, rests_until=None, disabled_at=None, disabled_because="")
        self.transaction.subscriptions.save(after)
        self.transaction.marks.set(Work.DELIVER, [wanted], self.now)
        self._write_down("subscription.enable", after)
        return after

    def disable(self, wanted: SubscriptionId) -> Subscription:
        """Tells it nothing from now on, what waits for it included; one that is disabled stays so.

        Raises NotFoundError.
        """
        kept = self.transaction.subscriptions.hold(wanted)
        if kept.disabled_at is not None:
            return kept
        after = replace(kept, rests_until=None, disabled_at=self.now, disabled_because=BY_HAND)
        self.transaction.subscriptions.save(after)
        self.transaction.deliveries.give_up(wanted)
        details = {"subscription": str(wanted)}
        self.transaction.events.add(
            [Event(kind=EventKind.SUBSCRIPTION_DISABLED, at=self.now, by=self.by, details=details)]
        )
        self._write_down("subscription.disable", after)
        return after

    def ping(self, wanted: SubscriptionId) -> None:
        """Has it told that somebody asked. Raises NotFoundError, RefusedError for one that is disabled."""
        kept = self._enabled(wanted)
        details = {"subscription": str(kept.id)}
        self.transaction.events.add([Event(kind=EventKind.PING, at=self.now, by=self.by, details=details)])

    def replay_event(self, wanted: SubscriptionId, number: int) -> int:
        """Sends one event again, or for the first time; how many deliveries that makes.

        Raises NotFoundError, RefusedError for a disabled subscription or an event that it is not told of.
        """
        kept, event = self._enabled(wanted), self.transaction.events.find(number)
        if event is None:
            raise NotFoundError(f"there is no event {number}")
        if not wants(kept, event):
            raise RefusedError(f"event {number} is a {event.kind}, of which {wanted} is not told")
        return self._send(kept, [(number, event)])

    def replay_since(self, wanted: SubscriptionId, start: datetime, end: datetime) -> int:
        """Sends all events from a time on and before another again; how many.

        Raises NotFoundError, RefusedError for a disabled subscription or more than MOST_REPLAYED of them.
        """
        kept = self._enabled(wanted)
        kinds = kept.events or CHOICES
        found = self.transaction.events.between(start, end, kinds, limit=MOST_REPLAYED + 1)
        if len(found) > MOST_REPLAYED:
            raise RefusedError(f"that is more than {MOST_REPLAYED:,} events: name a shorter time")
        return self._send(kept, [(number, event) for number, event in found if wants(kept, event)])

    def replay_failed(self, wanted: SubscriptionId, start: datetime) -> int:
        """Sends again whatever failed for good of what was made from a time on; how many.

        Raises NotFoundError, RefusedError for a disabled subscription or more than MOST_REPLAYED of them.
        """
        kept = self._enabled(wanted)
        failed = DeliveryFilter(state=DeliveryState.FAILED, since=start)
        found = self.transaction.deliveries.page(kept.id, failed, limit=MOST_REPLAYED + 1)
        if len(found) > MOST_REPLAYED:
            raise RefusedError(f"that is more than {MOST_REPLAYED:,} deliveries: name a shorter time")
        return self._send(kept, [(each.event, event) for each, event in reversed(found)])

    def _send(self, kept: Subscription, events: Sequence[tuple[int, Event]]) -> int:
        # The mark first, as whoever sends deliveries does: two that lock in different orders would wait for each other.
        self.transaction.marks.set(Work.DELIVER, [kept.id] if events else [], self.now)
        self.transaction.deliveries.send_again(waiting(kept, number, event, self.now) for number, event in events)
        self._write_down("subscription.replay", kept, events=len(events))
        return len(events)

    def _enabled(self, wanted: SubscriptionId) -> Subscription:
        kept = self.transaction.subscriptions.find(wanted)
        if kept.disabled_at is not None:
            raise RefusedError(f"{wanted} is disabled ({kept.disabled_because}): enable it first")
        return kept

    def _secret(self) -> SigningSecret:
        return SigningSecret(text=new_secret(self.chance(SECRET_BYTES)))

    def _write_down(self, action: str, about: Subscription, **after: str | int) -> None:
        change = Change(at=self.now, by=self.by, action=action, about=f"subscription/{about.id}", after=after)
        self.transaction.audit.add(change)


def _kinds(given: Sequence[str]) -> frozenset[EventKind]:
    if strange := sorted(set(given) - CHOICES):
        raise BadValueError(f"events: {strange[0][:40]!r} is none of {', '.join(sorted(CHOICES))}")
    return frozenset(EventKind(each) for each in given)


def _refuse_address(url: str, allow: Sequence[Network]) -> None:
    """Says at once what the connection would be refused for later; a name is judged when it is dialled."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError as error:
        raise BadValueError("url: is not an address") from error
    if parts.scheme not in ("http", "https") or not host or "@" in parts.netloc or parts.fragment:
        raise BadValueError("url: must be an address like https://cms.example.com/hooks, without user and #")
    if len(url) > LONGEST_URL or re.search(r"[\x00-\x20\x7f\\]", url):
        raise BadValueError(f"url: has {LONGEST_URL:,} characters at most, and no spaces")
    if _is_inside(host, allow):
        raise BadValueError("url: is an inside address; [http] allow in the configuration opens those that may be told")


def _is_inside(host: str, allow: Sequence[Network]) -> bool:
    if host.rstrip(".").rpartition(".")[2] == "localhost":
        host = "127.0.0.1"
    try:
        return not may_connect(ip_address(host), allow)
    except ValueError:
        return False
