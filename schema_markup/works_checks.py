"""Events, courses and books: what a schema cannot say.

https://developers.google.com/search/docs/appearance/structured-data/event, course and recipe (2026-07-08)
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from schema_markup.grammar import is_day, is_isbn
from schema_markup.nodes import ITEM, Node
from schema_markup.rulebook import Violation, quoted
from schema_markup.vocabulary_checks import flat

_FEWEST_COURSES = 3
_ADDRESSED = frozenset({"VirtualLocation", "PostalAddress"})


def event(node: Node) -> Iterator[Violation]:
    """An Event that the document is about."""
    if not node.is_subject or "UserInteraction" in node.kinds:
        return
    yield from _place(node)
    start, end = node.properties.get("startDate"), node.properties.get("endDate")
    for name, rule, given in (("startDate", "event-start", start), ("endDate", "event-end", end)):
        if isinstance(given, str) and not is_day(given):
            yield Violation(rule, node.place(name), quoted(given))
    if _is_before(end, start):
        yield Violation("event-end", node.place("endDate"), f"{end}, before {start}")


def _place(node: Node) -> Iterator[Violation]:
    for value in flat(node.properties.get("location")):
        if isinstance(value, str) and value.strip():
            yield Violation("event-location-text", node.place("location"), quoted(value))
    places = node.all_of("location")
    if places and all("VirtualLocation" in place.kinds for place in places):
        yield Violation("event-virtual", node.place("location"))
    for place in places:
        if not place.kinds & _ADDRESSED and not _says(place, "address"):
            yield Violation("event-address", place.path)


def _says(node: Node, name: str) -> bool:
    return any(value is ITEM or str(value).strip() for value in node.values(name))


def _is_before(end: object, start: object) -> bool:
    try:
        last, first = datetime.fromisoformat(str(end)), datetime.fromisoformat(str(start))
    except ValueError:
        return False
    if (last.tzinfo is None) != (first.tzinfo is None) or len(str(end)) <= 10 or len(str(start)) <= 10:
        return last.date() < first.date()
    return last < first


def course_list(node: Node) -> Iterator[Violation]:
    """A list of courses is shown from three on."""
    entries = node.all_of("itemListElement")
    courses = [each for each in entries if "Course" in each.kinds or _holds_course(each)]
    if courses and len(courses) < _FEWEST_COURSES:
        yield Violation("course-list", node.path)


def _holds_course(entry: Node) -> bool:
    return any("Course" in each.kinds for each in entry.all_of("item"))


def book_number(node: Node) -> Iterator[Violation]:
    """A Book's own number; a product's is judged with the product."""
    if "Product" not in node.kinds and node.is_subject:
        for value in node.values("isbn"):
            if not is_isbn(value):
                yield Violation("product-isbn", node.place("isbn"), quoted(value))
