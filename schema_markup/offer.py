"""What a subject costs and where it is: https://schema.org/Offer, https://schema.org/PostalAddress."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from engine.domain import Geo, Offer, OpeningHours, PostalAddress


def offer_nodes(offers: Sequence[Offer]) -> dict[str, Any] | list[dict[str, Any]] | None:
    """One Offer as itself, several as a list; None where there is none.

    Several prices are several offers and not one AggregateOffer, which earns no merchant listing
    (https://developers.google.com/search/docs/appearance/structured-data/merchant-listing).
    """
    nodes = [_offer_node(each) for each in offers]
    return nodes[0] if len(nodes) == 1 else nodes or None


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


def geo_coordinates(geo: Geo | None) -> dict[str, Any] | None:
    if geo is None:
        return None
    return {"@type": "GeoCoordinates", "latitude": geo.latitude, "longitude": geo.longitude}


def opening_hours(hours: Sequence[OpeningHours]) -> list[dict[str, Any]]:
    return [
        {
            "@type": "OpeningHoursSpecification",
            "dayOfWeek": [_as_term(day) for day in each.days],
            "opens": each.opens,
            "closes": each.closes,
        }
        for each in hours
    ]


def _offer_node(offer: Offer) -> dict[str, Any]:
    return {
        "@type": "Offer",
        "price": offer.price,
        "priceCurrency": offer.price_currency,
        "availability": _as_term(offer.availability) if offer.availability else None,
        "url": offer.url,
    }


def _as_term(name: str) -> str:
    return name if "/" in name else f"https://schema.org/{name}"
