"""Which segments a commit joins: small ones soon, large ones never, so that no commit takes long."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from engine.search.generations import whole
from engine.search.whoosh_parts import SegmentReader

MOST_OF_A_SIZE = 8
"""Segments of about one size that stand beside each other before they become one."""
LARGEST_JOINED = 5_000
"""Documents of a segment that comes of joining: more would hold the next change up for seconds."""


def as_they_are(_: Any, segments: Sequence[Any]) -> list[Any]:
    """Joins nothing, and forgets segments in which nothing is alive."""
    return [each for each in segments if each.doc_count() > 0]


def joined(writer: Any, segments: Sequence[Any]) -> list[Any]:
    """Writes the segments that are to be joined into the new one, and gives those that stay, as Whoosh asks for it."""
    living = [each for each in segments if each.doc_count() > 0]
    found = chosen([each.doc_count() for each in living])
    for at in sorted(found):
        with whole(f"{writer.storage.folder}/{living[at].segment_id()}"):
            _join(writer, living[at])
    return [each for at, each in enumerate(living) if at not in found]


def chosen(counts: Sequence[int]) -> set[int]:
    """Which of the segments with so many living documents are joined: eight or more of the smallest sizes."""
    small = sorted((count, at) for at, count in enumerate(counts) if count <= LARGEST_JOINED // MOST_OF_A_SIZE)
    bound, found = MOST_OF_A_SIZE, set[int]()
    while bound <= LARGEST_JOINED:
        of_size = {at for count, at in small if count <= bound}
        if len(of_size) >= MOST_OF_A_SIZE and sum(counts[at] for at in of_size) <= LARGEST_JOINED:
            found = of_size
        bound *= MOST_OF_A_SIZE
    return found


def _join(writer: Any, segment: Any) -> None:
    """Takes a segment's living documents and their lists into the new one.

    Whoosh's own way opens each list by itself and goes through it posting by posting: five times as long.
    """
    reader = SegmentReader(writer.storage, writer.schema, segment)
    terms = segment.codec().terms_reader(writer.storage, segment)
    try:
        columns = {each: reader.column_reader(each) for each in ("number", "length", "sentences")}
        places = {}
        for document, kept in reader.iter_docs():
            places[document] = writer.docnum
            writer.add_document(**{name: column[document] for name, column in columns.items()}, **kept)
        for term, found in terms.lists(writer.schema["words"].format):
            for document, value in found:
                if document in places:
                    writer.pool.add(("words", term, places[document], 1.0, value))
    finally:
        terms.close()
        reader.close()
