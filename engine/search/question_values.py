"""What may stand after the colon of ``rating:4..5``: values of facets, and stretches of time."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta

from engine.domain import State, Use
from engine.domain.search import Facet
from engine.errors import BadValueError
from engine.language import normal_language
from engine.text import as_sought

STARS = ("1", "2", "3", "4", "5")
NO_STARS = "none"
YES, NO = "yes", "no"

# As people answer in the languages of the console, French and Spanish; folded.
_ANSWERS = dict.fromkeys(("yes", "y", "true", "1", "ja", "j", "oui", "si"), YES) | dict.fromkeys(
    ("no", "n", "false", "0", "nein", "nee", "non"), NO
)
_RANGE = re.compile(r"([1-5])?\.\.([1-5])?")
_COMPARED = re.compile(r"(<=|>=|<|>)([1-5])")
_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{1,2})(?:-([0-9]{1,2}))?)?")

Span = tuple[datetime, datetime]
"""From the first moment of a time to the first after it."""


def values(facet: Facet, text: str) -> frozenset[str]:
    """The values that a facet is asked for. Raises KeyError with what it takes where there are none."""
    read = _READERS.get(facet)
    found = read(text) if read else frozenset({text})
    if not found:
        raise KeyError(facet)
    return found


def span(text: str) -> Span | None:
    """The time of ``2026``, ``2026-01``, ``2026-01-31`` or ``2025..2026-03``, in UTC; None where it is none."""
    first, dots, last = text.partition("..")
    begins, ends = _span(first), _span(last if dots else first)
    return (begins[0], ends[1]) if begins and ends and begins[0] < ends[1] else None


def _span(text: str) -> Span | None:
    match = _DATE.fullmatch(text)
    if not match:
        return None
    year, month, day = (int(each) if each else None for each in match.groups())
    try:
        start = date(year or 0, month or 1, day or 1)
        if day:
            end = start + timedelta(days=1)
        elif month:
            end = (start + timedelta(days=31)).replace(day=1)
        else:
            end = date(start.year + 1, 1, 1)
    except (ValueError, OverflowError):
        return None
    return _midnight(start), _midnight(end)


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _rating(text: str) -> frozenset[str]:
    low = text.lower()
    if low in (*STARS, NO_STARS):
        return frozenset({low})
    if match := _RANGE.fullmatch(low):
        least, most = int(match[1] or 1), int(match[2] or 5)
        return frozenset(each for each in STARS if least <= int(each) <= most)
    if match := _COMPARED.fullmatch(low):
        return frozenset(each for each in STARS if _COMPARISONS[match[1]](int(each), int(match[2])))
    return frozenset()


_COMPARISONS: Mapping[str, Callable[[int, int], bool]] = {
    "<": lambda one, other: one < other,
    "<=": lambda one, other: one <= other,
    ">": lambda one, other: one > other,
    ">=": lambda one, other: one >= other,
}


def _answer(text: str) -> frozenset[str]:
    found = _ANSWERS.get(as_sought(text))
    return frozenset({found} if found else ())


def _language(text: str) -> frozenset[str]:
    try:
        return frozenset({normal_language(text)})
    except BadValueError:
        return frozenset()


def _one_of(*known: str) -> Callable[[str], frozenset[str]]:
    return lambda text: frozenset({text.lower()} & set(known))


_READERS: Mapping[Facet, Callable[[str], frozenset[str]]] = {
    Facet.RATING: _rating,
    Facet.LANGUAGE: _language,
    Facet.VERIFIED: _answer,
    Facet.PHOTO: _answer,
    Facet.STATE: _one_of(*State),
    Facet.SCOPE: _one_of(*Use),
}
