"""E-mail addresses, telephone numbers and IP addresses in a text: found, and put out of it.

Telephone numbers are taken only where there is little doubt: with ``+``, after a word like "tel.", with a US area code
in brackets, or in groups after ``00`` or a leading zero. Order numbers, sizes, prices, dates and GTINs stay. Every
expression is bounded, so that the time grows with the length of the text and no faster.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from ipaddress import AddressValueError, IPv4Address, IPv6Address

GAP = "[…]"
"""What stands where contact data stood."""

_EMAIL = re.compile(r"(?<![\w.%+-])[\w.%+-]{1,64}@(?:[^\W_][\w-]{0,62}\.){1,8}[^\W\d_]{2,24}(?![\w@])")
_IPV4 = re.compile(r"(?<![\w.])[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?![\w]|\.[0-9])")
_IPV6 = re.compile(r"(?<![\w:.])(?:[0-9A-Fa-f]{0,4}:){2,7}(?:[0-9]{1,3}(?:\.[0-9]{1,3}){3}|[0-9A-Fa-f]{1,4})?(?![\w:])")

_PLUS = re.compile(r"(?<![\w+])\+[1-9](?:[ ()./-]{0,3}[0-9]){6,14}(?![0-9])")
_LABELLED = re.compile(
    r"\b(?:(?:tele)?(?:phone|foon|fono|fon|fax)|tel|téléphone|teléfono|mobile?|mobiel|móvil|cell|handy|whatsapp"
    r"|call(?: me)?(?: at| on)?)"
    r"(?: ?(?:number|no|nr|nummer|numéro))?[.: ]{1,3}"
    r"(?P<number>\(?[0-9](?:[ ()./-]{0,3}[0-9]){6,14})(?![0-9])",
    re.IGNORECASE,
)
_US = re.compile(r"(?<![\w(])\([2-9][0-9]{2}\) ?[2-9][0-9]{2}[ .-][0-9]{4}(?![\w-])")
_GROUPED = re.compile(
    r"(?<![\w+.,/#€$£-])(?:00[1-9][0-9]{0,2}|\(?0[1-9][0-9]{0,4}\)?)"
    r"(?:(?:\.[0-9]{1,8}){2,6}|(?:[ /()-]{1,3}[0-9]{1,8}){1,6})(?![\w%€$£]|[.,:][0-9])"
)

_DATE = re.compile(
    r"(?:[0-9]{1,2}([./-])[0-9]{1,2}\1(?:19|20)[0-9]{2}|(?:19|20)[0-9]{2}([./-])[0-9]{1,2}\2[0-9]{1,2})\b"
)
_THOUSANDS = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+")
_NOT_A_TELEPHONE = re.compile(
    r"(?:\b(?:order|invoice|ref|reference|sku|ean|gtin|isbn|upc|serial|model|art|item|article|artikel|bestell\w{0,12}"
    r"|rechnung\w{0,12}|kunden\w{0,12}|commande|facture|pedido|factura|factuur|bestelling|ordernummer)"
    r"(?: ?(?:number|no|nr|nummer|id))?|#|№)[.:# -]{0,4}$",
    re.IGNORECASE,
)
_LOOK_BACK = 40


def find_contacts(text: str) -> tuple[str, ...]:
    """The e-mail addresses in a text, then its IP addresses, then its telephone numbers."""
    return without_contacts(text)[1]


def without_contacts(text: str) -> tuple[str, tuple[str, ...]]:
    """The text with ``[…]`` in place of each contact, and the contacts, in the order of ``find_contacts``."""
    found: list[str] = []

    def taken(expression: re.Pattern[str], belongs: Callable[[re.Match[str]], bool], within: str) -> str:
        def gap(match: re.Match[str]) -> str:
            if not belongs(match):
                return match[0]
            contact = match[match.lastgroup or 0]
            found.append(contact)
            return match[0].removesuffix(contact) + GAP

        return expression.sub(gap, within)

    if "@" in text:
        text = taken(_EMAIL, _always, text)
    if _MAY_HOLD_NUMBERS.search(text):
        for expression, belongs in _NUMBERS:
            text = taken(expression, belongs, text)
    return text, tuple(found)


def _always(_: re.Match[str]) -> bool:
    return True


def _is_ipv4(match: re.Match[str]) -> bool:
    try:
        return bool(IPv4Address(match[0]))
    except AddressValueError:
        return False


def _is_ipv6(match: re.Match[str]) -> bool:
    # ``a::b`` is an address too, but in a review it is a typing habit; real ones have a digit and a long group.
    if not re.search(r"[0-9]", match[0]) or not re.search(r"[0-9A-Fa-f]{3}", match[0]):
        return False
    try:
        return bool(IPv6Address(match[0]))
    except AddressValueError:
        return False


def _is_telephone(match: re.Match[str]) -> bool:
    number = match[match.lastgroup or 0]
    return not _DATE.match(number) and not _THOUSANDS.fullmatch(number)


def _is_grouped_telephone(match: re.Match[str]) -> bool:
    before = match.string[max(0, match.start() - _LOOK_BACK) : match.start()]
    digits = sum(each.isdigit() for each in match[0])
    return 9 <= digits <= 15 and _is_telephone(match) and not _NOT_A_TELEPHONE.search(before)


# An e-mail address aside, every contact has a digit with six more digits, colons or separators close by.
_MAY_HOLD_NUMBERS = re.compile(r"[0-9][0-9A-Fa-f ()./:-]{5}|[0-9A-Fa-f]{3}::")
_NUMBERS = (
    (_IPV6, _is_ipv6),
    (_IPV4, _is_ipv4),
    (_PLUS, _is_telephone),
    (_LABELLED, _is_telephone),
    (_US, _always),
    (_GROUPED, _is_grouped_telephone),
)
