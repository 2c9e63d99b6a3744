"""One row of a catalogue, read into the subject that it tells of."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from engine.cleaning import subject_id
from engine.domain import (
    ControlledBy,
    Geo,
    Locale,
    Offer,
    PostalAddress,
    Problem,
    Severity,
    Subject,
    SubjectType,
)
from engine.errors import BadValueError
from engine.fields import is_web_address
from engine.identifiers import is_gtin, is_isbn
from engine.text import clean_line, clean_text

# Beside our own names, those of the product data specification that shops already export:
# https://support.google.com/merchants/answer/7052112
FIELD_HELP: Mapping[str, str] = {
    "id": "the subject's id, as its reviews name it",
    "type": "the schema.org class: Product, LocalBusiness, SoftwareApplication, ...",
    "name": "the name as visitors read it; name:de in one language (title)",
    "url": "the address of its own page (link)",
    "image": "the address of its picture (image_link)",
    "description": "a text about it",
    "brand": "the brand's name",
    "category": "what kind of thing it is (product_type)",
    "sku": "the shop's own number",
    "gtin": "the number under its bar code",
    "mpn": "the maker's number",
    "isbn": "a book's number",
    "price": "what it costs: 12.50, or 12.50 EUR",
    "price_currency": "the currency, where the price does not name it: EUR",
    "availability": "InStock, OutOfStock, PreOrder, BackOrder, ... or in_stock, ...",
    "controlled_by": "us or other: who runs what is reviewed; decides whether stars about it may be marked up",
    "street_address": "of a place; with the three that follow",
    "address_locality": "the town",
    "postal_code": "the postal code",
    "address_country": "the country, as two letters: NL",
    "latitude": "of a place, in degrees; with longitude",
    "longitude": "of a place, in degrees",
    "telephone": "with country and area code: +31 20 123 45 67",
    "price_range": "of a place: €€, or 10-25 EUR",
    "operating_system": "of an application: Android, iOS, Windows, ...",
}
ALSO_CALLED: Mapping[str, str] = {
    "title": "name",
    "link": "url",
    "image_link": "image",
    "product_type": "category",
    "currency": "price_currency",
}
AVAILABILITIES = (
    *("BackOrder", "Discontinued", "InStock", "InStoreOnly", "LimitedAvailability", "MadeToOrder"),
    *("OnlineOnly", "OutOfStock", "PreOrder", "PreSale", "Reserved", "SoldOut"),
)
LINES = ("name", "brand", "category", "price_range", "operating_system", "telephone")
ADDRESS = ("street_address", "address_locality", "postal_code", "address_country")
IDENTIFIERS = ("sku", "gtin", "mpn", "isbn")
PRICE = re.compile(r"(?P<amount>[0-9]{1,9}(?:\.[0-9]{1,4})?)(?:\s*(?P<currency>[A-Z]{3}))?")
LONGEST = 300
LONGEST_DESCRIPTION = 5000
"""Characters; https://support.google.com/merchants/answer/6324468 allows no more."""

Refuse = Callable[[str, str, str], None]
"""Takes the field, what is wrong and the way out."""


def field_of(column: str) -> str | None:
    """The field that a column is called like, in whatever case; None where there is none."""
    name = column.strip().casefold().replace(" ", "_")
    name = ALSO_CALLED.get(name, name)
    return name if name in FIELD_HELP or name.startswith("name:") else None


def read_subject(
    fields: Mapping[str, str], known: Callable[[str], Subject | None], place: str
) -> tuple[Subject | None, list[Problem]]:
    """The subject that a row tells of, with what is known of it where the row says nothing.

    ``known`` finds a subject by the id that the row names. Nothing is guessed: a row with any problem is refused whole.
    """
    problems: list[Problem] = []

    def refuse(name: str, message: str, fix: str = "") -> None:
        problems.append(
            Problem(rule="catalogue-row", severity=Severity.ERROR, path=f"{place}, {name}", message=message, fix=fix)
        )

    given = {name: value.strip() for name, value in fields.items() if value.strip()}
    called = clean_line(given.get("id", ""))
    if not called:
        refuse("id", "is missing", "name the column that reviews call the subject by: --map id=COLUMN")
        return None, problems
    before = known(called) or Subject(id=subject_id(called), type=SubjectType.PRODUCT, name=called)
    changes = _changes(given, before, refuse)
    return (None if problems else replace(before, **changes)), problems


def _changes(given: Mapping[str, str], before: Subject, refuse: Refuse) -> dict[str, Any]:
    changes: dict[str, Any] = {name: _line(name, given[name], refuse) for name in LINES if name in given}
    changes |= {name: _web_address(name, given[name], refuse) for name in ("url", "image") if name in given}
    changes |= _terms(given, refuse)
    made = {
        "identifiers": {**before.identifiers, **_identifiers(given, refuse)},
        "names": {**before.names, **_names(given, refuse)},
        "properties": {**before.properties, **_description(given, refuse)},
        "offer": _offer(given, before, refuse),
        "address": _address(given, before, refuse),
        "geo": _geo(given, refuse),
    }
    return changes | {name: value for name, value in made.items() if value is not None}


def _web_address(name: str, value: str, refuse: Refuse) -> str:
    if not is_web_address(value):
        refuse(name, f"{value[:80]!r} is no web address", "write it in full, with https://")
    return value


