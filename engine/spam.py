"""Signs of spam in a text: reasons to let a person look, never reasons to reject by itself."""

from __future__ import annotations

import re

LINK = re.compile(r"https?://|www\.[a-z0-9-]+\.", re.IGNORECASE)
REPEATED = re.compile(r"(.)\1{9}", re.DOTALL)
SHOUTED_FROM = 40
"""Letters from which a text all in capitals counts as shouted."""


def spam_signs(title: str | None, body: str) -> tuple[str, ...]:
    """The signs that a title and a text show, by name: ``link``, ``repeated``, ``shouted``."""
    text = f"{title or ''}\n{body}"
    letters = list(filter(str.isalpha, text))
    shouted = len(letters) >= SHOUTED_FROM and sum(map(str.isupper, letters)) > 0.8 * len(letters)
    signs = {"link": LINK.search(text), "repeated": REPEATED.search(text), "shouted": shouted}
    return tuple(name for name, found in signs.items() if found)
