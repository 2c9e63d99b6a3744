"""What shop sources write in ways of their own: no rating, hidden words, gifts, poles, private replies."""

from __future__ import annotations

import json
from typing import Any

import pytest

from collectors import (
    bazaarvoice,
    feefo,
    judgeme,
    okendo,
    powerreviews,
    reviewsio,
    site_reviews,
    stamped,
    woocommerce,
    wordpress_comments,
    yotpo,
    yotpo_widget,
)
from engine.domain import Record, Standing
from engine.errors import BadValueError
from tests.shop_sources import put, rows_of

READERS = {
    "bazaarvoice": bazaarvoice.read,
    "judgeme": judgeme.read,
    "okendo": okendo.read,
    "powerreviews": powerreviews.read,
    "reviewsio": reviewsio.read,
    "site_reviews": site_reviews.read,
    "stamped": stamped.read,
    "woocommerce": woocommerce.read,
    "wordpress_comments": wordpress_comments.read,
    "yotpo": yotpo.read,
    "yotpo_widget": yotpo_widget.read,
}


def record(kind: str, /, **changes: Any) -> Record:
    """The first review of a sample, changed under some paths (``__`` stands for a dot)."""
    [raw, *_] = json.loads(json.dumps(rows_of(kind)))
    for path, value in changes.items():
        put(raw, path.replace("__", "."), value)
    return READERS[kind](raw, "here")


@pytest.mark.parametrize(
    ("kind", "changes", "standing"),
    [
        ("woocommerce", {"status": "approved"}, "public"),
        ("woocommerce", {"status": "hold"}, "hidden"),
        ("woocommerce", {"status": "spam"}, "hidden"),
        ("woocommerce", {"status": "invented"}, "hidden"),
        ("woocommerce", {"status": "trash"}, "deleted"),
        ("site_reviews", {"status": "pending"}, "hidden"),
        ("site_reviews", {"is_approved": False}, "hidden"),
        ("site_reviews", {"status": "trash", "is_approved": False}, "deleted"),
        ("judgeme", {"curated": "not-yet"}, "hidden"),
        ("judgeme", {"hidden": True}, "hidden"),
        ("judgeme", {"published": False}, "hidden"),
        ("judgeme", {"curated": None}, "public"),
        ("yotpo", {"deleted": True}, "deleted"),
        ("yotpo", {"archived": True}, "deleted"),
        ("okendo", {"status": "rejected"}, "hidden"),
        ("okendo", {"status": None}, "hidden"),
        ("bazaarvoice", {"ModerationStatus": "SUBMITTED"}, "hidden"),
    ],
)
def test_what_is_not_public_at_its_source_is_not_public(kind: str, changes: dict[str, Any], standing: str) -> None:
    assert record(kind, **changes).standing is Standing(standing)


@pytest.mark.parametrize("kind", ["woocommerce", "site_reviews"])
def test_wordpress_writes_0_for_no_rating(kind: str) -> None:
    fields = record(kind, rating=0).fields

    assert "rating" not in fields
    assert "rating_best" not in fields


@pytest.mark.parametrize(
    ("kind", "changes", "verified"),
    [
        ("judgeme", {"verified": "nothing"}, None),
        ("judgeme", {"verified": "something-new"}, None),
        ("yotpo", {"reviewer_type": "verified_reviewer"}, None),
        ("okendo", {"reviewer__verificationStatus": None}, "customer"),
        ("okendo", {"reviewer__verificationStatus": None, "reviewer__isVerified": False}, None),
        ("stamped", {"reviewVerifiedType": 0}, None),
        ("reviewsio", {"reviewer__verified_buyer": "no"}, None),
        ("powerreviews", {"badges__is_verified_buyer": False}, None),
        ("bazaarvoice", {"Badges": {"VerifiedPurchaser": {}}}, "verified purchase"),
    ],
)
def test_only_a_buyer_is_a_verified_buyer(kind: str, changes: dict[str, Any], verified: str | None) -> None:
    assert record(kind, **changes).fields.get("verified") == verified


@pytest.mark.parametrize(
    ("kind", "changes", "incentive"),
    [
        ("bazaarvoice", {"ContextDataValues": {}}, "yes"),
        ("bazaarvoice", {"ContextDataValues": {}, "Badges": {}}, None),
        ("bazaarvoice", {"ContextDataValues__IncentivizedReview__Value": "false", "Badges": {}}, None),
        ("okendo", {"isIncentivized": False}, None),
        ("okendo", {"reward": {"description": "$10 off"}}, "$10 off"),
        ("yotpo_widget", {"is_incentivized": True}, "yes"),
    ],
)
def test_what_was_given_for_a_review_comes_along(kind: str, changes: dict[str, Any], incentive: str | None) -> None:
    assert record(kind, **changes).fields.get("incentive") == incentive


def test_whoever_works_for_the_shop_is_told_apart() -> None:
    assert record("powerreviews", badges__is_staff_reviewer=True).fields["relation"] == "employee"
    assert record("bazaarvoice", Badges={"Staff": {}}).fields["relation"] == "employee"


def test_a_review_that_another_site_collected_is_marked() -> None:
    assert record("bazaarvoice").fields["syndicated"] == "yes"
    assert "syndicated" not in record("bazaarvoice", IsSyndicated=False).fields


