"""Products, their offers and software: what a schema cannot say.

https://developers.google.com/search/docs/appearance/structured-data/product-snippet, merchant-listing and software-app
(2026-07-08)
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache

from schema_markup.grammar import as_day, as_number, is_day, is_gtin, is_isbn
from schema_markup.nodes import ITEM, Node
from schema_markup.phrases import is_prohibited
from schema_markup.rating_checks import NOTES, ratings_of
from schema_markup.rulebook import FOLDER, Violation, quoted, rules_as_of
from schema_markup.vocabulary_checks import flat

# What each may hold: the plain one any of the four lengths.
_GTINS = {"gtin": None, "gtin8": 8, "gtin12": 12, "gtin13": 13, "gtin14": 14}
# What only the page of a shop says of an offer: there, and only there, a merchant listing is asked for.
_SHOP = ("shippingDetails", "hasMerchantReturnPolicy")


def product(node: Node) -> Iterator[Violation]:
    """A product that the document is about, or a rated car."""
    if "Car" in node.kinds and "Product" not in node.types and (node.is_subject or any(ratings_of(node))):
        yield Violation("product-car", node.path)
    if node.is_subject:
        yield from _product_of_the_page(node)


def _product_of_the_page(node: Node) -> Iterator[Violation]:
    yield from _something_to_show(node)
    yield from _numbers(node)
    yield from _brands(node)
    for value in flat(node.properties.get("category")):
        if isinstance(value, str) and is_prohibited(value):
            yield Violation("product-prohibited", node.place("category"), quoted(value))
    if "ProductGroup" in node.kinds or node.values("hasVariant"):
        yield from _variants(node)
    if node.values("offers"):
        yield from _listing(node)


def _brands(node: Node) -> Iterator[Violation]:
    for brand in node.all_of("brand"):
        if brand.kinds & {"Brand", "Organization"} and not any(str(name).strip() for name in brand.values("name")):
            yield Violation("product-brand-name", brand.path)


def _something_to_show(node: Node) -> Iterator[Violation]:
    variants = node.all_of("hasVariant")
    if any(ratings_of(node)) or node.values("review") or node.values("aggregateRating"):
        return
    if node.values("offers") or node.held_as("itemOffered") or any(each.values("offers") for each in variants):
        if not any(any(ratings_of(each)) for each in [*variants, *node.all_of("isVariantOf")]):
            yield Violation("product-offers-only", node.path)
    elif not any(any(ratings_of(each)) for each in variants):
        yield Violation("product-nothing-to-show", node.path)


def _numbers(node: Node) -> Iterator[Violation]:
    for name, length in _GTINS.items():
        for value in flat(node.properties.get(name)) if name in node.properties else ():
            if not is_gtin(value) or (length and len(str(value).strip()) != length):
                yield Violation("product-gtin", node.place(name), quoted(value))
    for value in flat(node.properties.get("isbn")):
        if not is_isbn(value) or "Book" not in node.kinds:
            yield Violation("product-isbn", node.place("isbn"), quoted(value))


def _variants(node: Node) -> Iterator[Violation]:
    for holder in (node, *node.all_of("hasVariant")):
        for offer in holder.all_of("offers"):
            if "AggregateOffer" in offer.kinds:
                yield Violation("offers-variants", offer.path)


def sells(node: Node) -> bool:
    """Whether a product's page is a shop's: it says how it is sent or taken back."""
    return any(name in offer.properties or name in offer.dangling for offer in node.all_of("offers") for name in _SHOP)


def _listing(node: Node) -> Iterator[Violation]:
    offers = [each for each in node.all_of("offers") if "Offer" in each.kinds]
    is_shop = sells(node)
    if offers and not any(value is ITEM or str(value).strip() for value in node.values("image")):
        yield Violation("merchant-image" if is_shop else "product-image-missing", node.path)
    if not is_shop:
        return
    for noted in (node, *ratings_of(node)[1]):
        if any(name in noted.properties for name in NOTES):
            yield Violation("notes-customers", noted.path)
    for offer in offers:
        yield from _bought_here(offer)


def _bought_here(offer: Node) -> Iterator[Violation]:
    if "AggregateOffer" in offer.kinds:
        yield Violation("merchant-offer-type", offer.path)
        return
    where = _priced(offer)
    price = as_number(where.properties.get("price"))
    if price is not None and price <= 0:
        yield Violation("merchant-price", where.place("price"), str(price))
    currency = where.properties.get("priceCurrency")
    if currency is None:
        yield Violation("merchant-currency", where.path)
    elif currency not in _currencies():
        yield Violation("merchant-currency-grammar", where.place("priceCurrency"), quoted(currency))


@cache
def _currencies() -> list[str]:
    values = json.loads((FOLDER / "values.schema.json").read_text("utf-8"))
    known: list[str] = values["$defs"]["currency"]["enum"]
    return known


def _priced(offer: Node) -> Node:
    """Where the price of an offer stands: there, or in its first specification that has one."""
    if "price" in offer.properties:
        return offer
    specifications = offer.all_of("priceSpecification")
    return next((each for each in specifications if "price" in each.properties), offer)


def offer(node: Node) -> Iterator[Violation]:
    """An offer of a product or an application."""
    sold = [*node.held_as("offers")]
    if not any(holder.kinds & {"Product", "SoftwareApplication"} for holder in sold):
        return
    if "AggregateOffer" in node.kinds:
        low, high = (as_number(node.properties.get(name)) for name in ("lowPrice", "highPrice"))
        if low is not None and high is not None and high < low:
            yield Violation("offers-high-price", node.place("highPrice"), f"{high}, below {low}")
        return
    where = _priced(node)
    for each in node.all_of("priceSpecification"):
        price = each.properties.get("price")
        if price is not None and not _is_price(price):
            # The offer's own price is taken before any other.
            rule = "offer-price-grammar" if "price" not in node.properties else "offer-price-other"
            yield Violation(rule, each.place("price"), quoted(price))
    if "price" not in where.properties and "priceSpecification" in node.properties:
        yield Violation("offer-price-missing", node.path)
    elif where is not node and "priceCurrency" not in where.properties and "priceCurrency" not in node.properties:
        yield Violation("offer-currency-missing", node.path)
    yield from _until(node)


def _is_price(value: object) -> bool:
    price = as_number(value)
    return price is not None and price >= 0


def _until(offer: Node) -> Iterator[Violation]:
    until = offer.properties.get("priceValidUntil")
    if not isinstance(until, str):
        return
    day = as_day(until)
    if not is_day(until):
        yield Violation("offer-date-grammar", offer.place("priceValidUntil"), quoted(until))
    elif day is not None and day < rules_as_of():
        yield Violation("offer-expired", offer.place("priceValidUntil"), until)


def application(node: Node) -> Iterator[Violation]:
    """A SoftwareApplication that the document is about."""
    if not node.is_subject:
        return
    if "VideoGame" in node.kinds:
        others = [each for each in node.types if each != "VideoGame"]
        if not others:
            yield Violation("app-game", node.path)
            return
    if not any(ratings_of(node)):
        yield Violation("app-rating", node.path)


def several_products(nodes: list[Node]) -> Iterator[Violation]:
    """One product, or its variants, and one currency a page."""
    products = [each for each in nodes if "Product" in each.kinds and each.is_subject and _earns(each)]
    if len(products) > 1 and not any("isVariantOf" in each.properties or _is_group(each) for each in products):
        names = ", ".join(str(each.properties.get("name")) for each in products[:3])
        yield Violation("product-several", products[1].path, names)
    seen: dict[str, Node] = {}
    for each in nodes:
        currency = each.properties.get("priceCurrency")
        if isinstance(currency, str) and each.kinds & {"Offer", "PriceSpecification"}:
            seen.setdefault(currency, each)
    if len(seen) > 1:
        second = list(seen.values())[1]
        yield Violation("currency-several", second.place("priceCurrency"), ", ".join(sorted(seen)[:5]))


def _is_group(node: Node) -> bool:
    return "ProductGroup" in node.kinds or "hasVariant" in node.properties or "inProductGroupWithID" in node.properties


def _earns(node: Node) -> bool:
    return any(ratings_of(node)) or bool(node.values("offers"))
