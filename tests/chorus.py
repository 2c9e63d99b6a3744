"""Chorus, the example of docs/collectors.md, installed as a stranger's package and played on loopback."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.source_server import Asked, Pages, Reply, as_json
from tests.tree import ROOT

REVIEWS: Sequence[dict[str, Any]] = [
    {
        "id": "c1",
        "product": "kettle",
        "stars": 5,
        "text": "Fish &amp; chips",
        "by": "Owen",
        "at": "2026-09-30T10:00:00Z",
    },
    {"id": "c2", "product": "kettle", "stars": 4, "text": "Pours well.", "by": "Mia", "at": "2026-10-01T10:00:00Z"},
    {"id": "c3", "product": "kettle", "stars": 2, "text": "It leaks.", "by": "Ben", "at": "2026-10-02T10:00:00Z"},
]
TOKEN = "secret-5f2a"


def example(first_line: str) -> str:
    """The block of code in docs/collectors.md that begins like this."""
    blocks = re.findall(
        r"^```python\n(.*?)^```", (ROOT / "docs" / "collectors.md").read_text(), re.DOTALL | re.MULTILINE
    )
    [found] = [block for block in blocks if block.startswith(first_line)]
    return str(found)


@contextmanager
def installed(folder: Path) -> Iterator[Any]:
    """The module ``chorus`` in a package that declares it, until the block is left."""
    distribution = folder / "chorus-1.0.dist-info"
    distribution.mkdir()
    (distribution / "METADATA").write_text("Metadata-Version: 2.1\nName: chorus\nVersion: 1.0\n")
    (distribution / "entry_points.txt").write_text("[plaudit.collectors]\nchorus = chorus:KIND\n")
    (folder / "chorus.py").write_text(example('"""Chorus'))
    sys.path.insert(0, str(folder))
    try:
        import chorus  # type: ignore[import-not-found]  # noqa: PLC0415 - it is there only now

        yield chorus
    finally:
        sys.path.remove(str(folder))
        sys.modules.pop("chorus", None)


def pages(reviews: Sequence[dict[str, Any]] = REVIEWS, size: int = 2) -> Pages:
    """The API, as long as the list: it is looked at anew with each request."""

    def serve(asked: Asked) -> Reply:
        if asked.headers.get("authorization") != f"Bearer {TOKEN}":
            return as_json({"error": "who are you"}, status=401)
        start = asked.number("after", 0)
        page: dict[str, Any] = {"reviews": reviews[start : start + size], "total": len(reviews)}
        return as_json({**page, "next": str(start + size)} if start + size < len(reviews) else page)

    return serve
