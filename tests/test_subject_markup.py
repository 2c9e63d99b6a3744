"""The ``jsonld`` snippet, read back through extruct as a search engine would."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import extruct
import pytest

from engine.domain import (
    ControlledBy,
    Locale,
    Material,
    Offer,
    PostalAddress,
    SubjectId,
    SubjectType,
)
from schema_markup.subject import SubjectReviews
from tests.factories import make_material, make_rating, make_review, make_settings, make_subject


def found_in_a_page(material: Material) -> dict[str, Any]:
    draft = SubjectReviews().build(material)
    assert draft is not None
    page = f'<title>x</title><script type="application/ld+json">{draft.body}</script>'
    [found] = extruct.extract(page, syntaxes=["json-ld"])["json-ld"]
    return dict(found)


def test_a_page_with_our_markup_reads_back_as_the_product_and_its_rating() -> None:
    material = make_material([make_review(4), make_review(5), make_review(4, body="", title=None)])

    found = found_in_a_page(material)

    assert found["@type"] == "Product"
    assert found["@id"] == "https://larkfield.example/p/k2#product"
    assert found["name"] == "K2 Gooseneck Kettle"
    assert found["url"] == "https://larkfield.example/p/k2"
    assert found["aggregateRating"] == {
        "@type": "AggregateRating",
        "ratingValue": 4.3,
        "ratingCount": 3,
        "reviewCount": 2,
        "bestRating": 5,
        "worstRating": 1,
    }


def test_a_review_reads_back_as_its_author_wrote_it() -> None:
    review = make_review(3, external_id="81", body="Pours <well>\n& keeps the heat.", title="Good", language="en")

    [found] = found_in_a_page(make_material([review]))["review"]

    assert found == {
        "@type": "Review",
        "@id": f"https://reviews.larkfield.example/reviews/kettle#{review.id}",
        "author": {"@type": "Person", "name": "Owen B."},
        "name": "Good",
        "reviewBody": "Pours <well>\n& keeps the heat.",
        "datePublished": "2026-09-30T10:00:00Z",
        "inLanguage": "en",
        "reviewRating": {"@type": "Rating", "ratingValue": 3, "bestRating": 5, "worstRating": 1},
    }


def test_a_rating_keeps_the_scale_it_was_given_on() -> None:
    review = replace(make_review(), rating=make_rating(8.5, worst=0, best=10))

    [found] = found_in_a_page(make_material([review]))["review"]

    assert found["reviewRating"] == {"@type": "Rating", "ratingValue": 8.5, "bestRating": 10, "worstRating": 0}


@pytest.mark.parametrize(
    ("moment", "written"),
    [
        pytest.param(datetime(2026, 9, 30, tzinfo=UTC), "2026-09-30", id="a day"),
        pytest.param(
            datetime(2026, 9, 30, 1, 30, tzinfo=timezone(timedelta(hours=2))), "2026-09-29T23:30:00Z", id="another zone"
        ),
        pytest.param(None, None, id="not known"),
    ],
)
def test_a_date_says_no_more_than_the_source_did(moment: datetime | None, written: str | None) -> None:
    material = make_material([make_review(written_at=moment)])

    [found] = found_in_a_page(material)["review"]

    assert found.get("datePublished") == written


def test_says_nothing_about_a_subject_that_nobody_rated() -> None:
    assert SubjectReviews().build(make_material([make_review(None)])) is None


@pytest.mark.parametrize("kind", [SubjectType.LOCAL_BUSINESS, SubjectType.ORGANIZATION])
def test_says_nothing_about_our_own_business(kind: SubjectType) -> None:
    material = make_material([make_review()], about=make_subject(type=kind, controlled_by=ControlledBy.US))

    assert SubjectReviews().build(material) is None


def test_says_how_a_business_of_others_is_rated_and_where_it_is() -> None:
    address = PostalAddress(
        street_address="12 Quay Street", address_locality="Galway", postal_code="H91 X4E2", address_country="IE"
    )
    subject = make_subject(type=SubjectType.LOCAL_BUSINESS, controlled_by=ControlledBy.OTHER, address=address)

    found = found_in_a_page(make_material([make_review()], about=subject))

    assert found["@id"] == "https://larkfield.example/p/k2#localbusiness"
    assert found["address"] == {
        "@type": "PostalAddress",
        "streetAddress": "12 Quay Street",
        "addressLocality": "Galway",
        "postalCode": "H91 X4E2",
        "addressCountry": "IE",
    }


def test_a_product_says_its_numbers_and_its_price() -> None:
    subject = make_subject(
        identifiers={"sku": "K2", "gtin": "4006381333931", "erp": "internal"},
        brand="Larkfield",
        image="https://larkfield.example/k2.jpg",
        offer=Offer(price=Decimal("89.90"), price_currency="EUR", availability="InStock"),
    )

    found = found_in_a_page(make_material([make_review()], about=subject))

    assert (found["sku"], found["gtin"]) == ("K2", "4006381333931")
    assert found["brand"] == {"@type": "Brand", "name": "Larkfield"}
    assert found["offers"] == {
        "@type": "Offer",
        "price": 89.9,
        "priceCurrency": "EUR",
        "availability": "https://schema.org/InStock",
    }
    assert "internal" not in found.values()


def test_software_says_its_category_and_that_it_is_free() -> None:
    subject = make_subject(
        type=SubjectType.SOFTWARE_APPLICATION,
        category="BusinessApplication",
        offer=Offer(price=Decimal(0), price_currency="EUR"),
    )

    found = found_in_a_page(make_material([make_review()], about=subject))

    assert found["applicationCategory"] == "BusinessApplication"
    assert found["offers"]["price"] == 0


@pytest.mark.parametrize("length", [99, 100])
def test_an_author_needs_a_name_below_100_characters(length: int) -> None:
    long, short = make_review(author="A" * length), make_review()

    draft = SubjectReviews().build(make_material([long, short]))

    assert draft is not None
    assert (long.id in draft.reviews) == (length < 100)
    assert ("A" * length in draft.body) == (length < 100)
    assert '"ratingCount":2' in draft.body


def test_names_the_reviews_whose_words_stand_in_it() -> None:
    marked_up, only_shown = make_review(), make_review(author=None, body="Nobody signed this.")

    draft = SubjectReviews().build(make_material([marked_up, only_shown]))

    assert draft is not None
    assert draft.reviews == (marked_up.id,)
    assert "Nobody signed this." not in draft.body


def test_speaks_the_language_of_the_page() -> None:
    subject = make_subject(names={Locale("de"): "K2 Wasserkessel"})

    found = found_in_a_page(make_material([make_review()], locale="de", about=subject))

    assert found["name"] == "K2 Wasserkessel"


def test_a_subject_without_an_address_is_known_by_our_page_about_it() -> None:
    subject = make_subject(id=SubjectId("öl & essig/1"), url=None)

    found = found_in_a_page(make_material([make_review()], about=subject, settings=make_settings()))

    assert found["url"] == "https://reviews.larkfield.example/reviews/%C3%B6l%20%26%20essig%2F1"
    assert found["@id"] == f"{found['url']}#product"


def test_the_same_material_gives_the_same_text() -> None:
    material = make_material([make_review(), make_review(2)])

    assert SubjectReviews().build(material) == SubjectReviews().build(material)
