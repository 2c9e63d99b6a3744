"""What only a Product says about itself, its variants included: https://schema.org/Product."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from engine.domain import Offer, Subject, Variant
from schema_markup.offer import offer_nodes

IDENTIFIERS = ("sku", "mpn", "gtin", "gtin8", "gtin12", "gtin13", "gtin14")
VARIED_BY = ("color", "size", "suggestedAge", "suggestedGender", "material", "pattern")
"""https://developers.google.com/search/docs/appearance/structured-data/product-variants"""


def product(subject: Subject) -> dict[str, Any]:
    return {
        "brand": {"@type": "Brand", "name": subject.brand} if subject.brand else None,
        **_numbers(subject.identifiers),
        "category": subject.category,
        "offers": offer_nodes(subject.offers),
        **(_group(subject) if subject.variants else {}),
    }


def _group(subject: Subject) -> dict[str, Any]:
    """A product in several forms is a ProductGroup: it holds the reviews, each variant its own price."""
    differing = {name for variant in subject.variants for name in variant.properties}
    return {
        "productGroupID": subject.identifiers.get("group", subject.id),
        "variesBy": [f"https://schema.org/{name}" for name in VARIED_BY if name in differing],
        "hasVariant": [_variant(each, subject.offers) for each in subject.variants],
        # Each variant says what it costs.
        "offers": None,
    }


def _variant(variant: Variant, offers_of_all: Sequence[Offer]) -> dict[str, Any]:
    return {
        "@type": "Product",
        "name": variant.name,
        "url": variant.url,
        "image": variant.image,
        **_numbers(variant.identifiers),
        **{name: variant.properties.get(name) for name in VARIED_BY},
        "offers": offer_nodes(variant.offers or offers_of_all),
    }


def _numbers(identifiers: Mapping[str, str]) -> dict[str, str | None]:
    return {name: identifiers.get(name) for name in IDENTIFIERS}
