"""Businesses and organizations: what a schema cannot say.

https://developers.google.com/search/docs/appearance/structured-data/local-business and organization (2026-07-08)
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from schema_markup.grammar import as_number, decimals, is_day
from schema_markup.nodes import Node
from schema_markup.rulebook import Violation, quoted
from schema_markup.vocabulary_checks import flat

_MOST_DEGREES = {"latitude": 90, "longitude": 180}
_FEWEST_DECIMALS = 5
_SMALLEST_LOGO = 112
_PIXELS = re.compile(r"\s*([0-9]{1,6})(?:\.0*)?\s*(?:px|pixels?)?\s*", re.IGNORECASE)
_HOURS = ("openingHoursSpecification", "openingHours", "specialOpeningHoursSpecification")
_DAYS = "Mo|Tu|We|Th|Fr|Sa|Su"
_OPENING_HOURS = re.compile(
    rf"(?:(?:{_DAYS})(?:-(?:{_DAYS}))?(?:\s*,\s*(?:{_DAYS})(?:-(?:{_DAYS}))?)*)"
    r"(?:\s+(?:[01][0-9]|2[0-4]):[0-5][0-9]\s*-\s*(?:[01][0-9]|2[0-4]):[0-5][0-9](?:\s*,\s*)?)*"
)


def business(node: Node) -> Iterator[Violation]:
    """A LocalBusiness that the document is about."""
    if not node.is_subject:
        return
    missing = [name for name in ("telephone", "url", "geo") if not node.values(name)]
    if not any(node.values(name) for name in _HOURS):
        missing.append("openingHoursSpecification")
    if missing:
        yield Violation("business-recommended", node.path, ", ".join(missing))
    for value in flat(node.properties.get("openingHours")):
        if isinstance(value, str) and not _OPENING_HOURS.fullmatch(value.strip()[:300]):
            yield Violation("hours-time", node.place("openingHours"), quoted(value))


def coordinates(node: Node) -> Iterator[Violation]:
    """Degrees with at least five decimals."""
    for name, most in _MOST_DEGREES.items():
        given = node.properties.get(name)
        if given is None:
            continue
        degrees = as_number(given)
        if degrees is None or abs(degrees) > most:
            yield Violation("geo-range", node.place(name), quoted(given))
        elif decimals(given) < _FEWEST_DECIMALS:
            yield Violation("geo-precision", node.place(name), str(given))


def hours(node: Node) -> Iterator[Violation]:
    """Special hours have days of the calendar."""
    if not any(name in _HOURS for _, name in node.holders):
        return
    for name in ("validFrom", "validThrough"):
        for value in node.values(name):
            if isinstance(value, str) and not is_day(value):
                yield Violation("hours-date", node.place(name), quoted(value))


def logo(node: Node) -> Iterator[Violation]:
    """A logo that tells its size is not too small."""
    for picture in node.all_of("logo"):
        sides = [_pixels(picture.properties.get(name)) for name in ("width", "height")]
        if any(side is not None and side < _SMALLEST_LOGO for side in sides):
            yield Violation("logo-size", picture.path, " by ".join(str(side or "?") for side in sides))


def _pixels(value: object) -> int | None:
    found = _PIXELS.fullmatch(str(value))
    return int(found[1]) if found else None
