"""Reviews of a company and of its products at Reviews.io."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from collectors.api import (
    Api,
    Page,
    Position,
    Read,
    about,
    as_received,
    base_of,
    chosen,
    given,
    given_with,
    list_under,
    walk,
)
from collectors.fields import before, count_in, find, first, identity, in_zone, newest_of, rows, text, truth, zone_of
from collectors.parts import Part, part_of
from engine.domain import Batch, Record
from engine.errors import BadValueError
from engine.http import GuardedSession
from engine.plugins import Collector, Option, Sureness

_PER_PAGE = "100"
_OVERLAP = timedelta(days=2)


class ReviewsIo:
    name = "reviewsio"
    rights = "reviewsio"
    sureness = Sureness.SECONDARY
    options: Mapping[str, Option] = {
        "store": Option(help="the store id, as it stands in the address of the company's page"),
        "key": Option(help="the API key of the store", is_secret=True),
        "skus": Option(help="the SKUs whose reviews are read, with semicolons between; none when empty", default=""),
        "company": Option(help="no: reviews of the company itself are left out", default="yes"),
        "timezone": Option(help="the zone that times are in, like Europe/London; the site's when empty", default=""),
        "base_url": Option(help="the address of the API", default="https://api.reviews.io"),
    }

    def collector(self, given: Mapping[str, str], http: GuardedSession) -> Collector:
        options = chosen(given, self.options)
        parts = (*(["company"] if options["company"] != "no" else []), *(["products"] if options["skus"] else []))
        if not parts:
            raise BadValueError("skus is empty and company is no: there is nothing to read")
        headers = {"store": options["store"], "apikey": options["key"]}
        return _Reviews(
            api=Api(base=base_of(options["base_url"]), http=http, headers=headers),
            asked={"store": options["store"], "per_page": _PER_PAGE},
            skus=options["skus"],
            parts=parts,
            read=about(
                {"subject": options["store"], "subject_type": "Organization"},
                partial(read, zone=zone_of(options["timezone"])),
            ),
        )


KIND = ReviewsIo()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reviews:
    """The company first, then its products; how many reviews there are in all is known in the last of them."""

    api: Api
    asked: Mapping[str, str]
    skus: str
    parts: Sequence[str]
    read: Read

    def collect(self, cursor: str | None) -> Iterator[Batch]:
        return walk(cursor, self._page, self.read)

    def _page(self, position: Position) -> Page:
        # Companies' pages are counted from 0, products' from 1; where 0 and 1 are one page, it is read twice.
        first_pages = [0 if each == "company" else 1 for each in self.parts]
        part = part_of(position, len(self.parts), first_pages=first_pages)
        document = self._ask(part, position.get("since", ""))
        entries, count = _entries(document), _count(document)
        newest = newest_of(position.get("newest", ""), entries, "date_created")
        since = before(newest, _OVERLAP)[:10] or position.get("since", "")
        following = part.following(entries, count)
        return Page(
            place=f"{KIND.name} {self.parts[part.at]} page {part.page}",
            entries=entries,
            following=following and {**given({"since": position.get("since", ""), "newest": newest}), **following},
            resume={"since": since} if since else None,
            reported=part.reported(count),
        )

    def _ask(self, part: Part, since: str) -> Mapping[str, Any]:
        asked = {**self.asked, "page": str(part.page)}
        if since:
            asked["min_date"] = since
        if self.parts[part.at] == "company":
            return self.api.get_object("/merchant/reviews", asked)
        return self.api.get_object("/product/review", {**asked, "sku": self.skus})


def read(raw: Mapping[str, Any], place: str, zone: ZoneInfo | None = None) -> Record:
    """The record of a review of the company or of a product, whose numbers are counted apart; times are in ``zone``."""
    is_of_product = find(raw, "product_review_id") is not None
    number = identity(raw, "product_review_id" if is_of_product else "store_review_id")
    return Record(
        fields=given(
            {
                "subject": first(raw, "product.sku", "product.mpn"),
                "subject_name": text(raw, "product.name"),
                "author": f"{text(raw, 'reviewer.first_name')} {text(raw, 'reviewer.last_name')}".strip(),
                "rating": text(raw, "rating"),
                "rating_best": "5",
                "title": text(raw, "title"),
                "body": first(raw, "review", "comments"),
                "written_at": in_zone(text(raw, "date_created"), zone),
                "verified": "buyer" if truth(raw, "reviewer.verified_buyer") else "",
            }
        ),
        external_id=f"{'product' if is_of_product else 'company'}-{number}",
        place=place,
        payload=as_received(raw),
        replies=given_with("body", (_reply(each, zone) for each in rows(raw, "replies"))),
        media=given_with("url", map(_picture, _images(raw))),
    )


def _reply(raw: Mapping[str, Any], zone: ZoneInfo | None) -> dict[str, str]:
    is_private = truth(raw, "private")
    return {
        "body": "" if is_private else text(raw, "comments"),
        "written_at": in_zone(first(raw, "date", "date_created"), zone),
    }


def _images(raw: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Pictures: bare addresses, or objects that hold one."""
    images = find(raw, "images")
    for each in images if isinstance(images, list) else []:
        if isinstance(each, Mapping):
            yield each
        elif isinstance(each, str):
            yield {"image": each}


def _picture(raw: Mapping[str, Any]) -> dict[str, str]:
    return {"kind": "image", "url": first(raw, "image", "url", "src"), "thumbnail": first(raw, "thumbnail", "thumb")}


def _entries(document: Mapping[str, Any]) -> Sequence[Any]:
    """The reviews of a page: a list, or a list inside of an object that counts pages."""
    is_paged = isinstance(document.get("reviews"), Mapping)
    return list_under(document, "reviews.data" if is_paged else "reviews", KIND.name)


def _count(document: Mapping[str, Any]) -> int | None:
    """As a page counts itself, or as what stands beside a plain list says; both have several names."""
    is_paged = isinstance(document.get("reviews"), Mapping)
    names = ("reviews.total",) if is_paged else ("stats.total_reviews", "stats.count", "count")
    return next((count for name in names if (count := count_in(document, name)) is not None), None)
