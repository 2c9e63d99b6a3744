"""The generator ``jsonld``: a subject, how it is rated, and the reviews that may be marked up."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from engine.domain import Draft, Material, Review, Scope, Subject, SubjectType
from schema_markup.document import as_json
from schema_markup.node_ids import subject_address, subject_node_id
from schema_markup.organization import organization
from schema_markup.product import product
from schema_markup.review import aggregate_rating, can_be_marked_up, review_node
from schema_markup.software_application import software_application

OWN_PROPERTIES: Mapping[SubjectType, Callable[[Subject], dict[str, Any]]] = {
    SubjectType.PRODUCT: product,
    SubjectType.LOCAL_BUSINESS: organization,
    SubjectType.SOFTWARE_APPLICATION: software_application,
    SubjectType.ORGANIZATION: organization,
}


class SubjectReviews:
    """Says nothing when nothing is rated, and nothing about a subject whose ratings would be self-serving."""

    name = "jsonld"
    media_type = "application/ld+json"
    scope = Scope.SUBJECT
    needs: Sequence[str] = ()

    def build(self, material: Material) -> Draft | None:
        if not material.may_mark_up_rating:
            return None
        reviews = [review for review in material.marked_up if can_be_marked_up(review)]
        return Draft(body=as_json(_document(material, reviews)), reviews=tuple(review.id for review in reviews))


def _document(material: Material, reviews: Sequence[Review]) -> dict[str, Any]:
    subject, settings = material.subject, material.settings
    return {
        "@context": "https://schema.org",
        "@type": subject.type.value,
        "@id": subject_node_id(subject, settings),
        "name": subject.name_in(material.locale),
        "url": subject_address(subject, settings),
        "image": subject.image,
        **OWN_PROPERTIES[subject.type](subject),
        "aggregateRating": aggregate_rating(material.summary),
        "review": [review_node(review, subject, settings) for review in reviews],
    }
