"""Each platform keeps what every collector promises."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from engine.plugins import load_kinds
from engine.testing import Expected, check_source_kind
from tests.platform_sources import PLATFORMS, like_the_sample
from tests.shop_sources import put

Changes = Mapping[str, Any]
IDS = ("r1", "r2", "r3", "r4", "r5")


@dataclass(frozen=True, kw_only=True)
class Case:
    """Seven raw reviews of which two are malformed: what is changed in the good ones."""

    words: str
    """Where the text is."""
    stars: str
    lowest: Any = 1
    body: str = "Fish & chips"
    hidden: Changes = field(default_factory=dict)
    unrated: Changes = field(default_factory=dict)
    reported: int | None = 7

    def rows(self, kind: str) -> list[Any]:
        rows = like_the_sample(kind, 6)
        put(rows[0], self.words, "Fish &amp; <b>chips</b>")
        put(rows[0], self.stars, self.lowest)
        for row, changes in zip(rows[2:4], (self.hidden, self.unrated), strict=True):
            for path, value in changes.items():
                put(row, path, value)
        put(rows[5], PLATFORMS[kind].id_at, None)
        return [*rows[:2], "no object", *rows[2:]]


REPORTED_THERE = {"source": "Trustpilot", "reviewVisibility": "hidden"}
CASES: Mapping[str, Case] = {
    "google_business_profile": Case(
        words="comment", stars="starRating", lowest="ONE", unrated={"starRating": "STAR_RATING_UNSPECIFIED"}
    ),
    "trustpilot_service": Case(words="text", stars="stars", hidden={"reportData": REPORTED_THERE}, reported=None),
    "trustpilot_product": Case(words="content", stars="stars", hidden={"state": "unpublished"}, reported=None),
    "kiyoh": Case(words="reviewContent.2.rating", stars="rating"),
    "trusted_shops": Case(
        words="comment", stars="rating", hidden={"status": "MODERATION"}, unrated={"rating": 0}, reported=None
    ),
    "app_store_rss": Case(words="content.label", stars="im:rating.label", lowest="1", reported=None),
    "app_store_connect": Case(words="attributes.body", stars="attributes.rating"),
    "google_play": Case(words="comments.0.userComment.text", stars="comments.0.userComment.starRating", reported=None),
    "g2": Case(
        words="attributes.comment_answers.benefits.value",
        stars="attributes.star_rating",
        body="What do you like best about Larkfield Cloud?\nBatch recipes.\n\n"
        "What do you dislike about Larkfield Cloud?\nSlow exports.\n\n"
        "What problems is it solving and how is that benefiting you?\nFish & chips",
        hidden={"attributes.is_public": False},
        unrated={"attributes.star_rating": None},
    ),
    "etsy": Case(words="review", stars="rating", unrated={"rating": None}),
    "ebay_feedback": Case(words="feedbackComment.commentText", stars="commentType", lowest="NEGATIVE"),
}


def test_every_platform_has_its_case() -> None:
    assert CASES.keys() == PLATFORMS.keys()


@pytest.mark.parametrize("kind", CASES)
def test_a_platform_keeps_the_contract(kind: str) -> None:
    platform, case = PLATFORMS[kind], CASES[kind]
    expected = Expected(
        ids=IDS,
        malformed=2,
        hidden=["r3"] if case.hidden else [],
        reported=case.reported,
        hundredths={"r1": 100, **({"r4": None} if case.unrated else {})},
        bodies={"r1": case.body},
    )

    checked = check_source_kind(load_kinds()[kind], platform.given, platform.pages(case.rows(kind), 3), expected)

    assert len(checked) == 10
