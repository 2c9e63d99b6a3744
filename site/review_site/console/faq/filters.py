"""What the pages of the workshop are narrowed to, as their addresses say it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import request

from engine.domain import SubjectId
from engine.mining.grammar import base_language
from review_site.asking import instance

PLACE = "/console/faq"


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowed:
    """A subject and a language, or all of them."""

    subject: SubjectId | None
    language: str | None

    def address(self, page: str, **more: object) -> str:
        """A page of the workshop for the same subject and language."""
        asked = {"subject": self.subject, "language": self.language, **more}
        query = urlencode({name: value for name, value in asked.items() if value not in (None, "")})
        return f"{PLACE}{page}" + (f"?{query}" if query else "")

    @property
    def languages(self) -> Sequence[str]:
        """Those to choose from."""
        return sorted({base_language(each) for each in instance().config.languages} | {self.language or "en"})


def narrowed() -> Narrowed:
    """What the query asks for, or a form that was sent."""
    subject = request.values.get("subject", "").strip()
    language = request.values.get("language", "").strip()
    return Narrowed(
        subject=SubjectId(subject) if subject else None, language=base_language(language) if language else None
    )
