"""What a LocalBusiness, or a class below it, says about itself: https://schema.org/LocalBusiness."""

from __future__ import annotations

from typing import Any

from engine.domain import Subject
from schema_markup.offer import geo_coordinates, opening_hours
from schema_markup.organization import organization

# From 100 characters on Google shows no price range (local-business, 2026-07-08).
LONGEST_PRICE_RANGE = 99


def local_business(subject: Subject) -> dict[str, Any]:
    price_range = subject.price_range or ""
    return {
        **organization(subject),
        "geo": geo_coordinates(subject.geo),
        "openingHoursSpecification": opening_hours(subject.opening_hours),
        "priceRange": price_range if 0 < len(price_range) <= LONGEST_PRICE_RANGE else None,
    }
