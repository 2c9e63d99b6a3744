"""What the collectors of testimonial walls share: lists without pages, and what was imported from elsewhere."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from collectors.api import Page, Position, Read, kind_of, number_in, walk
from collectors.platforms import SUBJECT_OPTIONS
from engine.domain import Batch
from engine.errors import BadValueError, SourceRefusedError
from engine.plugins import Option

SLICE = 100
MOST_BYTES = 100_000_000
WALL_OPTIONS = {
    **SUBJECT_OPTIONS,
    "subject": Option(help="the id of what the testimonials are about: the company, a product"),
    "file": Option(help="a JSON export of the testimonials, read in place of the API", default=""),
}


@dataclass(frozen=True, slots=True)
class Listed:
    """A collector of a source that gives everything at once."""

    name: str
    load: Callable[[], Sequence[Any]]
    read: Read

    def collect(self, cursor: str | None) -> Iterator[Batch]:
        entries: Sequence[Any] | None = None

        def part(position: Position) -> Page:
            nonlocal entries
            if entries is None:
                entries = self.load()
            number = number_in(position, "page", 1)
            end = number * SLICE
            return Page(
                place=f"{self.name} page {number}",
                entries=entries[end - SLICE : end],
                following={"page": str(number + 1)} if end < len(entries) else None,
            )

        return walk(cursor, part, self.read)


def list_in_file(path: str, name: str) -> Sequence[Any]:
    """The list that a JSON file is, or holds under a name; raises SourceRefusedError when it cannot be read."""
    file = Path(path)
    try:
        if (size := file.stat().st_size) > MOST_BYTES:
            raise SourceRefusedError(f"{file.name} has {size:,} bytes; {MOST_BYTES:,} are allowed")
        document = json.loads(file.read_bytes())
    except OSError as error:
        raise SourceRefusedError(f"{file.name} cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise SourceRefusedError(f"{file.name} is no JSON: {error}") from error
    found = document.get(name) if isinstance(document, dict) else document
    if not isinstance(found, list):
        raise SourceRefusedError(f"{file.name} holds {kind_of(found)} where the list of testimonials should be")
    return found


def network_of(address: str) -> str:
    """The name of the site that an address is of, as people call it: ``linkedin`` for www.linkedin.com/in/nadia."""
    written = address.strip()
    try:
        host = (urlsplit(written if "//" in written else f"//{written}").hostname or "").removeprefix("www.")
    except ValueError as error:
        raise BadValueError(f"{written[:80]!r} is not a web address") from error
    labels = host.split(".")
    return labels[-2] if len(labels) > 1 else host
