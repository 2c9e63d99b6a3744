"""Reviews of a WooCommerce shop, by its REST API v3.

https://woocommerce.github.io/woocommerce-rest-api-docs/#product-reviews
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from collectors.api import Api, as_received, base_of, basic, chosen, given
from collectors.fields import as_utc, first, identity, text, truth, whole
from collectors.wordpress import WordPressList, standing_of
from engine.domain import Record
from engine.http import GuardedSession
from engine.plugins import Collector, Option, Sureness


class WooCommerce:
    name = "woocommerce"
    rights = "woocommerce"
    sureness = Sureness.DOCUMENTED
    options: Mapping[str, Option] = {
        "base_url": Option(help="the address of the shop, like https://shop.example"),
        "key": Option(help="a consumer key of the shop that may read", is_secret=True),
        "secret": Option(help="the secret of that key", is_secret=True),
    }

    def collector(self, given: Mapping[str, str], http: GuardedSession) -> Collector:
        options = chosen(given, self.options)
        headers = {"Authorization": basic(options["key"], options["secret"])}
        return WordPressList(
            name=self.name,
            api=Api(base=base_of(options["base_url"]), http=http, headers=headers),
            path="/wp-json/wc/v3/products/reviews",
            params={"status": "all", "orderby": "date_gmt"},
            read=read,
            moment="date_created_gmt",
        )


KIND = WooCommerce()


def read(raw: Mapping[str, Any], place: str) -> Record:
    """The record of a review; 0 is WooCommerce's word for no rating."""
    rating = whole(raw, "rating")
    return Record(
        fields=given(
            {
                "subject": identity(raw, "product_id"),
                "subject_name": text(raw, "product_name"),
                "subject_url": text(raw, "product_permalink"),
                "author": text(raw, "reviewer"),
                "rating": str(rating) if rating else "",
                "rating_best": "5" if rating else "",
                "body": text(raw, "review"),
                "written_at": as_utc(text(raw, "date_created_gmt")) or first(raw, "date_created"),
                "verified": "verified purchase" if truth(raw, "verified") else "",
            }
        ),
        external_id=identity(raw, "id"),
        place=place,
        payload=as_received(raw),
        contact=given({"email": text(raw, "reviewer_email")}) or None,
        standing=standing_of(text(raw, "status")),
    )
