"""What subscriptions are told: which events, whom they concern, and the thin message that says them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from engine.domain import Delivery, DeliveryId, DeliveryState, Event, EventKind, Subscription
from engine.domain.ids import digest

# By kind, what its message says beside id and subject: the name there, and where the event keeps it.
_PAGE = {"topic": "topic", "collection": "collection", "snippet": "name", "locale": "locale", "version": "version"}
_REVIEW = {"review": "review"}
TOLD: Mapping[EventKind, Mapping[str, str]] = {
    EventKind.SNIPPET_UPDATED: {**_PAGE, "etag": "etag"},
    EventKind.SNIPPET_REMOVED: _PAGE,
    EventKind.REVIEW_APPROVED: _REVIEW,
    EventKind.REVIEW_WITHDRAWN: _REVIEW,
    EventKind.REVIEW_ERASED: _REVIEW,
    EventKind.FAQ_UPDATED: {"question": "question"},
    EventKind.MARKUP_REGRESSED: {"url": "url", "rule": "rule", "locale": "locale"},
    EventKind.SUBSCRIPTION_DISABLED: {"subscription": "subscription"},
    EventKind.PING: {"subscription": "subscription"},
}
"""The kinds of events that anybody is told of; what else happens stays here."""


def wants(subscription: Subscription, event: Event) -> bool:
    """Whether a subscription is to be told of an event; one that is disabled is told nothing."""
    if subscription.disabled_at is not None or event.kind not in TOLD:
        return False
    if event.kind is EventKind.PING:
        return event.details.get("subscription") == subscription.id
    if subscription.events and event.kind not in subscription.events:
        return False
    return not subscription.subjects or event.subject_id in subscription.subjects


def message(number: int, event: Event) -> bytes:
    """What an event's deliveries say, the same bytes each time.

    It holds ids and versions and nobody's words: the receiver fetches what it wants, and ignores versions older than
    what it has. https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
    """
    known = {**event.details, "review": event.review_id or ""}
    told = {name: known[key] for name, key in TOLD[event.kind].items() if known.get(key)}
    about = {"subject": event.subject_id} if event.subject_id else {}
    said = {
        "type": event.kind,
        "timestamp": event.at.isoformat().replace("+00:00", "Z"),
        "data": {"id": str(number), **about, **told},
    }
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()


def waiting(subscription: Subscription, number: int, event: Event, now: datetime) -> Delivery:
    """The delivery of an event that is to be sent at once."""
    return Delivery(
        # The same for the same event and subscription, so that no crash can make two of one; and another for what has
        # the number of an event that was told before a backup was restored: receivers ignore an id that they know.
        id=DeliveryId("msg_" + digest(subscription.id, str(number), event.kind, event.at.isoformat())),
        subscription_id=subscription.id,
        event=number,
        state=DeliveryState.WAITING,
        created_at=now,
        due_at=now,
    )
