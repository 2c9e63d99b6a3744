"""Films and their parts: what a schema cannot say.

https://developers.google.com/search/docs/appearance/structured-data/video (2026-07-08)
"""

from __future__ import annotations

from collections.abc import Iterator

from schema_markup.grammar import as_number, as_seconds, is_day
from schema_markup.nodes import Node
from schema_markup.rulebook import Violation, quoted

_SHORTEST_WITH_PARTS = 30


def video(node: Node) -> Iterator[Violation]:
    """A film: its day is one of the calendar, its parts begin at different seconds."""
    uploaded = node.properties.get("uploadDate")
    if isinstance(uploaded, str) and not uploaded.strip():
        yield Violation("video-upload-missing", node.place("uploadDate"))
    elif isinstance(uploaded, str) and not is_day(uploaded):
        yield Violation("video-upload-grammar", node.place("uploadDate"), quoted(uploaded))
    expires = node.properties.get("expires")
    if isinstance(expires, str) and not is_day(expires):
        yield Violation("video-expires", node.place("expires"), quoted(expires))
    clips = [each for each in node.all_of("hasPart") if "Clip" in each.kinds]
    if clips:
        yield from _parts(node, clips)


def _parts(node: Node, clips: list[Node]) -> Iterator[Violation]:
    length = as_seconds(node.properties.get("duration"))
    if length is not None and length < _SHORTEST_WITH_PARTS:
        yield Violation("video-short", node.path, f"{length:g} seconds")
    seen = set()
    for clip in clips:
        start = as_number(clip.properties.get("startOffset"))
        if start is not None and start in seen:
            yield Violation("clip-start", clip.place("startOffset"), str(start))
        seen.add(start)
        yield from _runs(clip, length)


def _runs(clip: Node, length: float | None) -> Iterator[Violation]:
    start, end = (as_number(clip.properties.get(name)) for name in ("startOffset", "endOffset"))
    if start is None:
        return
    if start < 0 or (end is not None and end <= start) or (length is not None and start >= length):
        yield Violation(
            "clip-offset", clip.place("startOffset"), f"from {start} to {'the end' if end is None else end}"
        )
