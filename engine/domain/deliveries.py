"""Who wants to be told, and what came of telling them. Standard Webhooks: https://www.standardwebhooks.com."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from engine.domain.events import EventKind
from engine.domain.ids import DeliveryId, SubjectId, SubscriptionId


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningSecret:
    """What deliveries are signed with; while two are valid, each delivery carries both signatures."""

    text: str = field(repr=False)
    """``whsec_`` and the base64 of 24 to 64 bytes."""
    ends_at: datetime | None = None
    """When it was given up for another and how long both are used; None: it is the one in use."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """An address that is told what happened."""

    id: SubscriptionId
    url: str
    """Some hold a key, and whoever knows it may post there: shown to those who may subscribe, and never logged."""
    secrets: Sequence[SigningSecret]
    created_at: datetime
    events: AbstractSet[EventKind] = frozenset()
    """Only these kinds; empty: all that are told at all."""
    subjects: AbstractSet[SubjectId] = frozenset()
    """Only about these; empty: about all."""
    note: str = ""
    told_after: int = 0
    """The number of the event after which everything is told: what happened before is told by replay alone."""
    failing_since: datetime | None = None
    """The first failure since it last took something; None: it takes what it is sent."""
    rests_until: datetime | None = None
    """Nothing is sent before that: it failed, or asked to be left alone."""
    disabled_at: datetime | None = None
    disabled_because: str = ""

    def signing_at(self, now: datetime) -> Sequence[str]:
        """The secrets to sign with at a moment, the one in use first."""
        valid = [each for each in self.secrets if each.ends_at is None or now < each.ends_at]
        return [each.text for each in sorted(valid, key=lambda each: each.ends_at is not None)]


class DeliveryState(StrEnum):
    WAITING = "waiting"
    DELIVERED = "delivered"
    FAILED = "failed"
    """All attempts failed, or the subscription was disabled; it can be sent again by hand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One try to deliver, and what came of it."""

    at: datetime
    milliseconds: int
    status: int | None = None
    """What the receiver answered; None where it did not answer, or was not asked."""
    problem: str = ""
    """Why it counts as failed; empty for a success."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One event on its way to one subscription."""

    id: DeliveryId
    """The ``webhook-id``: the same on every attempt, so that a receiver can tell that it knows it."""
    subscription_id: SubscriptionId
    event: int
    """The number of the event."""
    state: DeliveryState
    created_at: datetime
    attempts: int = 0
    """Since it was made, or sent again by hand."""
    due_at: datetime | None = None
    """When it is tried next; None: never."""
    log: Sequence[Attempt] = ()
    """The last attempts, the newest one last."""

    @property
    def last(self) -> Attempt | None:
        return self.log[-1] if self.log else None
