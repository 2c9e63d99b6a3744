"""Materials that kinds of widgets are tested with, and what a reader finds in what was made of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import html5lib

from engine.domain import (
    Collection,
    CollectionId,
    Draft,
    FaqEntry,
    FaqId,
    Form,
    FormId,
    Incentive,
    Kind,
    Material,
    Media,
    MediaId,
    MediaKind,
    Phrase,
    Review,
    Sentence,
    State,
    SubjectId,
    Topic,
    TopicId,
)
from engine.plugins import Generator
from tests.factories import make_material, make_review, make_settings
from widgets.badge import Badge
from widgets.faq import Faq
from widgets.gallery import Gallery
from widgets.histogram import Histogram
from widgets.phrases import Phrases
from widgets.quote import SingleQuote
from widgets.review_list import BareReviewList
from widgets.testimonials import Testimonials
from widgets.wall import Carousel, Wall

BASE = "https://reviews.larkfield.example"
KINDS: Sequence[Generator] = (
    Badge(),
    BareReviewList(),
    Histogram(),
    Phrases(),
    SingleQuote(),
    Wall(),
    Carousel(),
    Faq(),
    Gallery(),
    Testimonials(),
)
LONG = "It pours slowly and exactly where I want it. " * 12
OPEN = make_settings(forms=(Form(id=FormId("shop")),))
BATTERY = Topic(id=TopicId("en-battery"), name="battery life", language="en")
PICKED = Collection(id=CollectionId("best"), name="Picked by Ann")


def picture(number: int = 1, kind: MediaKind = MediaKind.IMAGE, base: str = BASE, **changes: Any) -> Media:
    url = f"{base}/media/{number}/large.jpg"
    return Media(**({"id": MediaId(f"m{number}"), "kind": kind, "url": url, "state": State.APPROVED} | changes))


def material_of(*reviews: Review, locale: str = "en", **changes: Any) -> Material:
    """Of a subject whose reviews may all be excerpted, pictured and quoted as testimonials, as far as they are any."""
    told = {
        "excerptable": {each.id for each in reviews},
        "pictured": tuple(each for each in reviews if each.media),
        "testimonials": tuple(each for each in reviews if each.kind == "testimonial"),
    }
    return make_material(reviews, locale, **{**told, **changes})


def phrase(text: str, topic: TopicId | None = None, count: int = 9) -> Phrase:
    return Phrase(text=text, language="en", count=count, positive=1, negative=0, topic=topic)


def everything(locale: str = "en") -> Material:
    """A subject that every kind has something to say about."""
    entry = FaqEntry(
        id=FaqId("f1"),
        subject_id=SubjectId("kettle"),
        language="en",
        question="How is it?",
        sentences=(Sentence(text="Good.", review_ids=()),),
        phrase="",
    )
    client = make_review(kind=Kind.TESTIMONIAL, company="Acme", media=[picture(2, MediaKind.LOGO)], body=LONG)
    return material_of(
        make_review(media=[picture()], incentive=Incentive(kind="voucher"), body=LONG, language=locale),
        client,
        make_review(2),
        locale=locale,
        phrases=(phrase("battery", BATTERY.id), phrase("spout")),
        faq=(entry,),
        settings=OPEN,
        following="x",
    )


def many(count: int = 14, **changes: Any) -> list[Review]:
    return [
        make_review(body=f"Review number {each}, which says enough to be quoted.", **changes) for each in range(count)
    ]


def built(generator: Generator, material: Material) -> str:
    draft = generator.build(material)
    assert isinstance(draft, Draft)
    return draft.body


def tree_of(html: str) -> Any:
    return html5lib.parseFragment(html, namespaceHTMLElements=False)


def seen(html: str) -> str:
    return " ".join("".join(tree_of(html).itertext()).split())


def parts(html: str, name: str) -> list[str]:
    """The words of each element of a class."""
    return [" ".join("".join(each.itertext()).split()) for each in _of_class(html, name)]


def links(html: str, name: str = "") -> list[str]:
    """Where the links lead that stand in elements of a class, or in all; the address of this instance left out."""
    inside = _of_class(html, name) if name else [tree_of(html)]
    return [each.get("href").removeprefix(BASE) for one in inside for each in one.iter("a")]


def _of_class(html: str, name: str) -> Iterator[Any]:
    return (each for each in tree_of(html).iter() if name in (each.get("class") or "").split())
