"""What subjects of the remaining classes say about themselves: books, events, courses, films, recipes and the like."""

from __future__ import annotations

from typing import Any

from engine.domain import Subject
from schema_markup.offer import geo_coordinates, offer_nodes, postal_address


def book(subject: Subject) -> dict[str, Any]:
    return {"isbn": subject.identifiers.get("isbn")}


def event(subject: Subject) -> dict[str, Any]:
    """https://schema.org/Event; when it takes place are properties that the owner gives."""
    place = {
        "@type": "Place",
        "name": subject.properties.get("locationName"),
        "address": postal_address(subject.address),
        "geo": geo_coordinates(subject.geo),
    }
    return {"location": place if subject.address else None, "offers": offer_nodes(subject.offers)}


def creative_work(subject: Subject) -> dict[str, Any]:
    """https://schema.org/CreativeWork, which most of what carries reviews is."""
    return {"offers": offer_nodes(subject.offers)}
