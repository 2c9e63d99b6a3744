"""Reviews of a shop that uses Stamped, by the API of its dashboard, version 2."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import quote

from collectors.api import (
    Api,
    Page,
    Position,
    Read,
    about,
    as_received,
    base_of,
    basic,
    chosen,
    given,
    given_with,
    list_under,
    number_in,
    numbered,
    walk,
)
from collectors.fields import count_in, first, identity, text
from engine.domain import Batch, Record
from engine.http import GuardedSession
from engine.plugins import Collector, Option, Sureness

_PER_PAGE = "100"
_BOUGHT = "2"
"""Of ``reviewVerifiedType``: the author bought the product."""
_DAY = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})(.*)", re.ASCII)


class Stamped:
    name = "stamped"
    rights = "stamped"
    sureness = Sureness.CLIENT
    options: Mapping[str, Option] = {
        "store": Option(help="the store hash, as Stamped shows it beside the API keys"),
        "public_key": Option(help="the public API key"),
        "private_key": Option(help="the private API key", is_secret=True),
        "shop": Option(help="what reviews of the shop itself are about", default="shop"),
        "photos": Option(help="the address that photos are under; without it they are left out", default=""),
        "base_url": Option(help="the address of the API", default="https://stamped.io/api/v2"),
    }

    def collector(self, given: Mapping[str, str], http: GuardedSession) -> Collector:
        options = chosen(given, self.options)
        headers = {"Authorization": basic(options["public_key"], options["private_key"])}
        photos = base_of(options["photos"], "photos") if options["photos"] else ""
        subject = {"subject": options["shop"], "subject_type": "Organization"}
        return _Reviews(
            api=Api(base=base_of(options["base_url"]), http=http, headers=headers),
            store=options["store"],
            read=about(subject, partial(read, photos=photos)),
        )


KIND = Stamped()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reviews:
    api: Api
    store: str
    read: Read

    def collect(self, cursor: str | None) -> Iterator[Batch]:
        return walk(cursor, self._page, self.read)

    def _page(self, position: Position) -> Page:
        asked = {"page": str(number_in(position, "page", 1)), "take": _PER_PAGE}
        document = self.api.get_object(f"/{quote(self.store, safe='')}/dashboard/reviews", asked)
        entries = list_under(document, "data", KIND.name)
        return numbered(KIND.name, position, entries, reported=count_in(document, "total"))


def read(raw: Mapping[str, Any], place: str, photos: str = "") -> Record:
    """The record of a review; its photos are bare file names, under the address ``photos``."""
    return Record(
        fields=given(
            {
                "subject": text(raw, "productId"),
                "subject_name": text(raw, "productName"),
                "subject_url": text(raw, "productUrl"),
                "author": text(raw, "author"),
                "rating": text(raw, "reviewRating"),
                "rating_best": "5",
                "title": text(raw, "reviewTitle"),
                "body": text(raw, "reviewMessage"),
                "written_at": first(raw, "dateCreated") or _year_first(text(raw, "reviewDate")),
                "verified": "buyer" if text(raw, "reviewVerifiedType") == _BOUGHT else "",
                "helpful": text(raw, "reviewVotesUp"),
            }
        ),
        external_id=identity(raw, "id"),
        place=place,
        payload=as_received(raw),
        contact=given({"email": text(raw, "email")}) or None,
        replies=given_with("body", [_reply(raw)]),
        media=given_with("url", _photos(text(raw, "reviewUserPhotos"), photos)),
    )


def _reply(raw: Mapping[str, Any]) -> dict[str, str]:
    return {"body": text(raw, "reviewReply"), "written_at": _year_first(text(raw, "reviewReplyDate"))}


def _year_first(date: str) -> str:
    """``06/02/2026``, which begins with the month, so that nobody takes it for another day."""
    match = _DAY.fullmatch(date.strip())
    return f"{match[3]}-{int(match[1]):02}-{int(match[2]):02}{match[4]}" if match else date


def _photos(names: str, address: str) -> Iterator[dict[str, str]]:
    for name in filter(None, (each.strip() for each in names.split(","))):
        if name.startswith("https://"):
            yield {"kind": "image", "url": name}
        elif address:
            yield {"kind": "image", "url": f"{address}/{quote(name, errors='replace')}"}
