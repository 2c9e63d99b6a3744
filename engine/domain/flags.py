"""Flags: notices of readers that a published review should not stand as it does, and the answers they are owed.

Regulation (EU) 2022/2065 (Digital Services Act), articles 16 and 17.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from engine.domain.ids import FlagId, Locale, ReviewId

ANSWERED_WITHIN = timedelta(days=7)
"""How soon we want a notice answered. Article 16(6) asks for a timely answer and names no number of days."""


class FlagReason(StrEnum):
    """Why a reader thinks so. That somebody dislikes an opinion or a rating is no reason."""

    ILLEGAL = "illegal"
    NOT_GENUINE = "not-genuine"
    PERSONAL_DATA = "personal-data"
    ABUSE = "abuse"
    SPAM = "spam"
    OFF_TOPIC = "off-topic"


class FlagState(StrEnum):
    OPEN = "open"
    UPHELD = "upheld"
    """The review was taken down because of it."""
    DISMISSED = "dismissed"
    """The review stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """One notice: what a reader said of a review, and what he was answered."""

    id: FlagId
    review_id: ReviewId
    reason: FlagReason
    explanation: str
    at: datetime
    locale: Locale
    """The language that the reader is to be answered in."""
    name: str | None = None
    email: str | None = None
    """How to reach the reader, where he said it; never published, and not shown to the review's author."""
    state: FlagState = FlagState.OPEN
    answer: str = ""
    """The statement of reasons, as the reader gets it."""
    answered_by: str | None = None
    answered_at: datetime | None = None

    @property
    def due_at(self) -> datetime:
        """Until when the answer is owed."""
        return self.at + ANSWERED_WITHIN
