"""Reviews of a company and of its products at Feefo, by the API that displays them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

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
from collectors.fields import count_in, first, identity, inner, rows, text
from engine.domain import Batch, Record, Standing
from engine.http import GuardedSession
from engine.plugins import Collector, Option, Sureness

_PER_PAGE = "100"
_NAMELESS = "trusted customer"
"""What Feefo shows for a customer who gives no name; a name is never invented."""


class Feefo:
    name = "feefo"
    rights = "feefo"
    sureness = Sureness.CLIENT
    options: Mapping[str, Option] = {
        "merchant": Option(help="the merchant identifier, as it stands in the address of the company's page"),
        "base_url": Option(help="the address of the API", default="https://api.feefo.com/api/20"),
    }

    def collector(self, given: Mapping[str, str], http: GuardedSession) -> Collector:
        options = chosen(given, self.options)
        return _Reviews(api=Api(base=base_of(options["base_url"]), http=http), merchant=options["merchant"])


KIND = Feefo()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reviews:
    """Feefo counts orders, each with a review of the company and any number of products: the last page compares."""

    api: Api
    merchant: str

    def collect(self, cursor: str | None) -> Iterator[Batch]:
        return walk(cursor, self._page, read)

    def _page(self, position: Position) -> Page:
        page = number_in(position, "page", 1)
        asked = {
            "merchant_identifier": self.merchant,
            "page": str(page),
            "page_size": _PER_PAGE,
            "since_period": "ALL",
            "full_thread": "include",
            "empty_product_comments": "include",
        }
        document = self.api.get_object("/reviews/all", asked)
        entries = list_under(document, "reviews", KIND.name)
        count, pages = (count_in(document, f"summary.meta.{name}") for name in ("count", "pages"))
        told = number_in(position, "told", 0) + len(entries)
        # As the first page said: while orders go, others may move to a page that was read before.
        counted = number_in(position, "counted", told if count is None else count)
        ended = not entries or (pages is not None and page >= pages)
        return Page(
            place=f"{KIND.name} page {page}",
            entries=entries,
            following=None if ended else {"page": str(page + 1), "told": str(told), "counted": str(counted)},
            shortfall=f"Feefo counts {counted:,} orders and told of {told:,}" if ended and told < counted else "",
        )


def read(raw: Mapping[str, Any], place: str) -> Sequence[Record]:
    """The records of one order: its review of the company, and those of its products."""
    about_company, products = inner(raw, "service"), rows(raw, "products")
    found: list[Record] = []
    if about_company:
        company = {"subject": text(raw, "merchant.identifier"), "subject_type": "Organization"}
        found.append(_record(raw, about_company, company, place))
    for number, review in enumerate(products, start=1):
        product = {
            "subject": first(review, "product.sku", "product.parent_sku"),
            "subject_name": text(review, "product.title"),
            "subject_url": text(review, "product.url"),
        }
        found.append(_record(raw, review, product, f"{place}, product {number}"))
    return found


def _record(raw: Mapping[str, Any], review: Mapping[str, Any], subject: Mapping[str, str], place: str) -> Record:
    author = text(raw, "customer.display_name")
    return Record(
        fields=given(
            {
                **subject,
                "author": "" if author.strip().casefold() == _NAMELESS else author,
                "rating": text(review, "rating.rating"),
                "rating_best": _scale(review),
                "title": text(review, "title"),
                "body": text(review, "review"),
                "written_at": text(review, "created_at"),
                "updated_at": text(raw, "last_updated_date"),
                "url": text(raw, "url"),
            }
        ),
        external_id=identity(review, "id"),
        place=place,
        payload=as_received(raw),
        replies=given_with("body", map(_reply, rows(review, "thread"))),
        media=given_with("url", map(_media, rows(review, "media"))),
        aspects=given_with("value", map(_aspect, rows(review, "attributes"))),
        standing=Standing.PUBLIC if text(review, "moderation_status") in ("", "published") else Standing.HIDDEN,
    )


def _scale(raw: Mapping[str, Any]) -> str:
    """``1-5`` for a rating from 1.0 to 5.0."""
    ends = [text(raw, f"rating.{end}").removesuffix(".0") for end in ("min", "max")]
    return "-".join(ends) if all(ends) else ""


def _reply(raw: Mapping[str, Any]) -> dict[str, str]:
    """What the company says; a thread also holds what its customer answers."""
    is_ours = text(raw, "role").casefold() == "merchant"
    return {"body": text(raw, "comment") if is_ours else "", "written_at": text(raw, "created_at")}


def _media(raw: Mapping[str, Any]) -> dict[str, str]:
    return {
        "kind": "video" if text(raw, "type").casefold() == "video" else "image",
        "url": text(raw, "url"),
        "thumbnail": text(raw, "thumbnail_url"),
    }


def _aspect(raw: Mapping[str, Any]) -> dict[str, str]:
    return {
        "label": text(raw, "name"),
        "value": text(inner(raw, "rating"), "rating"),
        "worst": text(inner(raw, "rating"), "min"),
        "best": text(inner(raw, "rating"), "max"),
    }
