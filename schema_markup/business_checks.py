"""Businesses and organizations: what a schema cannot say.

https://developers.google.com/search/docs/appearance/structured-data/local-business and organization (2026-07-08)
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from schema_markup.grammar import as_day, as_number, decimals, is_day
from schema_markup.nodes import Node
from schema_markup.rulebook import Violation, quoted
from schema_markup.vocabulary_checks import flat

_MOST_DEGREES = {"latitude": 90, "longitude": 180}
_FEWEST_DECIMALS = 5
_SMALLEST_LOGO = 112
_PIXELS = re.compile(r"\s*([0-9]{1,6})(?:\.0*)?\s*(?:px|pixels?)?\s*", re.IGNORECASE)
_PICTURES = frozenset({"image", "logo"})
_FILES = ("url", "contentUrl", "thumbnailUrl", "embedUrl")
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
    for value in flat(node.properties.get("address")):
        if isinstance(value, str) and value.strip():
            yield Violation("business-address-text", node.place("address"), quoted(value))
    for value in flat(node.properties.get("openingHours")):
        if isinstance(value, str) and not _OPENING_HOURS.fullmatch(value.strip()[:300]):
            yield Violation("hours-time", node.place("openingHours"), quoted(value))


def coordinates(node: Node) -> Iterator[Violation]:
    """Degrees with at least five decimals."""
    missing = [name for name in _MOST_DEGREES if name not in node.properties]
    if missing and "geo" in {name for _, name in node.holders}:
        yield Violation("geo-part", node.path, ", ".join(missing))
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
    first, last = (as_day(str(node.properties.get(name))) for name in ("validFrom", "validThrough"))
    if first and last and last < first:
        yield Violation("hours-order", node.place("validThrough"), f"{last}, before {first}")


def logo(node: Node) -> Iterator[Violation]:
    """A logo that tells its size is not too small."""
    for picture in node.all_of("logo"):
        sides = [_side(picture, name) for name in ("width", "height")]
        if any(side is not None and side < _SMALLEST_LOGO for side in sides):
            yield Violation("logo-size", picture.path, " by ".join(str(side or "?") for side in sides))


def _side(picture: Node, name: str) -> int | None:
    """The pixels of one side, said plainly or as a quantity."""
    quantities = [said for each in picture.all_of(name) for part in ("value", "name") for said in each.values(part)]
    found = (_PIXELS.fullmatch(str(value)) for value in [*flat(picture.properties.get(name)), *quantities])
    return next((int(each[1]) for each in found if each), None)


def picture(node: Node) -> Iterator[Violation]:
    """A picture that is described says where its file is."""
    is_shown = any(name in _PICTURES for _, name in node.holders)
    # The picture's own address may be its @id.
    is_named = (node.id or "").lower().startswith(("http://", "https://"))
    if is_shown and not is_named and not any(node.values(name) for name in _FILES):
        yield Violation("image-address", node.path)
