"""The shops' review sources with thousands of reviews, and with those of their sample documents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from tests.proofs.source_pages import Played
from tests.shop_sources import SHOPS, at, like_the_sample, put, sampled
from tests.source_server import Pages

_MOST = 100
"""Reviews on a page, as most of these sources allow."""
_WORDS_AT: Mapping[str, str] = {
    "bazaarvoice": "ReviewText",
    "feefo": "service.review",
    "judgeme": "body",
    "okendo": "body",
    "powerreviews": "details.comments",
    "reviewsio": "review",
    "site_reviews": "content",
    "stamped": "reviewMessage",
    "woocommerce": "review",
    "wordpress_comments": "content.rendered",
    "yotpo": "content",
    "yotpo_widget": "content",
}
_PREFIX: Mapping[str, str] = {"reviewsio": "product-"}
_LACKING: Mapping[str, str] = {"powerreviews": "PowerReviews gives the newest 10,000 reviews"}
_GIVEN_AT_MOST: Mapping[str, int] = {"powerreviews": 10_000}


def _many(kind: str, count: int) -> Pages:
    rows = like_the_sample(kind, count // len(SHOPS[kind].ids_at))
    for number, raw in enumerate(rows, start=1):
        put(raw, _WORDS_AT[kind], f"It pours well & keeps the heat, says number {number}.")
    return SHOPS[kind].pages(rows, _MOST)


def _ids(kind: str, count: int) -> Sequence[str]:
    paths = SHOPS[kind].ids_at
    rows = like_the_sample(kind, min(count, _GIVEN_AT_MOST.get(kind, count)) // len(paths))
    return [_PREFIX.get(kind, "") + str(at(raw, path)) for raw in rows for path in paths]


PLAYED: Mapping[str, Played] = {
    kind: Played(
        given=SHOPS[kind].given,
        many=partial(_many, kind),
        sample=partial(sampled, kind),
        ids=partial(_ids, kind),
        lacking=_LACKING.get(kind, ""),
        key_in_url=SHOPS[kind].key_in_url,
    )
    for kind in _WORDS_AT
}
