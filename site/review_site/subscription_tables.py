"""Subscriptions and deliveries as JSON tells them; secrets are shown once, where they are made."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from engine.domain import Delivery, Event, Subscription


def subscription_mapping(each: Subscription) -> dict[str, Any]:
    """Without its secrets, but for when each that was given up ends."""
    return {
        "id": each.id,
        "url": each.url,
        "events": sorted(each.events),
        "subjects": sorted(each.subjects),
        "note": each.note,
        "created_at": in_json(each.created_at),
        "failing_since": in_json(each.failing_since),
        "disabled_at": in_json(each.disabled_at),
        "disabled_because": each.disabled_because,
        "secrets_ending": [in_json(one.ends_at) for one in each.secrets if one.ends_at],
    }


def with_secret(each: Subscription) -> dict[str, Any]:
    """With the secret in use, which nobody is shown again."""
    return {**subscription_mapping(each), "secret": each.secrets[0].text}


def delivery_mapping(each: Delivery, event: Event) -> Mapping[str, Any]:
    last = each.last
    return {
        "id": each.id,
        "event": str(each.event),
        "type": event.kind,
        "state": each.state,
        "attempts": each.attempts,
        "created_at": in_json(each.created_at),
        "due_at": in_json(each.due_at),
        "status": last.status if last else None,
        "problem": last.problem if last else "",
        "log": [
            {
                "at": in_json(one.at),
                "milliseconds": one.milliseconds,
                "status": one.status,
                "problem": one.problem,
            }
            for one in each.log
        ],
    }


def in_json(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z") if moment else None
