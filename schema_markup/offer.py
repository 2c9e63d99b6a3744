"""What a subject costs and where it is: https://schema.org/Offer, https://schema.org/PostalAddress."""

from __future__ import annotations

from typing import Any

from engine.domain import Offer, PostalAddress


def offer_node(offer: Offer | None) -> dict[str, Any] | None:
    if offer is None:
        return None
    return {
        "@type": "Offer",
        "price": offer.price,
        "priceCurrency": offer.price_currency,
        "availability": _as_term(offer.availability) if offer.availability else None,
        "url": offer.url,
    }


def postal_address(address: PostalAddress | None) -> dict[str, Any] | None:
    if address is None:
        return None
    return {
        "@type": "PostalAddress",
        "streetAddress": address.street_address,
        "addressLocality": address.address_locality,
        "postalCode": address.postal_code,
        "addressCountry": address.address_country,
    }


def _as_term(name: str) -> str:
    return name if "/" in name else f"https://schema.org/{name}"
