"""The review platforms that are played on loopback, and what their collectors are given for them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.platform_plays import (
    COUNTRIES,
    KEY,
    UNIT,
    Play,
    account,
    app_store_connect,
    app_store_rss,
    ebay_feedback,
    elliptic_key,
    etsy,
    g2,
    google_business_profile,
    google_play,
    kiyoh,
    pem,
    trusted_shops,
    trustpilot,
    trustpilot_secrets,
)
from tests.shop_sources import at, put, sample


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """One played source."""

    pages: Play
    """Serves raw reviews, so many on a page at most."""
    id_at: str
    """Where a raw review has its id, with dots between."""
    path: str
    """Where the list of raw reviews is in the sample document."""
    options: Mapping[str, str] = field(default_factory=dict)
    secrets: Callable[[], Mapping[str, str]] = dict
    has_token_url: bool = False
    changed_at: str = ""
    """Where a raw review has the time of its last change, where that orders the pages."""

    def given(self, url: str) -> Mapping[str, str]:
        """All options, for a source at an address."""
        token = {"token_url": f"{url}/oauth/token"} if self.has_token_url else {}
        return {"base_url": url, **token, **self.options, **self.secrets()}


def rows_of(kind: str) -> list[Any]:
    """The raw reviews of the sample document of a platform."""
    return list(at(sample(kind), PLATFORMS[kind].path))


def like_the_sample(kind: str, count: int) -> list[Any]:
    """So many raw reviews like the first one of the sample, with the ids r1, r2, and an hour between their changes."""
    platform, original = PLATFORMS[kind], json.dumps(rows_of(kind)[0])
    found = []
    for number in range(1, count + 1):
        raw = json.loads(original)
        put(raw, platform.id_at, f"r{number}")
        if platform.changed_at:
            day, second = divmod(number * 3600, 86_400)
            hour = second // 3600
            month, day_of_month = divmod(day % 336, 28)
            moment = f"{2020 + day // 336 % 6}-{month + 1:02}-{day_of_month + 1:02}T{hour:02}:00:00.000+00:00"
            put(raw, platform.changed_at, moment)
        found.append(raw)
    return found


PLATFORMS: Mapping[str, Platform] = {
    "google_business_profile": Platform(
        pages=google_business_profile,
        id_at="reviewId",
        path="reviews",
        options={"account": "1098", "location": "7741", "client_id": "app-1"},
        secrets=lambda: {"client_secret": KEY, "refresh_token": "r" + KEY},
        has_token_url=True,
    ),
    "trustpilot_service": Platform(
        pages=trustpilot(f"/v1/private/business-units/{UNIT}/reviews", "reviews"),
        id_at="id",
        path="reviews",
        options={"business_unit": UNIT, "business_user": "user-9"},
        secrets=trustpilot_secrets,
    ),
    "trustpilot_product": Platform(
        pages=trustpilot(f"/v1/private/product-reviews/business-units/{UNIT}/reviews", "productReviews"),
        id_at="id",
        path="productReviews",
        options={"business_unit": UNIT, "business_user": "user-9"},
        secrets=trustpilot_secrets,
    ),
    "kiyoh": Platform(
        pages=kiyoh,
        id_at="reviewId",
        path="reviews",
        options={"location": "1046100"},
        secrets=lambda: {"token": KEY},
        changed_at="updatedSince",
    ),
    "trusted_shops": Platform(
        pages=trusted_shops,
        id_at="id",
        path="items",
        options={"client_id": "app-1"},
        secrets=lambda: {"client_secret": KEY},
        has_token_url=True,
    ),
    "app_store_rss": Platform(
        pages=app_store_rss,
        id_at="id.label",
        path="feed.entry",
        options={"app": "1", "countries": ",".join(COUNTRIES)},
    ),
    "app_store_connect": Platform(
        pages=app_store_connect,
        id_at="id",
        path="data",
        options={"app": "1", "issuer": "issuer-1", "key_id": "key-7"},
        secrets=lambda: {"private_key": pem(elliptic_key())},
    ),
    "google_play": Platform(
        pages=google_play,
        id_at="reviewId",
        path="reviews",
        options={"package": "com.larkfield.kettle"},
        secrets=lambda: {"service_account": account()},
        has_token_url=True,
    ),
    "g2": Platform(pages=g2, id_at="id", path="data", secrets=lambda: {"token": KEY}),
    "etsy": Platform(
        pages=etsy,
        id_at="transaction_id",
        path="results",
        options={"shop": "123456"},
        secrets=lambda: {"api_key": KEY},
    ),
    "ebay_feedback": Platform(
        pages=ebay_feedback,
        id_at="feedbackId",
        path="feedbackEntries",
        options={"user": "larkfield", "client_id": "app-1"},
        secrets=lambda: {"client_secret": KEY, "refresh_token": "r" + KEY},
    ),
}
