"""What is read of an index at one moment: its segments, the documents that are alive in each, and all their words."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import IndexUnusableError
from engine.search.generations import whole
from engine.search.postings import CURSOR, NOWHERE, Numbers, Postings, from_kept
from engine.search.words import Lexicon, Vocabulary

MOST_KEPT = 2_000_000
"""Occurrences whose lists are kept at hand for each segment: 32 MB."""

VERY_COMMON = 2_000
"""Reviews of a segment from which on those with a word are told without looking which are gone: it takes too long."""

Mask = NDArray[np.bool_]
Floats = NDArray[np.float32]


class Reading:
    """The files of one segment, which never change: its words, its lists, the numbers, lengths and sentences of its
    documents.

    Threads share it: what moves within a file is behind a lock.
    """

    def __init__(self, storage: Any, segment: Any, schema: Any) -> None:
        self.count = segment.doc_count_all()
        self._name = f"{storage.folder}/{segment.segment_id()}"
        self._format = schema["words"].format
        codec = segment.codec()
        self._terms = codec.terms_reader(storage, segment)
        self._documents = codec.per_document_reader(storage, segment)
        self.numbers = _column(storage, codec.column_filename(segment, "number"), self.count)
        self.lengths = _column(storage, codec.column_filename(segment, "length"), self.count).astype(np.float32)
        self.sentences = _column(storage, codec.column_filename(segment, "sentences"), self.count)
        self.first_sentences = np.concatenate([[0], np.cumsum(self.sentences + 1)])
        """Where each document begins in a row of all sentences, each with one before them for what stands in none; at
        the end, how long the row is."""
        # A generation that was removed is read on from the files that are open.
        self._documents.stored_fields(0)
        self._lock = Lock()
        self._kept: OrderedDict[str, Postings] = OrderedDict()
        self._size = 0

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """Its words; whoever only writes never reads them."""
        with self._lock, whole(self._name):
            return Vocabulary(self._terms.counted())

    def postings(self, term: str) -> Postings:
        """Where a term stands; nowhere where it is not in this segment."""
        language, _, word = term.partition(":")
        if word not in self.vocabulary.counts.get(language, ()):
            return NOWHERE
        with self._lock, whole(self._name):
            if term in self._kept:
                self._kept.move_to_end(term)
                return self._kept[term]
            found: Postings = self._terms.matcher("words", term.encode(), self._format).whole()
            self._keep(term, found)
        return found

    def first(self, term: str) -> Numbers:
        """The first documents that have a term which is there: enough to find how it is written."""
        with self._lock, whole(self._name):
            if term in self._kept:
                return self._kept[term].owners
            found: Numbers = self._terms.matcher("words", term.encode(), self._format).first()
            return found

    def kept(self, document: int) -> tuple[str, dict[str, str]]:
        """The language of a document, and its words with their spellings."""
        with self._lock, whole(self._name):
            return from_kept(self._documents.stored_fields(document)["kept"])

    def check(self) -> None:
        """Raises whatever broken files lead to: reads the last list and the last document."""
        language = max(self.vocabulary.counts, default=None)
        if language is not None:
            # The lists stand in the order of the terms' bytes: a file that was cut off has lost the last one.
            last = max(self.vocabulary.counts[language])
            with self._lock, whole(self._name):
                self._terms.matcher("words", f"{language}:{last}".encode(), self._format).whole()
        with self._lock, whole(self._name):
            self._documents.stored_fields(self.count - 1)

    def cursor(self, document: int) -> int:
        """What the document of the cursor holds."""
        with self._lock, whole(self._name):
            return int(self._documents.stored_fields(document)["kept"])

    def _keep(self, term: str, found: Postings) -> None:
        self._kept[term] = found
        self._size += len(found.owners)
        while self._size > MOST_KEPT and len(self._kept) > 1:
            _, dropped = self._kept.popitem(last=False)
            self._size -= len(dropped.owners)


class Segment:
    """A segment as a commit left it: its files, and which of its documents are alive."""

    def __init__(self, reading: Reading, deleted: Sequence[int]) -> None:
        self.reading = reading
        self.alive: Mask = np.ones(reading.count, np.bool_)
        self.alive[list(deleted)] = False
        self._with_cursor = self.alive & (reading.numbers == CURSOR)
        self.alive &= ~self._with_cursor

    def document(self, number: int) -> int | None:
        """Where a review stands in this segment."""
        found = np.flatnonzero(self.alive & (self.reading.numbers == number))
        return int(found[0]) if len(found) else None

    def replaced(self, numbers: Numbers) -> Numbers:
        """The documents that a commit with these reviews takes out: theirs, and the old cursor."""
        return np.flatnonzero(self._with_cursor | (self.alive & np.isin(self.reading.numbers, numbers)))

    def cursor(self) -> int | None:
        """The cursor, if it is in this segment."""
        found = np.flatnonzero(self._with_cursor)
        return self.reading.cursor(int(found[0])) if len(found) else None

    def count(self, term: str) -> int:
        """How many living documents have a term; of those of a very common one, a few may be gone."""
        language, _, word = term.partition(":")
        count = self.reading.vocabulary.counts.get(language, {}).get(word, 0)
        gone = self.reading.count - int(self.alive.sum()) - int(self._with_cursor.sum())
        if not gone or count > max(gone, VERY_COMMON):
            return count
        return int(self.documents_with(term).sum()) if count else 0

    def example(self, term: str) -> int | None:
        """A living document that has a term."""
        language, _, word = term.partition(":")
        if word not in self.reading.vocabulary.counts.get(language, ()):
            return None
        owners = self.reading.first(term)
        if not self.alive[owners].any():
            owners = self.reading.postings(term).owners
        living = owners[self.alive[owners]]
        return int(living[0]) if len(living) else None

    def documents_with(self, term: str) -> Mask:
        """Which living documents have a term."""
        found = np.zeros(self.reading.count, np.bool_)
        found[self.reading.postings(term).owners] = True
        return found & self.alive


class Snapshot:
    """All that one commit holds."""

    def __init__(self, index: Any, mark: tuple[str, int], path: Path, segments: Mapping[str, Segment]) -> None:
        self.index = index
        self.mark = mark
        self.path = path
        self.segments = tuple(segments.values())
        self.by_name = segments
        self.readings = {name: each.reading for name, each in segments.items()}
        self.documents = int(sum(each.alive.sum() for each in self.segments))
        length = sum(float(each.reading.lengths[each.alive].sum()) for each in self.segments)
        self.mean_length = max(1.0, length / max(1, self.documents))

    @cached_property
    def lexicon(self) -> Lexicon:
        """The words of all segments."""
        return Lexicon([each.vocabulary for each in self.readings.values()])

    @property
    def cursor(self) -> int:
        """The last change that it has."""
        return max((found for each in self.segments if (found := each.cursor()) is not None), default=0)

    def kept(self, number: int) -> tuple[str, dict[str, str]] | None:
        """The language of a review, and its words with their spellings."""
        for segment in self.segments:
            if (document := segment.document(number)) is not None:
                return segment.reading.kept(document)
        return None

    def check(self) -> None:
        """Raises IndexUnusableError where a file of a segment was cut off, or the cursor is not there."""
        for segment in self.segments:
            segment.reading.check()
        if not any(segment.cursor() is not None for segment in self.segments):
            raise IndexUnusableError(f"{self.path}: the index has lost its cursor, build it anew")

    def living(self, word: str, language: str | None = None) -> int:
        """How many reviews that can be found have a word."""
        languages = self.lexicon.languages if language is None else (language,)
        return sum(each.count(f"{its}:{word}") for its in languages for each in self.segments)

    def shown(self, word: str, language: str | None = None) -> str:
        """A word as somebody wrote it: ``kühl`` for ``kuhl``."""
        languages = self.lexicon.languages if language is None else (language,)
        for segment in self.segments:
            for its in languages:
                if (document := segment.example(f"{its}:{word}")) is not None:
                    return segment.reading.kept(document)[1].get(word, word)
        return word


def snapshot(index: Any, generation: str, path: Path, before: Snapshot | None) -> Snapshot:
    """The newest commit of a generation; the files of segments that were read before are read on.

    Deletions come from the commit itself, never from what was read before. Raises IndexUnusableError.
    """
    with whole(path):
        return _snapshot(index, generation, path, before)


def _snapshot(index: Any, generation: str, path: Path, before: Snapshot | None) -> Snapshot:
    table = index._read_toc()  # noqa: SLF001  # the only way to the segments that gives no reader of Whoosh's
    known = before.readings if before and before.mark[0] == generation else {}
    segments = {}
    for each in table.segments:
        name = each.segment_id()
        reading = known.get(name) or Reading(index.storage, each, table.schema)
        segments[name] = Segment(reading, sorted(each.deleted_docs()))
    return Snapshot(index, (generation, table.generation), path, segments)


def _column(storage: Any, name: str, count: int) -> NDArray[np.int64]:
    """The numbers of a column, one for each document."""
    file = storage.open_file(name)
    try:
        found = np.frombuffer(file.read(), ">u4").astype(np.int64)
    finally:
        file.close()
    if len(found) != count:
        raise IndexUnusableError(f"{name}: {len(found)} numbers for {count} documents: build it anew")
    return found
