"""Pages of others that embed our snippets, and what is wrong with them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from engine.domain.ids import Locale, SubjectId, digest
from engine.domain.problems import Problem

MonitoredId = NewType("MonitoredId", str)


class Embedded(StrEnum):
    """What a page was given to embed."""

    LIST = "list"
    """The reviews as HTML, with their markup at the end."""
    JSONLD = "jsonld"
    """The markup alone; the page shows the reviews itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitoredPage:
    """One page that embeds what we publish about one subject in one locale."""

    url: str
    subject_id: SubjectId
    locale: Locale
    embedded: Embedded
    added_at: datetime
    looked_at: datetime | None = None
    seen: str = ""
    """The digest of the markup that was published when the page last held exactly it."""

    @property
    def id(self) -> MonitoredId:
        return monitored_id(self.url, self.subject_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What is wrong with a page, and since when we know."""

    problem: Problem
    since: datetime


def monitored_id(url: str, subject: SubjectId) -> MonitoredId:
    """The same page and subject always give the same id, so that adding them twice is adding them once."""
    return MonitoredId("p" + digest(url, subject))
