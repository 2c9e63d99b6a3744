"""What is known of a subject beyond its columns, as one JSON object; what is not known has no key."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from engine.domain import Geo, Locale, Offer, OpeningHours, PostalAddress, Subject, Variant

PLAIN = ("image", "brand", "category", "telephone", "price_range", "operating_system")


def details_of(each: Subject) -> dict[str, Any]:
    details = {
        **{name: getattr(each, name) for name in PLAIN},
        "identifiers": dict(each.identifiers),
        "names": dict(each.names),
        "properties": dict(each.properties),
        "offer": _offer_to_json(each.offer) if each.offer else None,
        "further_offers": [_offer_to_json(offer) for offer in each.further_offers],
        "variants": [_variant_to_json(variant) for variant in each.variants],
        "address": _address_to_json(each.address) if each.address else None,
        "geo": [str(each.geo.latitude), str(each.geo.longitude)] if each.geo else None,
        "opening_hours": [[list(hours.days), hours.opens, hours.closes] for hours in each.opening_hours],
    }
    return {name: value for name, value in details.items() if value}


def read_details(kept: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a Subject by name."""
    geo = kept.get("geo")
    return {
        **{name: kept.get(name) for name in PLAIN},
        "identifiers": kept.get("identifiers", {}),
        "names": {Locale(locale): name for locale, name in kept.get("names", {}).items()},
        "properties": kept.get("properties", {}),
        "offer": _offer(kept["offer"]) if "offer" in kept else None,
        "further_offers": tuple(_offer(each) for each in kept.get("further_offers", ())),
        "variants": tuple(_variant(each) for each in kept.get("variants", ())),
        "address": PostalAddress(**kept["address"]) if "address" in kept else None,
        "geo": Geo(latitude=Decimal(geo[0]), longitude=Decimal(geo[1])) if geo else None,
        "opening_hours": tuple(
            OpeningHours(days=tuple(days), opens=opens, closes=closes)
            for days, opens, closes in kept.get("opening_hours", ())
        ),
    }


def _offer_to_json(offer: Offer) -> dict[str, str | None]:
    return {
        "price": str(offer.price),
        "price_currency": offer.price_currency,
        "availability": offer.availability,
        "url": offer.url,
    }


def _offer(kept: Mapping[str, Any]) -> Offer:
    return Offer(**{**kept, "price": Decimal(kept["price"])})


def _variant_to_json(variant: Variant) -> dict[str, Any]:
    return {
        "name": variant.name,
        "url": variant.url,
        "image": variant.image,
        "identifiers": dict(variant.identifiers),
        "properties": dict(variant.properties),
        "offers": [_offer_to_json(each) for each in variant.offers],
    }


def _variant(kept: Mapping[str, Any]) -> Variant:
    return Variant(**{**kept, "offers": tuple(_offer(each) for each in kept["offers"])})


def _address_to_json(address: PostalAddress) -> dict[str, str]:
    return {
        "street_address": address.street_address,
        "address_locality": address.address_locality,
        "postal_code": address.postal_code,
        "address_country": address.address_country,
    }
