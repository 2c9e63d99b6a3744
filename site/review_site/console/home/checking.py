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

_TAG = re.compile(r"<[a-z][^<>]*", re.IGNORECASE)
_OURS = re.compile(r'\bclass="(?:[^"]*\s)?plaudit[\s"]')
LONGEST_TAG = 2_000
"""Characters of a tag of ours; a longer one is none, and would take long to be looked through."""
EMBEDDED = "first embed"
"""Under this key the instance remembers where a snippet was first seen in a page."""


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
    named = re.escape(quote(subject, safe=""))
    by_script = re.compile(rf'\bdata-plaudit="subjects/{named}/')
    by_frame = re.compile(rf'<iframe\b[^<>]*?\bsrc="[^"<>]*?/embed/subjects/{named}/')
    found: set[Way] = set()
    for each in _TAG.finditer(html):
        if len(each[0]) > LONGEST_TAG:
            continue
        tag = unescape(each[0])
        ways = ((Way.SNIPPET, _OURS), (Way.SCRIPT, by_script), (Way.FRAME, by_frame))
        found.update(way for way, pattern in ways if pattern.search(tag))
    return next((each for each in Way if each in found), None)


def embedding_to(embedding: Embedding) -> str:
    return json.dumps([embedding.url, embedding.way, embedding.at.isoformat()])


def embedding_from(text: str | None) -> Embedding | None:
    if not text:
        return None
    url, way, at = json.loads(text)
    return Embedding(url=url, way=Way(way), at=datetime.fromisoformat(at))
