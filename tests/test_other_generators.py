"""Generators for classes beyond Product: what each says of itself, and who earns no stars and is told why."""

from __future__ import annotations

import json
import tomllib
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from engine.domain import (
    STARRED,
    Answer,
    ControlledBy,
    Draft,
    Geo,
    Material,
    Offer,
    OpeningHours,
    PostalAddress,
    Question,
    Subject,
    SubjectType,
    Variant,
    VideoTestimonial,
    why_no_stars,
)
from engine.domain.schema_org import classes
from engine.errors import BadValueError
from engine.store.subject_details import details_of, read_details
from schema_markup.document import as_json
from schema_markup.qa_page import qa_page
from schema_markup.subject import SubjectNodes, SubjectReviews
from schema_markup.validate import validate_html, validate_jsonld
from schema_markup.video_object import as_duration, video_object
from schema_markup.vocabulary import kinds, parents
from tests.factories import make_material, make_review, make_settings, make_subject

ROOT = Path(__file__).parents[1]
EUROS = Offer(price=Decimal("119.00"), price_currency="EUR", availability="InStock")
GALWAY = PostalAddress(
    street_address="12 Quay Street", address_locality="Galway", postal_code="H91 X4E2", address_country="IE"
)


def of(subject: Subject) -> Material:
    return make_material([make_review(), make_review(2)], about=subject)


def document_of(subject: Subject) -> dict[str, Any]:
    draft = SubjectReviews().build(of(subject))
    assert draft is not None
    return dict(json.loads(draft.body))


def full_subject() -> Subject:
    return make_subject(
        type=SubjectType("Restaurant"),
        controlled_by=ControlledBy.OTHER,
        address=GALWAY,
        geo=Geo(latitude=Decimal("53.27194"), longitude=Decimal("-9.05306")),
        telephone="+353 91 555 0101",
        price_range="€10-25",
        opening_hours=(OpeningHours(days=("Monday", "Tuesday"), opens="09:00", closes="17:30"),),
        properties={"servesCuisine": "Coffee"},
        offer=EUROS,
        further_offers=(EUROS, EUROS),
        variants=(Variant(name="Small", properties={"size": "S"}, offers=(EUROS,)),),
        operating_system="Android 14",
    )


def test_a_place_says_where_it_is_and_when_it_is_open() -> None:
    found = document_of(full_subject())

    assert found["@type"] == "Restaurant"
    assert found["@id"] == "https://larkfield.example/p/k2#restaurant"
    assert found["geo"] == {"@type": "GeoCoordinates", "latitude": 53.27194, "longitude": -9.05306}
    assert found["telephone"] == "+353 91 555 0101"
    assert found["priceRange"] == "€10-25"
    assert found["servesCuisine"] == "Coffee"
    assert found["openingHoursSpecification"] == [
        {
            "@type": "OpeningHoursSpecification",
            "dayOfWeek": ["https://schema.org/Monday", "https://schema.org/Tuesday"],
            "opens": "09:00",
            "closes": "17:30",
        }
    ]


@pytest.mark.parametrize(("length", "is_said"), [(99, True), (100, False)])
def test_a_price_range_that_google_would_not_show_is_left_out(length: int, is_said: bool) -> None:
    subject = make_subject(type=SubjectType.LOCAL_BUSINESS, controlled_by=ControlledBy.OTHER, price_range="€" * length)

    assert ("priceRange" in document_of(subject)) == is_said


def test_a_product_in_several_forms_is_a_group_that_holds_the_reviews() -> None:
    black = Variant(name="K2, black", identifiers={"sku": "K2-B"}, properties={"color": "black"}, offers=(EUROS,))
    white = Variant(name="K2, white", identifiers={"sku": "K2-W"}, properties={"color": "white"})

    found = document_of(make_subject(variants=(black, white), offer=EUROS))

    assert (found["@type"], found["productGroupID"]) == ("ProductGroup", "kettle")
    assert found["variesBy"] == ["https://schema.org/color"]
    assert [(each["@type"], each["sku"], each["color"]) for each in found["hasVariant"]] == [
        ("Product", "K2-B", "black"),
        ("Product", "K2-W", "white"),
    ]
    assert all(each["offers"]["price"] == 119 for each in found["hasVariant"])
    assert "offers" not in found
    assert found["aggregateRating"]["ratingCount"] == 2


