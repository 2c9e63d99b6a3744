"""When the story of the sample company happens: moved by whole days, so that it ends when an instance is filled."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from engine.domain import digest
from engine.store import Transaction
from review_site.sample_company import KEY

NEWEST = 2
"""Days that the newest review is old when an instance is filled."""
OPENS = timedelta(hours=9)

Line = Mapping[str, Any]
"""One line of ``reviews.jsonl``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """The calendar of one instance; the story ends where it ``begun``, however often the sample is loaded again."""

    begun: datetime
    shift: int
    """Whole days from the dates in the files to those of this instance."""
    told: datetime | None = None
    """Up to here the story was told, this moment included."""

    def before(self, days: float) -> datetime:
        """So many days before the story ends."""
        return self.begun - timedelta(days=days)

    def moved(self, day: str) -> str:
        """A date of the files as one of this instance."""
        return (date.fromisoformat(day) + timedelta(days=self.shift)).isoformat()

    def line(self, line: Line) -> Line:
        """A line with its own dates and those of its reply moved."""
        reply = line["reply"]
        answered = {**reply, "written_at": self.moved(reply["written_at"])} if reply else None
        return {**line, "written_at": self.moved(line["written_at"]), "reply": answered}


def days_of(transaction: Transaction, lines: Sequence[Line], now: datetime) -> Days:
    """The calendar that an instance has, or gets now.

    One that was filled by a release without a story keeps the dates it has, and is told none.
    """
    if kept := transaction.memory.find(KEY):
        known = json.loads(kept)
        told = datetime.fromisoformat(known["told"]) if known["told"] else None
        return Days(begun=datetime.fromisoformat(known["begun"]), shift=known["shift"], told=told)
    if transaction.attention.has_reviews():
        return Days(begun=now, shift=0, told=now)
    newest = date.fromisoformat(max(each["written_at"] for each in lines))
    return Days(begun=now, shift=(now.date() - newest).days - NEWEST)


def remember(transaction: Transaction, days: Days) -> None:
    told = days.told.isoformat() if days.told else None
    said = {"begun": days.begun.isoformat(), "shift": days.shift, "told": told}
    transaction.memory.save(KEY, json.dumps(said))


def begins(day: str) -> datetime:
    """When the office opens on a day."""
    return datetime.combine(date.fromisoformat(day), time(), UTC) + OPENS


def spread(name: str, most: timedelta) -> timedelta:
    """Between nothing and ``most``, the same for the same name, and as good as by chance for different ones."""
    return most * (int(digest(name)[:6], 16) / 0xFFFFFF)
