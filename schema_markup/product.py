"""What only a Product says about itself: https://schema.org/Product."""

from __future__ import annotations

from typing import Any

from engine.domain import Subject
from schema_markup.offer import offer_node

IDENTIFIERS = ("sku", "mpn", "gtin", "gtin8", "gtin12", "gtin13", "gtin14")


def product(subject: Subject) -> dict[str, Any]:
    return {
        "brand": {"@type": "Brand", "name": subject.brand} if subject.brand else None,
        **{name: subject.identifiers.get(name) for name in IDENTIFIERS},
        "category": subject.category,
        "offers": offer_node(subject.offer),
    }