def test_several_prices_are_several_offers() -> None:
    found = document_of(make_subject(offer=EUROS, further_offers=(EUROS,)))

    assert [each["@type"] for each in found["offers"]] == ["Offer", "Offer"]


def test_software_says_what_it_runs_on() -> None:
    subject = make_subject(
        type=SubjectType("MobileApplication"), operating_system="Android 14", category="LifestyleApplication"
    )

    found = document_of(subject)

    assert (found["@type"], found["operatingSystem"]) == ("MobileApplication", "Android 14")


def test_a_car_says_that_it_is_a_product_too() -> None:
    assert document_of(make_subject(type=SubjectType("Car")))["@type"] == ["Product", "Car"]


def test_an_owner_cannot_give_a_rating_of_his_own() -> None:
    subject = make_subject(properties={"aggregateRating": "5", "review": "great", "@id": "x", "material": "steel"})

    found = document_of(subject)

    assert found["material"] == "steel"
    assert found["aggregateRating"]["ratingValue"] == Decimal(3)
    assert found["@id"] == "https://larkfield.example/p/k2#product"


@pytest.mark.parametrize("kind", sorted(STARRED))
def test_every_class_with_stars_gets_a_valid_document(kind: str) -> None:
    subject = make_subject(
        type=SubjectType(kind),
        controlled_by=ControlledBy.OTHER,
        address=GALWAY,
        offer=EUROS,
        category="GameApplication",
    )
    draft = SubjectReviews().build(of(subject))
    assert draft is not None

    problems = validate_jsonld(draft.body)

    # A recipe wants a picture and an event its date for results of their own; their stars need neither.
    wanted = [each for each in problems if each.forbids and each.rule.startswith(("review", "aggregate", "json"))]
    assert wanted == []


def test_the_classes_with_stars_are_those_of_the_rules() -> None:
    rules = tomllib.loads((ROOT / "schema_markup" / "rules" / "types.toml").read_text(encoding="utf-8"))

    assert frozenset(rules["reviewable"]) == STARRED


def test_the_engine_and_the_validator_know_the_same_classes() -> None:
    theirs = {name: kinds((name,)) for name in parents() if "Thing" in kinds((name,))}

    assert {name: SubjectType(name).kinds for name in classes()} == theirs


@pytest.mark.parametrize("kind", ["LocalBusiness", "Bakery", "Dentist", "Hotel", "Corporation", "SportsTeam"])
def test_our_own_business_of_any_kind_earns_no_stars(kind: str) -> None:
    subject = make_subject(type=SubjectType(kind), controlled_by=ControlledBy.US)

    assert "self-serving" in (why_no_stars(subject) or "")
    assert SubjectReviews().build(of(subject)) is None


@pytest.mark.parametrize(
    ("kind", "way_out"),
    [("Service", "Product"), ("Person", "Course"), ("Brand", "products"), ("CreativeWork", "Book"), ("Thing", "")],
)
def test_an_owner_is_told_which_class_would_earn_stars(kind: str, way_out: str) -> None:
    subject = make_subject(type=SubjectType(kind), controlled_by=ControlledBy.OTHER)

    reason = why_no_stars(subject)

    assert reason is not None
    assert f"is a {kind}" in reason
    assert way_out in reason
    assert SubjectReviews().build(of(subject)) is None


@pytest.mark.parametrize("kind", ["Product", "Book", "Bakery", "WebApplication", "MusicEvent", "PodcastEpisode"])
def test_what_earns_stars_has_no_reason_against_it(kind: str) -> None:
    assert why_no_stars(make_subject(type=SubjectType(kind), controlled_by=ControlledBy.OTHER)) is None


@pytest.mark.parametrize("name", ["product", "Prodct", "Text", "", "schema:Product", "https://schema.org/Product"])
def test_a_name_that_is_no_class_is_refused(name: str) -> None:
    with pytest.raises(BadValueError, match="not a class of schema"):
        SubjectType(name)


def test_a_class_in_other_capitals_is_suggested() -> None:
    with pytest.raises(BadValueError, match="did you mean LocalBusiness"):
        SubjectType("localbusiness")


def test_everything_known_of_a_subject_is_kept() -> None:
    subject = full_subject()

    read = Subject(
        id=subject.id,
        type=subject.type,
        name=subject.name,
        url=subject.url,
        controlled_by=subject.controlled_by,
        **read_details(json.loads(json.dumps(details_of(subject)))),
    )

    assert read == subject


