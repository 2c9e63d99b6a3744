"""The checks of single items that a schema cannot say, each a pure function of one node."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from schema_markup.grammar import as_number, as_share, is_day, is_gtin
from schema_markup.nodes import Node, as_list
from schema_markup.rulebook import FOLDER, Violation, quoted
from schema_markup.vocabulary import closest, is_class

Check = Callable[[Node], Iterator[Violation]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """Which classes a property takes."""

    property: str
    of: str
    types: frozenset[str]
    rule: str
    text: bool


@cache
def _types() -> dict[str, Any]:
    with (FOLDER / "types.toml").open("rb") as file:
        return tomllib.load(file)


@cache
def reviewable() -> frozenset[str]:
    """The classes that Google lets carry ratings and reviews, their subclasses not spelled out."""
    return frozenset(_types()["reviewable"])


@cache
def _expected() -> tuple[Expected, ...]:
    return tuple(
        Expected(
            property=each["property"],
            of=each["of"],
            types=frozenset(each["types"]),
            rule=each["rule"],
            text=each.get("text", False),
        )
        for each in _types()["expected"]
    )


def violations_of(node: Node) -> Iterator[Violation]:
    """Everything that the checks of its types find wrong with a node."""
    for of, check in CHECKS:
        if of is None or of in node.kinds:
            yield from check(node)


def known_types(node: Node) -> Iterator[Violation]:
    for name in node.types:
        if ":" not in name and not is_class(name):
            meant = closest(name)
            yield Violation(
                "type-unknown", node.path, f"{quoted(name)} (did you mean {meant}?)" if meant else quoted(name)
            )


def expected_types(node: Node) -> Iterator[Violation]:
    for each in _expected():
        if each.property in node.properties and (each.of == "Thing" or each.of in node.kinds):
            yield from _unexpected(node, each)


def _unexpected(node: Node, expected: Expected) -> Iterator[Violation]:
    for value in node.values(expected.property):
        if not isinstance(value, dict) and not expected.text:
            yield Violation(expected.rule, node.place(expected.property), quoted(value))
    for child in node.children.get(expected.property, ()):
        if not child.kinds & expected.types:
            yield Violation(expected.rule, child.path, _type_of(child))


def _type_of(node: Node) -> str:
    return " and ".join(node.types) or "an object without @type"


def rated_item(node: Node) -> Iterator[Violation]:
    """https://developers.google.com/search/docs/appearance/structured-data/review-snippet, sections 1.1 and 1.3."""
    aggregates, reviews = _ratings_of(node)
    if not aggregates and not reviews:
        return
    if node.types and not node.kinds & reviewable():
        yield Violation("review-parent-type", node.path, _type_of(node))
    if not node.values("name"):
        yield Violation("rated-item-name", node.path)
    if len(aggregates) > 1:
        yield Violation(
            "aggregate-several", node.place("aggregateRating") if node.children.get("aggregateRating") else node.path
        )
    if len(reviews) > 1 and not aggregates:
        yield Violation("reviews-without-aggregate", node.path)
    for aggregate in aggregates:
        yield from _enough_counted(aggregate, reviews)


def _ratings_of(node: Node) -> tuple[list[Node], list[Node]]:
    # A rating of a review, or an employer's as an employer, is another thing than a rating of the item.
    about = [each for each in node.held_as("itemReviewed") if "EmployerAggregateRating" not in each.kinds]
    aggregates = [*node.children.get("aggregateRating", ()), *(each for each in about if "Rating" in each.kinds)]
    reviews = [*node.children.get("review", ()), *(each for each in about if "Review" in each.kinds)]
    if "Review" in node.kinds:
        return [], []
    return list(dict.fromkeys(aggregates)), list(dict.fromkeys(reviews))


def _enough_counted(aggregate: Node, reviews: list[Node]) -> Iterator[Violation]:
    rated = [review for review in reviews if review.values("reviewRating")]
    written = [review for review in reviews if review.values("reviewBody")]
    for name, counted in (("ratingCount", rated), ("reviewCount", written)):
        count = as_number(aggregate.properties.get(name))
        if count is not None and 0 < count < len(counted):
            yield Violation("count-below-reviews", aggregate.place(name), f"{name} {count}, {len(counted)} marked up")


def stands_alone(node: Node) -> Iterator[Violation]:
    """A review or aggregate rating: nested in its item, or naming it."""
    holders = [*node.held_as("review"), *node.held_as("aggregateRating"), *node.held_as("reviews")]
    if not holders and not node.values("itemReviewed"):
        yield Violation("review-item-missing", node.path)
    if holders and any(about not in holders for about in node.children.get("itemReviewed", ())):
        yield Violation("nested-item-reviewed", node.place("itemReviewed"))


def rating_range(node: Node) -> Iterator[Violation]:
    """https://developers.google.com/search/docs/appearance/structured-data/review-snippet: 1 to 5 unless declared."""
    given = node.properties.get("ratingValue")
    share = as_share(given)
    if share is not None:
        if share > 1:
            yield Violation("rating-own-scale", node.place("ratingValue"), quoted(given))
        return
    best, worst = as_number(node.properties.get("bestRating")), as_number(node.properties.get("worstRating"))
    if best is not None and worst is not None and worst >= best:
        yield Violation("rating-scale", node.place("worstRating"), f"{worst} to {best}")
        return
    low, high = Decimal(1) if worst is None else worst, Decimal(5) if best is None else best
    value = as_number(given)
    if value is not None and not low <= value <= high:
        yield Violation("rating-out-of-range", node.place("ratingValue"), f"{value} on {low} to {high}")


def something_to_show(node: Node) -> Iterator[Violation]:
    """https://developers.google.com/search/docs/appearance/structured-data/product-snippet: one of three."""
    if not node.is_subject:
        return
    rated = any(_ratings_of(node)) or node.values("review") or node.values("aggregateRating")
    if not rated:
        yield Violation("product-offers-only" if node.values("offers") else "product-nothing-to-show", node.path)


def application_is_rated(node: Node) -> Iterator[Violation]:
    if node.is_subject and not any(_ratings_of(node)):
        yield Violation("app-rating", node.path)


def article_numbers(node: Node) -> Iterator[Violation]:
    for name in ("gtin", "gtin8", "gtin12", "gtin13", "gtin14"):
        for value in node.values(name):
            if not is_gtin(value):
                yield Violation("product-gtin", node.place(name), quoted(value))


def review_date(node: Node) -> Iterator[Violation]:
    return _calendar(node, "datePublished", "review-date-grammar")


def offer_date(node: Node) -> Iterator[Violation]:
    return _calendar(node, "priceValidUntil", "offer-date-grammar")


def _calendar(node: Node, name: str, rule: str) -> Iterator[Violation]:
    for value in as_list(node.properties.get(name)):
        if isinstance(value, str) and not is_day(value):
            yield Violation(rule, node.place(name), quoted(value))


CHECKS: tuple[tuple[str | None, Check], ...] = (
    (None, known_types),
    (None, expected_types),
    (None, rated_item),
    ("Review", stands_alone),
    ("AggregateRating", stands_alone),
    ("Rating", rating_range),
    ("Product", something_to_show),
    ("SoftwareApplication", application_is_rated),
    ("Product", article_numbers),
    ("Review", review_date),
    ("Offer", offer_date),
)
