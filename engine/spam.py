"""Signs of spam in a text: reasons to let a person look, never reasons to reject by itself."""

from __future__ import annotations

import re
from collections.abc import Iterator

LINK = re.compile(r"https?://|www\.[a-z0-9-]+\.", re.IGNORECASE)
REPEATED = re.compile(r"(.)\1{9}", re.DOTALL)
_PLACED = re.compile(r"(?P<link>(?:https?://|www\.[a-z0-9-]+\.)\S*)|(.)\2{9,}", re.IGNORECASE | re.DOTALL)
SHOUTED_FROM = 40
"""Letters from which a text all in capitals counts as shouted."""


def spam_signs(title: str | None, body: str) -> tuple[str, ...]:
    """The signs that a title and a text show, by name: ``link``, ``repeated``, ``shouted``."""
    text = f"{title or ''}\n{body}"
    letters = list(filter(str.isalpha, text))
    shouted = len(letters) >= SHOUTED_FROM and sum(map(str.isupper, letters)) > 0.8 * len(letters)
    signs = {"link": LINK.search(text), "repeated": REPEATED.search(text), "shouted": shouted}
    return tuple(name for name, found in signs.items() if found)


def marked_pieces(text: str) -> Iterator[tuple[str, str]]:
    """A text in pieces, each with the sign that it is (``link``, ``repeated``) or without one; together they are it."""
    at = 0
    for found in _PLACED.finditer(text):
        if found.start() > at:
            yield text[at : found.start()], ""
        yield found[0], "link" if found["link"] else "repeated"
        at = found.end()
    if at < len(text):
        yield text[at:], ""
