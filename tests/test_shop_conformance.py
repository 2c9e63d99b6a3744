"""Each shop source keeps what every collector promises."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from engine.testing import Expected, check_source_kind
from tests.shop_sources import SHOPS, like_the_sample, plug, put

Changes = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Case:
    """Seven raw reviews of which two are malformed: what is changed in the good ones."""

    words: str
    """Where the text is."""
    stars: str
    hidden: Changes = field(default_factory=dict)
    deleted: Changes = field(default_factory=dict)
    unrated: Changes = field(default_factory=dict)
    ids: Sequence[str] = ("1", "2", "3", "4", "5")
    reported: int | None = 7

    def rows(self, kind: str) -> list[Any]:
        rows = like_the_sample(kind, 6)
        put(rows[0], self.words, "Fish &amp; <b>chips</b>")
        put(rows[0], self.stars, 1)
        for row, changes in zip(rows[2:5], (self.hidden, self.deleted, self.unrated), strict=True):
            for path, value in changes.items():
                put(row, path, value)
        put(rows[5], SHOPS[kind].ids_at[0], None)
        return [*rows[:2], "no object", *rows[2:]]


R = ("r1", "r2", "r3", "r4", "r5")
CASES: Mapping[str, Case] = {
    "woocommerce": Case(
        words="review", stars="rating", hidden={"status": "hold"}, deleted={"status": "trash"}, unrated={"rating": 0}
    ),
    "wordpress_comments": Case(
        words="content.rendered", stars="post", hidden={"status": "hold"}, deleted={"status": "trash"}
    ),
    "site_reviews": Case(words="content", stars="rating", hidden={"is_approved": False}, unrated={"rating": 0}),
    "judgeme": Case(words="body", stars="rating", hidden={"curated": "spam"}),
    "yotpo": Case(words="content", stars="score", deleted={"archived": True}, reported=None),
    "yotpo_widget": Case(words="content", stars="score", deleted={"deleted": True}),
    "okendo": Case(words="body", stars="rating", hidden={"status": "pending"}, ids=R, reported=None),
    "stamped": Case(words="reviewMessage", stars="reviewRating"),
    "reviewsio": Case(words="review", stars="rating", ids=[f"product-{number}" for number in range(1, 6)]),
    "feefo": Case(
        words="service.review",
        stars="service.rating.rating",
        hidden={"service.moderation_status": "pending"},
        ids=[*R, *(f"{each}p" for each in R)],
        reported=None,
    ),
    "bazaarvoice": Case(words="ReviewText", stars="Rating", hidden={"ModerationStatus": "REJECTED"}, ids=R),
    "powerreviews": Case(words="details.comments", stars="metrics.rating"),
}


def test_every_shop_source_has_its_case() -> None:
    assert CASES.keys() == SHOPS.keys()


@pytest.mark.parametrize("kind", CASES)
def test_a_shop_source_keeps_the_contract(kind: str) -> None:
    shop, case = SHOPS[kind], CASES[kind]
    has_stars = kind != "wordpress_comments"
    first, third, fourth, fifth = (case.ids[place] for place in (0, 2, 3, 4))
    expected = Expected(
        ids=[each for each in case.ids if not (case.deleted and each == fourth)],
        malformed=2,
        hidden=[third] if case.hidden else [],
        deleted=[fourth] if case.deleted else [],
        reported=case.reported,
        hundredths={first: 100 if has_stars else None, **({fifth: None} if case.unrated else {})},
        bodies={first: "Fish & chips"},
        secret_in_url=shop.key_in_url,
    )

    checked = check_source_kind(plug(kind), shop.given, shop.pages(case.rows(kind), 3), expected)

    assert len(checked) == 10
