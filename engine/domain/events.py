"""What happened: the append-only record that webhooks and audits read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from engine.domain.ids import ReviewId, SubjectId


class EventKind(StrEnum):
    REVIEW_RECEIVED = "review.received"
    REVIEW_CHANGED = "review.changed"
    REVIEW_APPROVED = "review.approved"
    REVIEW_REJECTED = "review.rejected"
    REVIEW_WITHDRAWN = "review.withdrawn"
    REVIEW_ERASED = "review.erased"
    SNIPPET_UPDATED = "snippet.updated"
    SNIPPET_REMOVED = "snippet.removed"
    FAQ_UPDATED = "faq.updated"
    SOURCE_CHANGED = "source.changed"
    COLLECTION_CHANGED = "collection.changed"
    REVIEW_FLAGGED = "review.flagged"
    FLAG_ANSWERED = "flag.answered"
    MARKUP_REGRESSED = "markup.regressed"
    MARKUP_RESTORED = "markup.restored"
    SUBSCRIPTION_DISABLED = "subscription.disabled"
    PING = "ping"
    """Somebody asked whether a subscription hears us; only that one is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened; it carries ids and versions, never anybody's words."""

    kind: EventKind
    at: datetime
    by: str
    """Who or what did it: ``operator``, ``policy``, ``worker``."""
    subject_id: SubjectId | None = None
    review_id: ReviewId | None = None
    details: Mapping[str, str | int] = field(default_factory=dict)
