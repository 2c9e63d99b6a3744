"""Meta's product review feed as CSV, all ratings.

https://developers.facebook.com/documentation/ads-commerce/commerce-platform/platforms/feed-schema-csv (2026-03-31)
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from engine.domain import PublishSettings, VerificationLevel
from engine.feeding import Feedable
from schema_markup.feeds.fitness import Skip, Skipped, lacks, public_name
from schema_markup.feeds.xml import as_moment

NAME = "meta-reviews"
MEDIA_TYPE = "text/csv; charset=utf-8"
COLUMNS = (
    "aggregator",
    "store.name",
    "store.id",
    "store.storeUrls",
    "reviewID",
    "rating",
    "title",
    "content",
    "created_at",
    "updated_at",
    "review_image_urls",
    "incentivized",
    "has_verified_purchase",
    "reviewer.name",
    "reviewer.reviewerID",
    "reviewer.isAnonymous",
    "product.name",
    "product.url",
    "product.imageURLs",
)
# A spreadsheet that opens the file would run what begins so (OWASP, CSV injection).
_FORMULAS = ("=", "+", "-", "@", "\t", "\r")


def meta_reviews(reviews: Iterable[Feedable], settings: PublishSettings, skip: Skip) -> Iterator[str]:
    """The feed in pieces; what cannot stand in it is told to ``skip`` with all that it lacks."""
    yield _line(COLUMNS)
    for each in reviews:
        missing = lacks(each, identifiers=False)
        if missing:
            skip(Skipped(review_id=each.review.id, lacks=missing))
        else:
            yield _line(_row(each, settings))


def formula_safe(text: str) -> str:
    """A text that no spreadsheet takes for a formula: where it looks like one, an apostrophe stands before it."""
    return f"'{text}" if text.lstrip(" \n").startswith(_FORMULAS) else text


def _row(each: Feedable, settings: PublishSettings) -> list[str]:
    review, subject = each.review, each.subject
    name = public_name(review)
    shop = urlsplit(subject.url or settings.base_url)
    cells = {
        "store.name": formula_safe(settings.site_name),
        "store.storeUrls": json.dumps([f"{shop.scheme}://{shop.netloc}"]),
        "reviewID": review.id,
        "rating": str(review.rating.star) if review.rating else "",
        "title": formula_safe(review.title or "") if review.body else "",
        "content": formula_safe(review.body or review.title or ""),
        "created_at": as_moment(review.written_at) if review.written_at else "",
        "review_image_urls": "[]",
        "incentivized": json.dumps(review.incentive is not None),
        "has_verified_purchase": json.dumps(review.verification.level is VerificationLevel.PURCHASE),
        "reviewer.name": formula_safe(name or ""),
        "reviewer.isAnonymous": json.dumps(name is None),
        "product.name": formula_safe(subject.name_in(settings.default_locale)),
        "product.url": subject.url or "",
        "product.imageURLs": json.dumps([subject.image] if subject.image else []),
    }
    return [cells.get(column, "") for column in COLUMNS]


def _line(cells: Iterable[str]) -> str:
    file = io.StringIO()
    csv.writer(file, lineterminator="\r\n").writerow(cells)
    return file.getvalue()
