"""Forms that customers write in themselves, and invitations to do so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from engine.domain.ids import Locale, ReviewId, SourceId, SubjectId
from engine.domain.reviews import Kind

FormId = NewType("FormId", str)
AskId = NewType("AskId", str)
FORM_SOURCES = "form."
"""How the ids of sources begin that are forms; nobody else writes under one."""


class Admission(StrEnum):
    """Who may write in a form."""

    OPEN = "open"
    REQUIRED = "required"
    """Only who was asked, by a link of his own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One form, as the operator set it up."""

    id: FormId
    subjects: Sequence[SubjectId] = ()
    """What can be reviewed in it; empty: whatever there is."""
    kind: Kind = Kind.REVIEW
    locales: Sequence[Locale] = ()
    """The languages it is there in; empty: all that are published."""
    photos: int = 4
    """The most pictures that can be sent with a review; 0: none."""
    ask: Admission = Admission.OPEN
    embed_on: Sequence[str] = ()
    """The origins of pages that may frame it; ``*`` is any."""
    least_seconds: int = 3
    """Whoever fills it in faster is asked to send it once more."""
    per_hour: int = 20
    """The most that one address may send in an hour."""

    @property
    def source_id(self) -> SourceId:
        """The source that its reviews are known under."""
        return SourceId(f"{FORM_SOURCES}{self.id}")

    def takes(self, subject: SubjectId) -> bool:
        return not self.subjects or subject in self.subjects

    def is_in(self, locale: Locale) -> bool:
        return not self.locales or locale in self.locales


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One person invited to write about one subject; nobody's rating decides who is."""

    id: AskId
    form: FormId
    subject_id: SubjectId
    made_at: datetime
    expires_at: datetime
    order: str = ""
    """What shows that this person bought the subject."""
    campaign: str = ""
    name: str = ""
    """As it stands in the form before the author changes it."""
    used_at: datetime | None = None
    review_id: ReviewId | None = None

    def is_open(self, now: datetime) -> bool:
        return self.used_at is None and now < self.expires_at
