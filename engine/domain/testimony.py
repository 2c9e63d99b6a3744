"""What customers say in other forms than reviews: questions with answers, and films."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.errors import BadValueError


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One customer's answer to another's question."""

    id: str
    text: str
    author: str | None = None
    written_at: datetime | None = None
    votes: int = 0
    """Readers who found it helpful, less those who did not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One customer's question about a subject, with the answers of others."""

    id: str
    title: str
    text: str = ""
    author: str | None = None
    written_at: datetime | None = None
    votes: int = 0
    answers: Sequence[Answer] = ()
    accepted: str | None = None
    """The id of the answer that the asker took."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoTestimonial:
    """A film in which a customer speaks about a subject; it can be watched on the page that it is marked up on."""

    id: str
    title: str
    thumbnail: str
    uploaded_at: datetime
    content: str | None = None
    """Where the film's bytes are."""
    embed: str | None = None
    """Where a player of it is."""
    description: str = ""
    duration: timedelta | None = None
    transcript: str = ""
    speaker: str | None = None
    language: str | None = None

    def __post_init__(self) -> None:
        if not self.content and not self.embed:
            raise BadValueError(f"the film {self.id} needs the address of its bytes or of a player")
