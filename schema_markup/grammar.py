"""The values that a pattern cannot judge alone: ratings on their scales, dates, lengths of time, article numbers."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from engine import identifiers

_NUMBER = re.compile(r"-?[0-9]{1,40}(?:\.[0-9]{1,40})?")
_SHARE = re.compile(r"([0-9]{1,40}(?:\.[0-9]{1,40})?)\s*(?:(%)|/\s*([0-9]{1,40}(?:\.[0-9]{1,40})?))")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_CLOCK = r"(?:[01][0-9]|2[0-4]):[0-5][0-9](?::[0-5][0-9](?:[.,][0-9]+)?)?"
_ZONE = r"(?:Z|[+-](?:[01][0-9]|2[0-3]):?[0-5][0-9])"
_TIME = re.compile(rf"{_CLOCK}{_ZONE}?")
_DATE = re.compile(rf"-?[0-9]{{4}}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12][0-9]|3[01])(?:[T ]{_CLOCK}{_ZONE}?)?)?)?")
_DURATION = re.compile(
    r"-?P(?=[0-9T])(?:([0-9.]{1,20})Y)?(?:([0-9.]{1,20})M)?(?:([0-9.]{1,20})W)?(?:([0-9.]{1,20})D)?"
    r"(?:T(?=[0-9])(?:([0-9.]{1,20})H)?(?:([0-9.]{1,20})M)?(?:([0-9.]{1,20})S)?)?"
)
_SECONDS = (365 * 86400, 30 * 86400, 7 * 86400, 86400, 3600, 60, 1)
_SPACE = re.compile(r"[ \t\r\n]")
_TRUTHS = frozenset({"true", "false", "schema.org/true", "schema.org/false"})


def as_number(value: Any) -> Decimal | None:
    """A JSON number or a text that is one: ASCII digits and a decimal dot; else None."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    text = value.strip() if isinstance(value, str) else repr(value)
    if isinstance(value, str) and not _NUMBER.fullmatch(text):
        return None
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def as_share(value: Any) -> Decimal | None:
    """A fraction or a percentage, which carries its own scale: ``6 / 10`` and ``60%`` are 0.6; else None."""
    found = _SHARE.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        return None
    whole = Decimal(100) if found[2] else Decimal(found[3])
    return Decimal(found[1]) / whole if whole else None


def is_day(text: str) -> bool:
    """Whether a date that begins with year, month and day is one of the calendar."""
    return as_day(text) is not None if _DAY.match(text) else True


def as_day(text: str) -> date | None:
    """The day that a date or moment begins with, where it is one of the calendar."""
    try:
        return date.fromisoformat(text[:10]) if _DAY.match(text) else None
    except ValueError:
        return None


def is_date(value: Any) -> bool:
    """A year, month, day or moment (ISO 8601), one of the calendar."""
    return isinstance(value, str) and bool(_DATE.fullmatch(value)) and is_day(value)


def is_time(value: Any) -> bool:
    return isinstance(value, str) and bool(_TIME.fullmatch(value))


def is_truth(value: Any) -> bool:
    """True, false, or what schema.org calls them (https://schema.org/Boolean)."""
    if isinstance(value, str):
        return value.lower().removeprefix("https://").removeprefix("http://") in _TRUTHS
    return isinstance(value, bool)


def is_link(value: Any) -> bool:
    """An address, absolute or relative: one word at least."""
    return isinstance(value, str) and bool(value) and not _SPACE.search(value)


def as_seconds(value: Any) -> float | None:
    """A length of time (ISO 8601), ``PT1M33S``, in seconds; None for what is not one."""
    found = _DURATION.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return None
    try:
        return sum(float(amount) * unit for amount, unit in zip(found.groups(), _SECONDS, strict=True) if amount)
    except ValueError:
        return None


def decimals(value: Any) -> int:
    """How many digits stand after the decimal dot."""
    return len(str(value).strip().partition(".")[2])


def is_gtin(value: Any) -> bool:
    """Whether it is a GTIN, as a number or as text."""
    return identifiers.is_gtin(str(value).strip())


def is_isbn(value: Any) -> bool:
    """Whether it is an ISBN of 10 or 13 digits, as a number or as text."""
    return identifiers.is_isbn(str(value).strip())
