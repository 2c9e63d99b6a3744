"""The generators ``jsonld`` and ``jsonld-nodes``: a subject, how it is rated, and the reviews that may be marked up.

The reviews are the newest that the page shows, in an order that never looks at the rating; the aggregate counts all.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from engine.domain import Draft, Material, Review, Scope, Subject
from schema_markup.document import as_json
from schema_markup.local_business import local_business
from schema_markup.node_ids import subject_address, subject_node_id
from schema_markup.organization import organization
from schema_markup.other_types import book, creative_work, event
from schema_markup.product import product
from schema_markup.review import aggregate_rating, can_be_marked_up, review_node
from schema_markup.software_application import software_application

# The first that a subject is or stands below, the closest class first.
OWN_PROPERTIES: Sequence[tuple[str, Callable[[Subject], dict[str, Any]]]] = (
    ("Product", product),
    ("LocalBusiness", local_business),
    ("Organization", organization),
    ("SoftwareApplication", software_application),
    ("Book", book),
    ("Event", event),
    ("CreativeWork", creative_work),
)
# Google does not take a Car for a Product unless it says so too (product-snippet, 2026-07-08).
ALSO_PRODUCT = "Vehicle"
_PROPERTY = re.compile(r"[a-z][A-Za-z0-9]{0,60}")
_NOT_THE_OWNERS = frozenset({"aggregateRating", "review", "reviews", "starRating", "contentRating", "locationName"})


class SubjectReviews:
    """A complete document.

    Says nothing when nothing is rated, and nothing about a subject whose ratings earn no stars:
    ``engine.domain.why_no_stars`` has the reason.
    """

    name = "jsonld"
    media_type = "application/ld+json"
    scopes = frozenset({Scope.SUBJECT})
    needs: Sequence[str] = ()

    def build(self, material: Material) -> Draft | None:
        if not material.may_mark_up_rating:
            return None
        return _draft(material, {"@context": "https://schema.org", **_about(material)})


class SubjectNodes:
    """What ``jsonld`` says of ratings and reviews, for a page that already describes the subject itself.

    A graph whose one node has the subject's ``@id`` and nothing that the page says too: printed beside the page's own
    document, or put into its ``@graph``, it is merged by that ``@id``. Alone it has no type and is no document for
    search engines, hence its media type; ``jsonld``, of which it is a part, is judged for both.
    """

    name = "jsonld-nodes"
    media_type = "application/json"
    scopes = frozenset({Scope.SUBJECT})
    needs: Sequence[str] = ("jsonld",)

    def build(self, material: Material) -> Draft | None:
        if "jsonld" not in material.parts:
            return None
        node = {"@id": subject_node_id(material.subject, material.settings), **_rated(material)}
        return _draft(material, {"@context": "https://schema.org", "@graph": [node]})


def _draft(material: Material, document: dict[str, Any]) -> Draft:
    return Draft(body=as_json(document), reviews=tuple(review.id for review in _reviews(material)))


def _reviews(material: Material) -> list[Review]:
    return [review for review in material.marked_up if can_be_marked_up(review)]


def _about(material: Material) -> dict[str, Any]:
    subject, settings = material.subject, material.settings
    return {
        "@type": _types(subject),
        "@id": subject_node_id(subject, settings),
        "name": subject.name_in(material.locale),
        "url": subject_address(subject, settings),
        "image": subject.image,
        **_given(subject),
        **_own(subject),
        **_rated(material),
    }


def _rated(material: Material) -> dict[str, Any]:
    subject, settings = material.subject, material.settings
    return {
        "aggregateRating": aggregate_rating(material.summary),
        "review": [review_node(review, subject, settings) for review in _reviews(material)],
    }


def _types(subject: Subject) -> str | list[str]:
    if subject.type.is_a("Product") and subject.variants:
        return "ProductGroup"
    if subject.type.is_a(ALSO_PRODUCT):
        return ["Product", str(subject.type)]
    return str(subject.type)


def _own(subject: Subject) -> dict[str, Any]:
    return next((properties(subject) for name, properties in OWN_PROPERTIES if subject.type.is_a(name)), {})


def _given(subject: Subject) -> dict[str, str]:
    """What the owner adds, but for ratings: those are counted, not given."""
    return {
        name: value
        for name, value in subject.properties.items()
        if _PROPERTY.fullmatch(name) and name not in _NOT_THE_OWNERS
    }
