"""What caches on the way are told an answer is about, so that one purge finds all that is about one thing.

Surrogate-Key is read by Fastly and Varnish, parted by spaces; Cache-Tag by Cloudflare, Akamai and others, by commas.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import quote

EVERYTHING = "plaudit"
LONGEST = 1_000
"""Characters of a tag; Cloudflare takes 1,024 when it purges."""


@lru_cache(maxsize=4096)
def tag_headers(scope: str = "", scope_id: str = "") -> tuple[tuple[str, str], ...]:
    """The headers of an answer about one subject, topic or collection; without one, of an answer about many."""
    tags = [EVERYTHING]
    # Percent-encoded: no id can part one tag into two, or a header into two lines.
    tag = f"{scope}/{quote(scope_id, safe='')}"
    if scope and len(tag) <= LONGEST:
        tags.append(tag)
    return ("Surrogate-Key", " ".join(tags)), ("Cache-Tag", ",".join(tags))


def tags_of(variables: Mapping[str, object] | None) -> tuple[tuple[str, str], ...]:
    """The same, from the variables of a route: the first one that names what it is about."""
    for scope in ("subject", "topic", "collection"):
        if variables and scope in variables:
            return tag_headers(scope, str(variables[scope]))
    return tag_headers()
