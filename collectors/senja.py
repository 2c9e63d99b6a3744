"""Testimonials that Senja collected or imported, by its API or from an export of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from collectors.api import Api, Page, Position, Read, as_received, base_of, given, given_with, list_in, numbered, walk
from collectors.fields import identity, listed, text, texts, truth, web_address
from collectors.hooked import ReadingKind
from collectors.signals import reading
from collectors.walls import WALL_OPTIONS, Listed, list_in_file
from engine.domain import Batch, Record, Standing
from engine.errors import BadValueError
from engine.http import GuardedSession
from engine.plugins import Collector, Option, Sureness

NAME = "senja"
PAGE_SIZE = 100
# What reached Senja by its own form or was typed in there; all else has the rights of where it was written.
OWN = frozenset({"", "senja", "form", "manual"})

OPTIONS: Mapping[str, Option] = {
    "key": Option(help="an API key of the project", default="", is_secret=True),
    "base_url": Option(help="the address of the API", default="https://api.senja.io/v1"),
    **WALL_OPTIONS,
}


def read(raw: Mapping[str, Any], place: str) -> Record:
    """The record of a testimonial; one that Senja imported has its ``origin``."""
    origin = text(raw, "integration").strip().casefold()
    rating = text(raw, "rating")
    return Record(
        fields=given(
            {
                "author": text(raw, "customer_name"),
                "role": text(raw, "customer_tagline"),
                "company": text(raw, "customer_company"),
                "rating": rating if rating != "0" else "",
                "rating_best": "5" if rating not in ("", "0") else "",
                "title": text(raw, "title"),
                "body": text(raw, "text"),
                "language": text(raw, "lang"),
                "written_at": text(raw, "date"),
                "url": web_address(raw, "url"),
                "tags": listed(texts(raw, "tags")),
                "origin": "" if origin in OWN else origin,
            }
        ),
        external_id=identity(raw, "id"),
        place=place,
        payload=as_received(raw),
        contact=given({"email": text(raw, "customer_email")}) or None,
        media=given_with(
            "url", [{"url": text(raw, "video_url"), "kind": "video", "thumbnail": text(raw, "thumbnail_url")}]
        ),
        standing=Standing.PUBLIC if truth(raw, "approved") else Standing.HIDDEN,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Testimonials:
    """Page by page until an empty one: ``total`` counts no more than the page it stands on."""

    api: Api
    read: Read

    def collect(self, cursor: str | None) -> Iterator[Batch]:
        return walk(cursor, self._page, self.read)

    def _page(self, position: Position) -> Page:
        asked = {"page": position.get("page", "1"), "limit": str(PAGE_SIZE), "sort": "date", "order": "asc"}
        return numbered(NAME, position, list_in(self.api.get("/testimonials", asked), "testimonials"))


def _make(options: Mapping[str, str], http: GuardedSession) -> Collector:
    read_one = reading(read)(options)
    if path := options["file"]:
        return Listed(NAME, lambda: list_in_file(path, "testimonials"), read_one)
    if not options["key"]:
        raise BadValueError("key is missing: give the key of the API, or a file")
    headers = {"Authorization": f"Bearer {options['key']}"}
    return _Testimonials(api=Api(base=base_of(options["base_url"]), http=http, headers=headers), read=read_one)


KIND = ReadingKind(
    name=NAME, rights=NAME, sureness=Sureness.SECONDARY, options=OPTIONS, make=_make, reading=reading(read)
)
