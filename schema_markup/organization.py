"""What an Organization says about itself: https://schema.org/Organization."""

from __future__ import annotations

from typing import Any

from engine.domain import Subject
from schema_markup.offer import postal_address


def organization(subject: Subject) -> dict[str, Any]:
    return {
        "brand": {"@type": "Brand", "name": subject.brand} if subject.brand else None,
        "address": postal_address(subject.address),
        "telephone": subject.telephone,
    }
