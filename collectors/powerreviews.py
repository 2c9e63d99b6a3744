"""Reviews of products at PowerReviews, by the API that displays them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from collectors.api import (
    Api,
    Page,
    Position,
    as_received,
    base_of,
    chosen,
    given,
    given_with,
    list_under,
    number_in,
    walk,
)
from collectors.fields import count_in, first, identity, listed, rows, since_1970, text, texts, truth
from engine.domain import Batch, Record
from engine.http import GuardedSession
from engine.plugins import Collector, Option, Sureness

_PER_PAGE = 25
_WINDOW = 10_000
"""Start and size of a page may not come to more than this."""
_LIKED = ("pros", "bestuses")


class PowerReviews:
    name = "powerreviews"
    rights = "powerreviews"
    sureness = Sureness.SECONDARY
    options: Mapping[str, Option] = {
        "merchant": Option(help="the merchant id"),
        "key": Option(help="the API key of the display API", is_secret=True),
        "locale": Option(help="the locale that the product below is asked for in", default="en_US"),
        "product": Option(help="the page id of one product; all products when empty", default=""),
        "base_url": Option(help="the address of the API", default="https://readservices-b2c.powerreviews.com"),
    }

    def collector(self, given: Mapping[str, str], http: GuardedSession) -> Collector:
        options = chosen(given, self.options)
        merchant, locale, product = (quote(options[name], safe="") for name in ("merchant", "locale", "product"))
        product = f"/l/{locale}/product/{product}" if product else ""
        api = Api(base=base_of(options["base_url"]), http=http)
        return _Reviews(api=api, path=f"/m/{merchant}{product}/reviews", key=options["key"])


KIND = PowerReviews()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reviews:
    """The newest first, because beyond its window PowerReviews gives nothing: what is lacking then is the oldest."""

    api: Api
    path: str
    # PowerReviews reads it from the query alone.
    key: str = field(repr=False)

    def collect(self, cursor: str | None) -> Iterator[Batch]:
        return walk(cursor, self._page, read)

    def _page(self, position: Position) -> Page:
        start = min(number_in(position, "from", 0), _WINDOW - 1)
        asked = {
            "apikey": self.key,
            "paging.from": str(start),
            "paging.size": str(min(_PER_PAGE, _WINDOW - start)),
            "sort": "Newest",
        }
        document = self.api.get_object(self.path, asked)
        entries = [each for group in list_under(document, "results", KIND.name) for each in _reviews(group)]
        total = count_in(document, "paging.total_results")
        following = start + len(entries)
        is_at_its_end = following >= _WINDOW
        is_cut = is_at_its_end and (total is None or total > following)
        return Page(
            place=f"{KIND.name} from {start}",
            entries=entries,
            following=None if is_at_its_end or not entries else {"from": str(following)},
            reported=total,
            shortfall=f"PowerReviews gives the newest {_WINDOW:,} reviews and no more" if is_cut else "",
        )


def read(raw: Mapping[str, Any], place: str) -> Record:
    """The record of a review."""
    rating = text(raw, "metrics.rating")
    return Record(
        fields=given(
            {
                "subject": first(raw, "details.product_page_id"),
                "subject_name": text(raw, "details.product_name"),
                "author": text(raw, "details.nickname"),
                "rating": rating,
                "rating_best": "5" if rating else "",
                "title": text(raw, "details.headline"),
                "body": text(raw, "details.comments"),
                "language": text(raw, "details.locale").replace("_", "-"),
                "written_at": since_1970(raw, "details.created_date", per_second=1000),
                "updated_at": since_1970(raw, "details.updated_date", per_second=1000),
                "verified": "verified buyer" if truth(raw, "badges.is_verified_buyer") else "",
                "relation": "employee" if truth(raw, "badges.is_staff_reviewer") else "",
                "helpful": text(raw, "metrics.helpful_votes"),
                "tags": listed(list(_tags(raw))),
            }
        ),
        external_id=identity(raw, "review_id"),
        place=place,
        payload=as_received(raw),
        media=given_with("url", map(_media, rows(raw, "media"))),
    )


def _reviews(group: Any) -> Iterator[Any]:
    """The reviews of one product of a page; one that is no object is told of as a problem of its own."""
    reviews = group.get("reviews") if isinstance(group, Mapping) else None
    yield from reviews if isinstance(reviews, list) else [group]


def _tags(raw: Mapping[str, Any]) -> Iterator[str]:
    for group in rows(raw, "details.properties"):
        if text(group, "key") in _LIKED:
            yield from texts(group, "value")


def _media(raw: Mapping[str, Any]) -> dict[str, str]:
    return {
        "kind": "video" if text(raw, "type").casefold() == "video" else "image",
        "url": first(raw, "uri", "url"),
        "alt": text(raw, "caption"),
    }
