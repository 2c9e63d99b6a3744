"""Whether a page of the site holds what it was given to embed, by one look at what its server answers."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from html import unescape
from urllib.parse import quote

from engine.domain import SubjectId

EMBEDDED = "first embed"
"""Under this key the instance remembers where a snippet was first seen in a page."""
SECONDS = 5.0


class Way(StrEnum):
    """How a page embeds it."""

    SNIPPET = "snippet"
    """The HTML itself, as search engines read it without a script."""
    SCRIPT = "script"
    FRAME = "frame"


@dataclass(frozen=True, slots=True, kw_only=True)
class Embedding:
    url: str
    way: Way
    at: datetime


def way_in(html: str, subject: SubjectId) -> Way | None:
    """How a page embeds anything about a subject; None where it does not."""
    text = unescape(html)
    named = re.escape(quote(subject, safe=""))
    if re.search(r'<[^>]+\bclass="[^"]*\bplaudit\b', text):
        return Way.SNIPPET
    if re.search(rf'\bdata-plaudit="subjects/{named}/', text):
        return Way.SCRIPT
    if re.search(rf'<iframe\b[^>]*\bsrc="[^"]*/embed/subjects/{named}/', text):
        return Way.FRAME
    return None


def embedding_to(embedding: Embedding) -> str:
    return json.dumps([embedding.url, embedding.way, embedding.at.isoformat()])


def embedding_from(text: str | None) -> Embedding | None:
    if not text:
        return None
    url, way, at = json.loads(text)
    return Embedding(url=url, way=Way(way), at=datetime.fromisoformat(at))
