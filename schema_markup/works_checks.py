"""Events, courses, recipes and films: what a schema cannot say.

https://developers.google.com/search/docs/appearance/structured-data/event, course, recipe and video (2026-07-08)
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from schema_markup.grammar import as_number, as_seconds, is_day, is_isbn
from schema_markup.nodes import Node
from schema_markup.rulebook import Violation, quoted

_FEWEST_COURSES = 3
_SHORTEST_WITH_PARTS = 30


def event(node: Node) -> Iterator[Violation]:
    """An Event that the document is about."""
    if not node.is_subject:
        return
    places = node.all_of("location")
    if places and all("VirtualLocation" in place.kinds for place in places):
        yield Violation("event-virtual", node.place("location"))
    for place in places:
        if "VirtualLocation" not in place.kinds and "PostalAddress" not in place.kinds and not place.values("address"):
            yield Violation("event-address", place.path)
    start, end = node.properties.get("startDate"), node.properties.get("endDate")
    for name, rule, given in (("startDate", "event-start", start), ("endDate", "event-end", end)):
        if isinstance(given, str) and not is_day(given):
            yield Violation(rule, node.place(name), quoted(given))
    if _is_before(end, start):
        yield Violation("event-end", node.place("endDate"), f"{end}, before {start}")


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


def video(node: Node) -> Iterator[Violation]:
    """A film: its day is one of the calendar, its parts begin at different seconds."""
    uploaded = node.properties.get("uploadDate")
    if isinstance(uploaded, str) and not is_day(uploaded):
        yield Violation("video-upload-grammar", node.place("uploadDate"), quoted(uploaded))
    expires = node.properties.get("expires")
    if isinstance(expires, str) and not is_day(expires):
        yield Violation("video-expires", node.place("expires"), quoted(expires))
    clips = [each for each in node.all_of("hasPart") if "Clip" in each.kinds]
    if not clips:
        return
    length = as_seconds(node.properties.get("duration"))
    if length is not None and length < _SHORTEST_WITH_PARTS:
        yield Violation("video-short", node.path, f"{length:g} seconds")
    seen = set()
    for clip in clips:
        start = as_number(clip.properties.get("startOffset"))
        if start is not None and start in seen:
            yield Violation("clip-start", clip.place("startOffset"), str(start))
        seen.add(start)


def book_number(node: Node) -> Iterator[Violation]:
    """A Book's own number; a product's is judged with the product."""
    if "Product" not in node.kinds and node.is_subject:
        for value in node.values("isbn"):
            if not is_isbn(value):
                yield Violation("product-isbn", node.place("isbn"), quoted(value))
