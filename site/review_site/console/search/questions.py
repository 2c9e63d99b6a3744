"""The address of the search page is the question: what of it is kept, and how it is changed by one thing."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import parse_qsl, urlencode

from engine.domain.search import Facet, Sorting
from engine.errors import BadValueError

WORDS, SORT, AFTER, WHOLE = "q", "sort", "after", "all"
NAMES = (WORDS, *Facet, SORT)
"""What a saved search keeps, in this order; the page that it stood on is none of it."""
MOST_PARTS = 500
Part = tuple[str, str]


def kept_query(query: str) -> str:
    """The question in an address, without anything else, always written the same way.

    Raises BadValueError for one of more parts than anybody chooses.
    """
    try:
        parts = parse_qsl(query, max_num_fields=MOST_PARTS)
    except ValueError as error:
        raise BadValueError(f"the address has more than {MOST_PARTS} parts") from error
    asked = [(name, value.strip()) for name, value in parts if name in NAMES]
    known = [(name, value) for name, value in asked if value and (name != SORT or value in set(Sorting))]
    return urlencode(sorted(dict.fromkeys(known), key=lambda part: (NAMES.index(part[0]), part[1])))


def changed(query: str, *, without: Iterable[Part] = (), also: Iterable[Part] = ()) -> str:
    """The question with some parts less and others more; what is alone of its name takes the place of what was."""
    gone, more = set(without), list(also)
    alone = {name for name, _ in more if name in (WORDS, SORT)}
    parts = [part for part in parse_qsl(query) if part not in gone and part[0] not in alone]
    return kept_query(urlencode([*parts, *more]))