def test_opening_hours_and_places_that_cannot_be_are_refused() -> None:
    with pytest.raises(BadValueError):
        OpeningHours(days=("Funday",), opens="09:00", closes="17:00")
    with pytest.raises(BadValueError):
        OpeningHours(days=("Monday",), opens="9", closes="25:00")
    with pytest.raises(BadValueError):
        Geo(latitude=Decimal(91), longitude=Decimal(0))


def test_nodes_hold_only_what_the_page_does_not_say_itself() -> None:
    material = of(make_subject())
    whole = SubjectReviews().build(material)
    assert whole is not None

    draft = SubjectNodes().build(make_material_with(material, whole))

    assert draft is not None
    [node] = json.loads(draft.body)["@graph"]
    assert set(node) == {"@id", "aggregateRating", "review"}
    assert node == {name: value for name, value in json.loads(whole.body).items() if name in node}
    assert draft.reviews == whole.reviews


def test_nodes_join_the_product_that_a_page_describes_itself() -> None:
    material = of(make_subject())
    whole = SubjectReviews().build(material)
    assert whole is not None
    nodes = SubjectNodes().build(make_material_with(material, whole))
    assert nodes is not None
    own = {"@context": "https://schema.org", "@type": "Product", "@id": json.loads(whole.body)["@id"], "name": "K2"}
    words = " ".join(f"{each.title} {each.body} {each.author} 4 of 5, 2 of 5, 3.0 (2)" for each in material.shown)

    problems = validate_html(
        f"<title>K2</title><p>K2 {words}</p>"
        f'<script type="application/ld+json">{as_json(own)}</script>'
        f'<script type="application/ld+json">{nodes.body}</script>'
    )

    # The node without a type is what was asked for; together they are the one product.
    assert [each.rule for each in problems if each.forbids and each.rule != "type-missing"] == []


def test_there_are_no_nodes_where_there_is_no_document() -> None:
    assert SubjectNodes().build(make_material([make_review(None)])) is None


def make_material_with(material: Material, whole: Draft) -> Material:
    return make_material(material.shown, about=material.subject, parts={"jsonld": whole})


def test_a_question_with_answers_is_a_page_of_its_own() -> None:
    moment = datetime(2026, 9, 30, 10, tzinfo=UTC)
    answers = (
        Answer(id="a1", text="Yes.", author="Owen B.", written_at=moment, votes=3),
        Answer(id="a2", text="Only the black one.", author="Ines", written_at=moment),
    )
    question = Question(id="q1", title="Can it hold 94 degrees?", author="Tom", answers=answers, accepted="a1")

    found = qa_page(question, make_subject(), make_settings())

    assert found is not None
    asked = found["mainEntity"]
    assert (asked["answerCount"], asked["acceptedAnswer"]["text"]) == (2, "Yes.")
    assert [each["text"] for each in asked["suggestedAnswer"]] == ["Only the black one."]
    assert [each for each in validate_jsonld(as_json(found)) if each.forbids] == []


def test_a_question_without_answers_says_nothing() -> None:
    assert qa_page(Question(id="q1", title="Can it?"), make_subject(), make_settings()) is None


def test_a_film_says_when_it_was_uploaded_with_its_zone() -> None:
    video = VideoTestimonial(
        id="v1",
        title="A year with the K2",
        thumbnail="https://larkfield.example/k2.jpg",
        uploaded_at=datetime(2026, 9, 30, tzinfo=UTC),
        content="https://larkfield.example/k2.mp4",
        duration=timedelta(minutes=1, seconds=30),
    )

    found = video_object(video, make_subject(), make_settings())

    assert (found["uploadDate"], found["duration"]) == ("2026-09-30T00:00:00+00:00", "PT1M30S")
    assert [each for each in validate_jsonld(as_json(found)) if each.forbids] == []


def test_a_film_that_cannot_be_watched_is_refused() -> None:
    with pytest.raises(BadValueError, match="needs the address"):
        VideoTestimonial(id="v1", title="x", thumbnail="y", uploaded_at=datetime(2026, 9, 30, tzinfo=UTC))


@pytest.mark.parametrize(
    ("seconds", "written"), [(0, "PT0S"), (59, "PT59S"), (3600, "PT1H"), (3661, "PT1H1M1S"), (90_000, "PT25H")]
)
def test_a_length_is_written_as_iso_8601(seconds: int, written: str) -> None:
    assert as_duration(timedelta(seconds=seconds)) == written
