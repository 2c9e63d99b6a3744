"""The entry of a subject as JSON: what a GET shows of it is what a PUT takes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine.catalogue_rows import ADDRESS, IDENTIFIERS
from engine.domain import Offer, OpeningHours, Subject
from engine.subject_entries import Entry

LINES = (
    *("type", "name", "url", "image", "description", "brand", "category", "controlled_by"),
    *("telephone", "price_range", "operating_system"),
)


def details(subject: Subject) -> dict[str, Any]:
    """What the list of subjects does not say of one."""
    geo, address = subject.geo, subject.address
    return {
        "names": dict(subject.names),
        "image": subject.image,
        "description": subject.properties.get("description"),
        "brand": subject.brand,
        "category": subject.category,
        "offers": [_offer(each) for each in subject.offers],
        "address": {name: getattr(address, name) for name in ADDRESS} if address else None,
        "geo": {"latitude": float(geo.latitude), "longitude": float(geo.longitude)} if geo else None,
        "telephone": subject.telephone,
        "price_range": subject.price_range,
        "operating_system": subject.operating_system,
        "opening_hours": [
            {"days": list(each.days), "opens": each.opens, "closes": each.closes} for each in subject.opening_hours
        ],
    }


def entry_json(subject: Subject) -> dict[str, Any]:
    """All that a PUT would have to say to leave a subject as it is."""
    return {
        "type": str(subject.type),
        "name": subject.name,
        "url": subject.url,
        "controlled_by": subject.controlled_by,
        "identifiers": {name: value for name, value in subject.identifiers.items() if name in IDENTIFIERS},
        **details(subject),
    }


def as_entry(said: Mapping[str, Any], subject: str, place: str) -> Entry:
    """An entry in the words of the catalogue; what is null is not said."""
    return Entry(
        place=place,
        id=subject,
        fields=dict(_fields(said)),
        offers=[{name: str(value) for name, value in each.items() if value} for each in said.get("offers") or ()],
        opening_hours=[
            OpeningHours(days=tuple(each["days"]), opens=each["opens"], closes=each["closes"])
            for each in said.get("opening_hours") or ()
        ],
    )


def _fields(said: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield from ((name, said[name]) for name in LINES if said.get(name))
    yield from ((f"name:{locale}", name) for locale, name in (said.get("names") or {}).items())
    for part in ("identifiers", "address"):
        yield from ((name, value) for name, value in (said.get(part) or {}).items() if value)
    # Seven digits behind the point are a centimetre.
    yield from ((name, f"{value:.7f}") for name, value in (said.get("geo") or {}).items())


def _offer(each: Offer) -> dict[str, Any]:
    return {
        "price": str(each.price),
        "price_currency": each.price_currency,
        "availability": each.availability,
        "url": each.url,
    }
