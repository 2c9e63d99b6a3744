"""Published reviews of products that use Yotpo, as the shop's own widgets are told of them: no secret is needed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
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
    walk,
)
from collectors.fields import count_in, find, first, identity, inner, rows, text, truth
from collectors.parts import part_of
from engine.domain import Batch, Record, Standing
from engine.errors import BadValueError
from engine.http import GuardedSession
from engine.plugins import Collector, Option, Sureness

_PER_PAGE = "100"


class YotpoWidget:
    name = "yotpo_widget"
    rights = "yotpo"
    sureness = Sureness.MEMORY
    options: Mapping[str, Option] = {
        "app_key": Option(help="the app key of the account"),
        "products": Option(help="the ids of the products, with commas between them"),
        "base_url": Option(help="the address of the API", default="https://api.yotpo.com"),
    }

    def collector(self, given: Mapping[str, str], http: GuardedSession) -> Collector:
        options = chosen(given, self.options)
        products = tuple(dict.fromkeys(filter(None, (each.strip() for each in options["products"].split(",")))))
        if not products:
            raise BadValueError("products names none")
        api = Api(base=base_of(options["base_url"]), http=http)
        return _Reviews(api=api, app_key=options["app_key"], products=products)


KIND = YotpoWidget()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reviews:
    """One product after the other; how many reviews there are in all is known with the last one."""

    api: Api
    app_key: str
    products: Sequence[str]

    def collect(self, cursor: str | None) -> Iterator[Batch]:
        return walk(cursor, self._page, read)

    def _page(self, position: Position) -> Page:
        part = part_of(position, len(self.products))
        product = self.products[part.at]
        path = f"/v1/widget/{quote(self.app_key, safe='')}/products/{quote(product, safe='')}/reviews.json"
        document = self.api.get_object(path, {"page": str(part.page), "per_page": _PER_PAGE})
        entries = [_with_product(each, document) for each in list_under(document, "response.reviews", KIND.name)]
        count = count_in(document, "response.pagination.total")
        return Page(
            place=f"{KIND.name} product {product} page {part.page}",
            entries=entries,
            following=part.following(entries, count),
            reported=part.reported(count),
        )


def read(raw: Mapping[str, Any], place: str) -> Record:
    """The record of a review that has its product beside it, under ``product``."""
    comment = inner(raw, "comment")
    is_gone = truth(raw, "deleted")
    return Record(
        fields=given(
            {
                "subject": first(raw, "product.domain_key", "product_id"),
                "subject_name": text(raw, "product.name"),
                "author": text(raw, "user.display_name"),
                "rating": text(raw, "score"),
                "rating_best": "5",
                "title": text(raw, "title"),
                "body": text(raw, "content"),
                "written_at": text(raw, "created_at"),
                "verified": "buyer" if truth(raw, "verified_buyer") else "",
                "incentive": "yes" if truth(raw, "is_incentivized") else "",
                "helpful": text(raw, "votes_up"),
            }
        ),
        external_id=identity(raw, "id"),
        place=place,
        payload=as_received(raw),
        replies=given_with("body", [{"body": text(comment, "content"), "written_at": text(comment, "created_at")}]),
        media=given_with("url", map(_picture, rows(raw, "images_data"))),
        standing=Standing.DELETED if is_gone else Standing.PUBLIC,
    )


def _picture(raw: Mapping[str, Any]) -> dict[str, str]:
    return {
        "kind": "image",
        "url": first(raw, "original_url", "image_url"),
        "thumbnail": first(raw, "thumb_url"),
    }


def _with_product(entry: Any, document: Mapping[str, Any]) -> Any:
    """A review with its product beside it: the answer lists products apart, by an id of its own."""
    if not isinstance(entry, Mapping):
        return entry
    products = find(document, "response.products")
    for each in products if isinstance(products, list) else []:
        if isinstance(each, Mapping) and each.get("id") == entry.get("product_id"):
            return {**entry, "product": each}
    return entry
