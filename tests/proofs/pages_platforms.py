"""The review platforms, played with as many reviews as are asked for."""

from __future__ import annotations

from collections.abc import Mapping

from collectors import app_store_rss, google_play, trustpilot
from tests.platform_plays import COUNTRIES
from tests.platform_sources import PLATFORMS, Platform, like_the_sample, rows_of
from tests.proofs.source_pages import Played
from tests.source_server import Pages

PAGE = 100
OF_THE_FEED = 50
"""Entries on a page of Apple's feed, which has ten pages of each country."""
LACKING = {
    "app_store_rss": app_store_rss.SHORTFALL,
    "google_play": google_play.SHORTFALL,
    "trustpilot_product": trustpilot.UNCOUNTED,
}
MOST = {"app_store_rss": 500 * len(COUNTRIES)}


def pages_of(kind: str, count: int) -> Pages:
    """A platform with so many reviews, or with the most that it gives."""
    rows = like_the_sample(kind, min(count, MOST.get(kind, count)))
    return PLATFORMS[kind].pages(rows, OF_THE_FEED if kind == "app_store_rss" else _page_of(kind))


def _page_of(kind: str) -> int:
    """What the vendor gives at most; Kiyoh gives ten thousand, and is asked for fewer."""
    return 10_000 if kind == "kiyoh" else PAGE


def _played(kind: str, platform: Platform) -> Played:
    return Played(
        given=platform.given,
        many=lambda count: pages_of(kind, count),
        sample=lambda: platform.pages(rows_of(kind), PAGE),
        lacking=LACKING.get(kind, ""),
    )


PLAYED: Mapping[str, Played] = {kind: _played(kind, platform) for kind, platform in PLATFORMS.items()}
