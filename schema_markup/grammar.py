"""The values that a pattern cannot judge alone: ratings on their scales, counts, dates, article numbers."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

_NUMBER = re.compile(r"-?[0-9]{1,40}(?:\.[0-9]{1,40})?")
_SHARE = re.compile(r"([0-9]{1,40}(?:\.[0-9]{1,40})?)\s*(?:(%)|/\s*([0-9]{1,40}(?:\.[0-9]{1,40})?))")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_GTIN = re.compile(r"[0-9]{8}|[0-9]{12,14}")


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
    if not _DAY.match(text):
        return True
    try:
        date.fromisoformat(text[:10])
    except ValueError:
        return False
    return True


def is_gtin(value: Any) -> bool:
    """Whether it is a GTIN of 8, 12, 13 or 14 digits with the right last one.

    https://www.gs1.org/services/how-calculate-check-digit-manually
    """
    text = str(value).strip()
    if not _GTIN.fullmatch(text):
        return False
    weighted = sum(int(digit) * (3 if index % 2 else 1) for index, digit in enumerate(reversed(text)))
    return weighted % 10 == 0