@pytest.mark.parametrize(
    ("replies", "bodies"),
    [
        ({"reply": {"body": "One"}}, ["One"]),
        ({"reply": None, "replies": [{"body": "One"}, {"body": "Two", "isPrivate": True}]}, ["One"]),
        ({"reply": None, "comments": [{"rawBody": "*One*"}]}, ["*One*"]),
        ({"reply": {"body": "One", "isPrivate": True}}, []),
    ],
)
def test_okendos_replies_have_three_names_and_private_ones_stay_away(replies: Any, bodies: list[str]) -> None:
    assert [each["body"] for each in record("okendo", **replies).replies] == bodies


@pytest.mark.parametrize(
    ("attribute", "found"),
    [
        (
            {"type": "range", "value": 4, "minLabel": "Poor", "midLabel": "Fair", "maxLabel": "Great"},
            {"value": "4", "worst": "1", "best": "5", "low": "Poor", "high": "Great"},
        ),
        (
            {"type": "centered-range", "value": -1, "minLabel": "Small", "midLabel": "True", "maxLabel": "Big"},
            {"value": "-1", "worst": "-2", "best": "2", "low": "Small", "middle": "True", "high": "Big"},
        ),
        ({"type": "sliding", "value": 1}, None),
        ({"type": "range", "value": None}, None),
    ],
)
def test_okendos_attributes_keep_their_poles_and_what_has_no_scale_is_left_out(attribute: Any, found: Any) -> None:
    aspects = record("okendo", attributesWithRating=[{"title": "Fit", **attribute}]).aspects

    assert aspects == (() if found is None else ({"label": "Fit", **found},))


def test_a_hidden_picture_stays_hidden_and_a_film_without_an_address_stays_away() -> None:
    media = [
        {"type": "image", "largeUrl": "https://x.example/a.jpg", "isHidden": True},
        {"type": "video", "streamId": "s"},
    ]

    assert record("okendo", media=media).media == (
        {"kind": "image", "url": "https://x.example/a.jpg", "standing": "hidden"},
    )
    assert record("judgeme", pictures__0__hidden=True).media[0]["standing"] == "hidden"


@pytest.mark.parametrize(
    ("written", "read_as"),
    [("06/02/2026", "2026-06-02"), ("6/2/2026 3:04 PM", "2026-06-02 3:04 PM"), ("2026-06-02", "2026-06-02"), ("", "")],
)
def test_stamped_writes_the_month_first(written: str, read_as: str) -> None:
    changed = record("stamped", dateCreated=None, reviewDate=written, reviewReplyDate=written)

    assert changed.fields.get("written_at", "") == read_as
    assert changed.replies[0].get("written_at", "") == read_as


def test_stamped_names_photos_without_saying_where_they_are() -> None:
    [raw] = rows_of("stamped")

    assert stamped.read(raw, "here").media == ()
    assert [each["url"] for each in stamped.read(raw, "here", photos="https://p.example/u").media] == [
        "https://p.example/u/a1.jpg",
        "https://p.example/u/a2.jpg",
    ]


def test_feefo_shows_trusted_customer_for_somebody_without_a_name() -> None:
    first, second = rows_of("feefo")

    assert ["author" in each.fields for each in feefo.read(first, "here")] == [False, False]
    named = {**second, "customer": {"display_name": "Ann"}}
    assert [each.fields["author"] for each in feefo.read(named, "here")] == ["Ann"]


def test_feefos_thread_holds_what_the_company_says_and_what_its_customer_answers() -> None:
    [raw, _] = json.loads(json.dumps(rows_of("feefo")))
    put(raw, "service.thread", [{"role": "merchant", "comment": "Thanks!"}, {"role": "customer", "comment": "Bye"}])

    assert feefo.read(raw, "here")[0].replies == ({"body": "Thanks!"},)


def test_feefos_attributes_are_ratings_of_parts() -> None:
    [raw, _] = json.loads(json.dumps(rows_of("feefo")))
    put(raw, "products.0.attributes", [{"name": "Fit", "rating": {"min": 1, "max": 5, "rating": 4}}, {"name": "Odd"}])

    assert feefo.read(raw, "here")[1].aspects == ({"label": "Fit", "value": "4", "worst": "1", "best": "5"},)


def test_a_review_of_the_shop_itself_names_no_product() -> None:
    assert "subject" not in record("yotpo", sku="yotpo_site_reviews").fields
    assert "subject" not in record("judgeme", product_external_id=None).fields


def test_times_of_reviewsio_are_in_the_zone_that_the_operator_names() -> None:
    [raw] = rows_of("reviewsio")

    assert reviewsio.read(raw, "here").fields["written_at"] == "2026-05-12 09:10:11"


def test_a_picture_of_reviewsio_is_an_address_or_an_object_with_one() -> None:
    images = [
        "https://x.example/a.jpg",
        {"image": "https://x.example/b.jpg", "thumbnail": "https://x.example/t.jpg"},
        7,
    ]

    assert [each["url"] for each in record("reviewsio", images=images).media] == [
        "https://x.example/a.jpg",
        "https://x.example/b.jpg",
    ]


def test_a_comment_is_about_the_post_that_the_site_embeds() -> None:
    [raw] = rows_of("wordpress_comments")
    embedding = {**raw, "_embedded": {"up": [{"id": 77, "title": {"rendered": "Our caf&eacute;"}}]}}

    assert wordpress_comments.read(embedding, "here").fields["subject_name"] == "Our caf&eacute;"


@pytest.mark.parametrize(("kind", "at"), [("woocommerce", "product_id"), ("okendo", "reviewId"), ("bazaarvoice", "Id")])
def test_a_review_without_what_it_is_known_by_names_the_field(kind: str, at: str) -> None:
    with pytest.raises(BadValueError, match=f"{at} is missing"):
        record(kind, **{at: None})
