"""The product feeds of Google and Meta: every rating, in the documented shape, and what cannot stand in them."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from engine.domain import (
    Incentive,
    PublishSettings,
    RatingKind,
    Relation,
    Review,
    Subject,
    SubjectType,
    Variant,
    Verification,
    VerificationLevel,
)
from engine.feeding import Feedable
from engine.ratings import parse_rating
from schema_markup.feeds.fitness import Lack, Skip, Skipped
from schema_markup.feeds.meta_reviews import COLUMNS, formula_safe, meta_reviews
from schema_markup.feeds.product_ratings import product_ratings
from tests.factories import make_review, make_settings, make_subject

SAMPLES = Path(__file__).parent / "samples" / "feeds"
KETTLE = make_subject(identifiers={"gtin": "9520004120012", "sku": "LK-K2"}, brand="Larkfield")
Feeding = Callable[[Iterable[Feedable], PublishSettings, Skip], Iterator[str]]
IN_BOTH = pytest.mark.parametrize("feed", [product_ratings, meta_reviews])


def fed(feed: Feeding, *reviews: Review, subject: Subject = KETTLE) -> tuple[str, list[Skipped]]:
    skipped: list[Skipped] = []
    pieces = feed((Feedable(review=each, subject=subject) for each in reviews), make_settings(), skipped.append)
    return "".join(pieces), skipped


def xml_of(*reviews: Review, subject: Subject = KETTLE) -> etree._Element:
    text, _ = fed(product_ratings, *reviews, subject=subject)
    feed = etree.fromstring(text.encode())
    schema().assertValid(feed)
    return feed


def rows_of(*reviews: Review) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(fed(meta_reviews, *reviews)[0])))


def schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(SAMPLES / "product_ratings_2.4.xsd"))


def test_a_review_stands_in_googles_feed_in_the_documented_order() -> None:
    review = make_review(
        4, author="Owen Brady", verification=Verification(level=VerificationLevel.PURCHASE), body="A < B & C"
    )

    [found] = xml_of(review).findall("reviews/review")

    assert [each.tag for each in found] == [
        "review_id",
        "reviewer",
        "review_timestamp",
        "title",
        "content",
        "review_url",
        "ratings",
        "products",
        "is_verified_purchase",
    ]
    assert found.findtext("reviewer/name") == "Owen B."
    assert found.findtext("review_timestamp") == "2026-09-30T10:00:00Z"
    assert found.findtext("content") == "A < B & C"
    assert found.findtext("products/product/product_ids/gtins/gtin") == "9520004120012"


def test_an_empty_feed_is_a_feed() -> None:
    assert xml_of().findall("reviews/review") == []


@IN_BOTH
def test_every_rating_is_fed(feed: Feeding) -> None:
    reviews = [make_review(stars) for stars in (1, 2, 3, 4, 5)]

    text, skipped = fed(feed, *reviews)

    assert skipped == []
    assert all(each.id in text for each in reviews)


def test_no_parameter_of_a_feed_could_leave_low_ratings_out() -> None:
    for feed in (product_ratings, meta_reviews):
        assert feed.__code__.co_varnames[: feed.__code__.co_argcount] == ("reviews", "settings", "skip")


@pytest.mark.parametrize(
    ("review", "subject", "lack"),
    [
        pytest.param(make_review(written_at=None), KETTLE, Lack.NO_TIME, id="no time"),
        pytest.param(make_review(), replace(KETTLE, url=None), Lack.NO_URL, id="no URL"),
        pytest.param(make_review(None), KETTLE, Lack.NO_RATING, id="no rating"),
        pytest.param(make_review(body="", title=None), KETTLE, Lack.NO_TEXT, id="no text"),
        pytest.param(make_review(relation=Relation.EMPLOYEE), KETTLE, Lack.TIED, id="an employee"),
        pytest.param(
            make_review(), replace(KETTLE, type=SubjectType("Restaurant")), Lack.NOT_A_PRODUCT, id="no product"
        ),
    ],
)
@IN_BOTH
def test_what_cannot_be_fed_is_told_with_its_reason(
    feed: Feeding, review: Review, subject: Subject, lack: Lack
) -> None:
    text, skipped = fed(feed, review, subject=subject)

    assert skipped == [Skipped(review_id=review.id, lacks=(lack,))]
    assert review.id not in text


def test_everything_that_a_review_lacks_is_told_at_once() -> None:
    _, [skipped] = fed(product_ratings, make_review(written_at=None), subject=make_subject(url=None))

    assert skipped.lacks == (Lack.NO_IDENTIFIERS, Lack.NO_URL, Lack.NO_TIME)


@pytest.mark.parametrize(
    ("subject", "is_fed"),
    [
        pytest.param(make_subject(identifiers={"mpn": "K2"}), False, id="mpn without brand"),
        pytest.param(make_subject(identifiers={"mpn": "K2"}, brand="Larkfield"), True, id="mpn and brand"),
        pytest.param(make_subject(identifiers={"erp": "7"}, brand="Larkfield"), False, id="internal number"),
        pytest.param(make_subject(variants=(Variant(name="S", identifiers={"gtin13": "9"}),)), True, id="of a variant"),
    ],
)
def test_google_knows_products_by_their_numbers(subject: Subject, is_fed: bool) -> None:
    review = make_review()

    text, _ = fed(product_ratings, review, subject=subject)

    assert (review.id in text) == is_fed


@pytest.mark.parametrize(
    ("rating", "value", "scale"),
    [
        pytest.param("4.5", "4.5", ("1", "5"), id="half stars"),
        pytest.param("9/10", "9", ("1", "10"), id="ten"),
        pytest.param("80%", "4.2", ("1", "5"), id="percent"),
        pytest.param("positive", "5", ("1", "5"), id="a word"),
    ],
)
def test_a_rating_is_told_on_a_scale_of_whole_numbers(rating: str, value: str, scale: tuple[str, str]) -> None:
    found = xml_of(make_review(rating=4, external_id="1"), replace(make_review(), rating=parse_rating(rating)))

    overall = found.findall("reviews/review/ratings/overall")[1]

    assert (overall.text, (overall.get("min"), overall.get("max"))) == (value, scale)
    assert parse_rating(rating).kind in set(RatingKind)


def test_an_incentive_is_told_in_both_feeds() -> None:
    review = make_review(incentive=Incentive(kind="declared"))

    assert xml_of(review).findtext("reviews/review/is_incentivized_review") == "true"
    assert rows_of(review)[0]["incentivized"] == "true"
    assert rows_of(make_review())[0]["incentivized"] == "false"


def test_nobody_is_given_a_name() -> None:
    found = xml_of(make_review(author=None)).find("reviews/review/reviewer/name")

    assert found is not None
    assert (found.text, found.get("is_anonymous")) == ("Anonymous", "true")
    assert rows_of(make_review(author=None))[0]["reviewer.isAnonymous"] == "true"


@pytest.mark.parametrize(
    ("author", "fed_as"),
    [("Owen Brady", "Owen B."), ("Owen B.", "Owen B."), ("Wim en Toos", "Wim en Toos"), ("Ines", "Ines")],
)
def test_a_full_name_leaves_the_site_shortened(author: str, fed_as: str) -> None:
    assert rows_of(make_review(author=author))[0]["reviewer.name"] == fed_as


@given(st.text())
def test_googles_feed_is_well_formed_and_valid_whatever_a_review_says(text: str) -> None:
    xml_of(make_review(body=f"x{text}", title=f"{text}x", author=f"x{text}"))


def test_meta_gets_the_documented_columns() -> None:
    [row] = rows_of(make_review(4, body="Heats fast", written_at=datetime(2026, 9, 30, 12, 11, 10, tzinfo=UTC)))

    assert tuple(row) == COLUMNS
    assert row["rating"] == "4"
    assert row["created_at"] == "2026-09-30T12:11:10Z"
    assert json.loads(row["store.storeUrls"]) == ["https://larkfield.example"]
    assert (row["product.name"], row["product.url"]) == ("K2 Gooseneck Kettle", "https://larkfield.example/p/k2")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", " =1", "\n@x"])
def test_no_cell_is_a_formula(text: str) -> None:
    assert formula_safe(text) == f"'{text}"
    assert rows_of(make_review(title=text, body=text, author=text))[0]["content"].startswith("'")


@given(st.text())
def test_a_row_reads_back_whatever_a_review_says(text: str) -> None:
    text = text.replace("\x00", "")

    [row] = rows_of(make_review(body=f"x{text}"))

    assert row["content"] == f"x{text}"