def _terms(given: Mapping[str, str], refuse: Refuse) -> dict[str, Any]:
    found: dict[str, Any] = {}
    readers: tuple[tuple[str, Callable[[str], Any]], ...] = (("type", SubjectType), ("controlled_by", _controller))
    for name, read in readers:
        try:
            found |= {name: read(given[name])} if name in given else {}
        except BadValueError as error:
            refuse(name, str(error), "")
    return found


def _line(name: str, value: str, refuse: Refuse) -> str:
    cleaned = clean_line(value)
    if not cleaned:
        refuse(name, "holds no visible text", "leave the cell empty to keep what is known")
    elif len(cleaned) > LONGEST:
        refuse(name, f"has {len(cleaned)} characters", f"shorten it to {LONGEST}")
    return cleaned


def _names(given: Mapping[str, str], refuse: Refuse) -> dict[Locale, str]:
    return {
        Locale(name.partition(":")[2]): _line(name, value, refuse)
        for name, value in given.items()
        if name.startswith("name:")
    }


def _description(given: Mapping[str, str], refuse: Refuse) -> dict[str, str]:
    if "description" not in given:
        return {}
    text = clean_text(given["description"])
    if len(text) > LONGEST_DESCRIPTION:
        refuse("description", f"has {len(text)} characters", f"shorten it to {LONGEST_DESCRIPTION}")
    return {"description": text}


def _identifiers(given: Mapping[str, str], refuse: Refuse) -> dict[str, str]:
    found = {name: clean_line(given[name]) for name in IDENTIFIERS if name in given}
    if "gtin" in found and not is_gtin(found["gtin"]):
        refuse(
            "gtin", f"{found['gtin'][:40]!r} is no GTIN", "check its digits: the last one is computed from the others"
        )
    if "isbn" in found and not is_isbn(found["isbn"]):
        refuse("isbn", f"{found['isbn'][:40]!r} is no ISBN", "check its digits")
    if " " in found.get("sku", ""):
        refuse("sku", "has a blank in it", "write it without, as search engines want it")
    return found


def _controller(value: str) -> ControlledBy:
    if value not in set(ControlledBy):
        raise BadValueError(f"{value[:40]!r} is neither us nor other")
    return ControlledBy(value)


def _offer(given: Mapping[str, str], before: Subject, refuse: Refuse) -> Offer | None:
    if not {"price", "price_currency", "availability"} & given.keys():
        return None
    price, currency = _price(given, before.offer, refuse)
    availability = _availability(given["availability"], refuse) if "availability" in given else None
    if price is None or currency is None:
        return None
    return Offer(
        price=price,
        price_currency=currency,
        availability=availability or (before.offer.availability if before.offer else None),
        url=before.offer.url if before.offer else None,
    )


def _price(given: Mapping[str, str], before: Offer | None, refuse: Refuse) -> tuple[Decimal | None, str | None]:
    amount, currency = (before.price, before.price_currency) if before else (None, None)
    currency = given.get("price_currency", currency)
    if "price" in given:
        found = PRICE.fullmatch(given["price"])
        if found is None:
            refuse("price", f"{given['price'][:40]!r} is not understood", "write it like 12.50 or 12.50 EUR")
            return None, None
        amount, currency = Decimal(found["amount"]), found["currency"] or currency
    if amount is None:
        refuse("price", "is missing, though the row tells more of an offer", "name its column: --map price=COLUMN")
    elif currency not in _currencies():
        wrong = f"{currency[:40]!r} is no currency" if currency else "the price has no currency"
        refuse("price_currency", wrong, "name it as ISO 4217 does: --set price_currency=EUR")
    return amount, currency


def _currencies() -> frozenset[str]:
    # Imported here: most verbs take in no catalogue.
    from babel.numbers import list_currencies  # noqa: PLC0415

    return frozenset(list_currencies())


def _availability(value: str, refuse: Refuse) -> str | None:
    wanted = re.sub(r"[\s_-]", "", value.rpartition("/")[2]).casefold()
    for each in AVAILABILITIES:
        if each.casefold() == wanted:
            return f"https://schema.org/{each}"
    refuse("availability", f"{value[:40]!r} is not understood", f"write one of {', '.join(AVAILABILITIES)}")
    return None


def _address(given: Mapping[str, str], before: Subject, refuse: Refuse) -> PostalAddress | None:
    if not set(ADDRESS) & given.keys():
        return None
    known = {name: getattr(before.address, name) for name in ADDRESS} if before.address else {}
    parts = {**known, **{name: _line(name, given[name], refuse) for name in ADDRESS if name in given}}
    for name in ADDRESS:
        if name not in parts:
            refuse(name, "is missing, though the row tells more of an address", f"name its column: --map {name}=COLUMN")
    if not re.fullmatch(r"[A-Z]{2}", parts.get("address_country", "NL")):
        refuse("address_country", f"{parts['address_country'][:40]!r} is no country code", "write two letters, like NL")
    return PostalAddress(**parts) if set(parts) == set(ADDRESS) else None


def _geo(given: Mapping[str, str], refuse: Refuse) -> Geo | None:
    if not {"latitude", "longitude"} & given.keys():
        return None
    numbers = [given.get(name, "") for name in ("latitude", "longitude")]
    if not all(re.fullmatch(r"-?[0-9]{1,3}(\.[0-9]{1,12})?", each) for each in numbers):
        refuse("latitude", "and longitude go together", "write both in degrees, like 52.37403 and 4.88969")
        return None
    try:
        return Geo(latitude=Decimal(numbers[0]), longitude=Decimal(numbers[1]))
    except BadValueError as error:
        refuse("latitude", str(error), "")
        return None
