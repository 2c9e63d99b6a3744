"""Numbers that the trade identifies goods by, and the digit at their end that tells a wrong one."""

from __future__ import annotations

import re

_GTIN = re.compile(r"[0-9]{8}|[0-9]{12,14}")
_ISBN = re.compile(r"[0-9]{9}[0-9Xx]|97[89][0-9]{10}")


def is_gtin(text: str) -> bool:
    """Whether it is a GTIN of 8, 12, 13 or 14 digits with the right last one.

    https://www.gs1.org/services/how-calculate-check-digit-manually
    """
    if not _GTIN.fullmatch(text):
        return False
    weighted = sum(int(digit) * (3 if index % 2 else 1) for index, digit in enumerate(reversed(text)))
    return weighted % 10 == 0


def is_isbn(text: str) -> bool:
    """Whether it is an ISBN of 10 or 13 digits with the right last one, dashes and blanks allowed (ISO 2108)."""
    text = text.replace("-", "").replace(" ", "")
    if not _ISBN.fullmatch(text):
        return False
    if len(text) == 13:
        return is_gtin(text)
    digits = [10 if letter in "Xx" else int(letter) for letter in text]
    return sum(digit * (10 - index) for index, digit in enumerate(digits)) % 11 == 0
