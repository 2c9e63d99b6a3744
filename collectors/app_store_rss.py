"""The App Store's public feed of reviews: the newest of each country, without a login."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from collectors.api import Api, Page, Position, as_received, base_of, number_in
from collectors.fields import identity, text
from collectors.platforms import SUBJECT_OPTIONS, Paged, PlatformKind, named_by, safe_id, tidied
from engine.domain import Record
from engine.errors import BadValueError, SourceRefusedError
from engine.http import GuardedSession
from engine.plugins import Option, Sureness

NAME = "app_store_rss"
MOST_PAGES = 10
SHORTFALL = "Apple's feed has the 500 newest reviews of each country at most, and at times none"
WITHOUT_PAGES = frozenset({"cn"})
"""Countries whose feed is empty when it is asked for by page and order."""
_MARKS_OF_AN_APP = ("im:artist", "im:price", "rights")

OPTIONS: Mapping[str, Option] = {
    "app": Option(help="the number of the app, as in id1234567890"),
    "countries": Option(help="two-letter countries, with commas between them", default="us"),
    "base_url": Option(help="the address of the feed", default="https://itunes.apple.com"),
    **SUBJECT_OPTIONS,
}


def read(raw: Mapping[str, Any], place: str) -> Record:
    """The record of an entry, which brings ``app`` and ``country`` along; its values stand under ``label``."""
    return tidied(
        Record(
            payload=as_received(raw),
            place=place,
            external_id=identity(raw, "id.label"),
            fields={
                "subject": text(raw, "app"),
                "subject_type": "SoftwareApplication",
                "author": text(raw, "author.name.label"),
                "rating": text(raw, "im:rating.label"),
                "rating_best": "5",
                "title": text(raw, "title.label"),
                "body": text(raw, "content.label"),
                "written_at": text(raw, "updated.label"),
                "helpful": text(raw, "im:voteSum.label"),
                "tags": text(raw, "country"),
            },
        )
    )


@dataclass(frozen=True, slots=True)
class _Feed:
    api: Api
    app: str
    countries: Sequence[str]

    def page(self, position: Position) -> Page:
        country = position.get("country", self.countries[0])
        if country not in self.countries:
            raise SourceRefusedError(f"{country!r} is no longer among the countries")
        number = number_in(position, "page", 1)
        entries = self._entries(country, number)
        is_last = not entries or number >= MOST_PAGES or country in WITHOUT_PAGES
        return Page(
            place=f"{NAME} {country} page {number}",
            entries=[_with(each, app=self.app, country=country) for each in entries if not _is_the_app(each)],
            following=self._after(country) if is_last else {"country": country, "page": str(number + 1)},
            shortfall=SHORTFALL,
        )

    def _entries(self, country: str, number: int) -> Sequence[Any]:
        """One entry is an object by itself, and none is not there at all."""
        which = "" if country in WITHOUT_PAGES else f"/page={number}"
        order = "" if country in WITHOUT_PAGES else "/sortby=mostrecent"
        document = self.api.get_object(f"/{country}/rss/customerreviews{which}/id={self.app}{order}/json")
        feed = document.get("feed")
        found = feed.get("entry") if isinstance(feed, Mapping) else None
        return found if isinstance(found, list) else [found] if found else []

    def _after(self, country: str) -> Position | None:
        following = self.countries[self.countries.index(country) + 1 :]
        return {"country": following[0], "page": "1"} if following else None


def _is_the_app(entry: Any) -> bool:
    return isinstance(entry, Mapping) and "im:rating" not in entry and any(each in entry for each in _MARKS_OF_AN_APP)


def _with(entry: Any, **where: str) -> Any:
    return {**where, **entry} if isinstance(entry, Mapping) else entry


def _make(values: Mapping[str, str], http: GuardedSession) -> Paged:
    countries = tuple(dict.fromkeys(filter(None, (each.strip().lower() for each in values["countries"].split(",")))))
    if not countries or not all(re.fullmatch("[a-z]{2}", each) for each in countries):
        raise BadValueError("countries: write two letters for each, with commas between them, like us,gb,nl")
    api = Api(base=base_of(values["base_url"]), http=http)
    return Paged(_Feed(api, safe_id(values["app"].removeprefix("id")), countries).page, named_by(values, read))


KIND = PlatformKind(name=NAME, rights="app-store", sureness=Sureness.CLIENT, options=OPTIONS, make=_make)
