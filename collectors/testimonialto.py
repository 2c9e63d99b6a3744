"""Testimonials of a Testimonial.to space, by its API or from an export of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from collectors.api import Api, as_received, base_of, given, given_with, list_in
from collectors.fields import find, first, identity, listed, text, texts, truth, web_address
from collectors.hooked import ReadingKind
from collectors.signals import reading
from collectors.walls import WALL_OPTIONS, Listed, list_in_file, network_of
from engine.domain import Record
from engine.errors import BadValueError
from engine.http import GuardedSession
from engine.plugins import Collector, Option, Sureness

NAME = "testimonialto"
CONSENT = "agreed to publication in the form of Testimonial.to"
MOST_BYTES = 50_000_000
"""The one answer has no pages: this is some 25,000 testimonials, and ten times as much memory while it is read."""

OPTIONS: Mapping[str, Option] = {
    "key": Option(help="the API key of the space", default="", is_secret=True),
    "base_url": Option(help="the address of the API", default="https://api.testimonial.to/v1"),
    **WALL_OPTIONS,
}


def read(raw: Mapping[str, Any], place: str) -> Record:
    """The record of a testimonial; one with a link to a post or profile elsewhere has its ``origin``."""
    role, company = role_and_company(text(raw, "title"))
    link, rating = text(raw, "socialLink"), text(raw, "rating")
    return Record(
        fields=given(
            {
                "author": text(raw, "name"),
                "role": role,
                "company": company,
                "rating": rating if rating != "0" else "",
                "rating_best": "5" if rating not in ("", "0") else "",
                "body": text(raw, "testimonial"),
                "written_at": text(raw, "createdAt"),
                "url": web_address(raw, "socialLink"),
                "tags": listed(texts(raw, "tags")),
                "consent": _consent(raw),
                "origin": network_of(link) if link.strip() else "",
            }
        ),
        external_id=identity(raw, "id"),
        place=place,
        payload=as_received(raw),
        contact=given({"email": text(raw, "email")}) or None,
        media=given_with("url", [_film(raw), {"url": text(raw, "attachedImageURL"), "kind": "image"}]),
    )


def role_and_company(title: str) -> tuple[str, str]:
    """What somebody does and where, of the one text that has both: the company stands after the last comma."""
    role, comma, company = title.rpartition(",")
    return (role.strip(), company.strip()) if comma else (title.strip(), "")


def _consent(raw: Mapping[str, Any]) -> str:
    """Empty where nothing is said: then it is not known whether the author was asked."""
    if find(raw, "consent") is None:
        return ""
    return CONSENT if truth(raw, "consent") else "no"


def _film(raw: Mapping[str, Any]) -> dict[str, str]:
    return {"url": first(raw, "videoURL", "video_url"), "kind": "video", "thumbnail": text(raw, "thumbnailURL")}


def _make(options: Mapping[str, str], http: GuardedSession) -> Collector:
    read_one = reading(read)(options)
    if path := options["file"]:
        return Listed(NAME, lambda: list_in_file(path, "testimonials"), read_one)
    if not options["key"]:
        raise BadValueError("key is missing: give the key of the API, or a file")
    headers = {"Authorization": f"Bearer {options['key']}"}
    api = Api(base=base_of(options["base_url"]), http=http, headers=headers)
    return Listed(NAME, lambda: list_in(api.get("/testimonials")), read_one)


KIND = ReadingKind(
    name=NAME,
    rights=NAME,
    sureness=Sureness.SECONDARY,
    options=OPTIONS,
    make=_make,
    reading=reading(read),
    most_bytes=MOST_BYTES,
)
