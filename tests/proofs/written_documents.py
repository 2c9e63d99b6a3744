"""One document of each generator, for classes that neither the sample company nor the clothing reviews have."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from engine.domain import (
    STARRED,
    Answer,
    ControlledBy,
    Geo,
    Offer,
    OpeningHours,
    PostalAddress,
    Question,
    Subject,
    SubjectType,
    Variant,
    VideoTestimonial,
)
from schema_markup.document import as_json
from schema_markup.qa_page import qa_page
from schema_markup.subject import SubjectReviews
from schema_markup.video_object import video_object
from tests.factories import make_material, make_review, make_settings, make_subject

MOMENT = datetime(2026, 9, 30, 10, 0, tzinfo=UTC)
PICTURE = "https://larkfield.example/k2.jpg"
OFFER = Offer(price=Decimal("119.00"), price_currency="EUR", availability="InStock")
ADDRESS = PostalAddress(
    street_address="12 Quay Street", address_locality="Galway", postal_code="H91 X4E2", address_country="IE"
)


def written_documents() -> Mapping[str, str]:
    """Document by name."""
    subjects = {
        "variants": _with_variants(),
        "several-offers": make_subject(image=PICTURE, offer=OFFER, further_offers=(OFFER,)),
        "restaurant": _restaurant(),
        "car": make_subject(type=SubjectType("Car"), image=PICTURE, offer=OFFER),
        **{f"class-{each}": _of_class(SubjectType(each)) for each in sorted(STARRED)},
    }
    documents = {name: _document(subject) for name, subject in subjects.items()}
    asked = qa_page(_question(), make_subject(), make_settings())
    assert asked is not None
    return {
        **documents,
        "qa-page": as_json(asked),
        "video": as_json(video_object(_video(), make_subject(), make_settings())),
    }


def _document(subject: Subject) -> str:
    draft = SubjectReviews().build(make_material([make_review(), make_review(2)], about=subject))
    assert draft is not None
    return draft.body


def _of_class(kind: SubjectType) -> Subject:
    return make_subject(
        type=kind,
        controlled_by=ControlledBy.OTHER,
        image=PICTURE,
        category="UtilitiesApplication" if kind.is_a("SoftwareApplication") else None,
        operating_system="Android 14" if kind.is_a("SoftwareApplication") else None,
        offer=OFFER,
        address=ADDRESS,
        telephone="+353 91 555 0101",
        properties={
            **({"startDate": "2026-12-01T19:00:00Z"} if kind.is_a("Event") else {}),
            **(
                {"uploadDate": "2026-09-30T10:00:00Z", "contentUrl": "https://larkfield.example/k2.mp4"}
                if kind.is_a("MediaObject")
                else {}
            ),
            "description": "Described by its owner.",
        },
    )


def _with_variants() -> Subject:
    variants = [
        Variant(
            name=f"K2 Gooseneck Kettle, {colour}",
            url=f"https://larkfield.example/p/k2?colour={colour}",
            image=PICTURE,
            identifiers={"sku": f"LK-K2-{colour}"},
            properties={"color": colour},
            offers=(OFFER,),
        )
        for colour in ("black", "white")
    ]
    return make_subject(brand="Larkfield", image=PICTURE, variants=variants)


def _restaurant() -> Subject:
    return make_subject(
        type=SubjectType("Restaurant"),
        controlled_by=ControlledBy.OTHER,
        image=PICTURE,
        address=ADDRESS,
        geo=Geo(latitude=Decimal("53.27194"), longitude=Decimal("-9.05306")),
        telephone="+353 91 555 0101",
        price_range="€10-25",
        opening_hours=(OpeningHours(days=("Monday", "Tuesday"), opens="09:00", closes="17:30"),),
    )


def _question() -> Question:
    answers = (
        Answer(id="a1", text="Yes, mine has one.", author="Owen B.", written_at=MOMENT, votes=3),
        Answer(id="a2", text="Only the black one has.", author="Ines", written_at=MOMENT),
    )
    return Question(
        id="q1", title="Does it have a hold button?", author="Tom", written_at=MOMENT, answers=answers, accepted="a1"
    )


def _video() -> VideoTestimonial:
    return VideoTestimonial(
        id="v1",
        title="A year with the K2",
        thumbnail=PICTURE,
        uploaded_at=MOMENT,
        content="https://larkfield.example/k2.mp4",
        description="Owen shows how it pours.",
        duration=timedelta(minutes=1, seconds=30),
        speaker="Owen B.",
        language="en",
    )
