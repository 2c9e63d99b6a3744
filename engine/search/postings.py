"""How words are kept in Whoosh, and read from it in bulk: which documents have a word, and where.

Whoosh keeps segments, deletions, commits and locks. Its own matchers give one posting at a time; here a whole list
becomes two arrays, and numpy does the rest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import accumulate
from struct import unpack_from
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.domain.search import Document, TextField
from engine.search.analysis import base_language
from engine.search.sentences import tokens_in_sentences
from engine.search.whoosh_parts import W3Codec, W3LeafMatcher, W3TermsReader, columns, fields, formats

INDEX_NAME = "plaudit"
CURSOR = 0xFFFF_FFFF
"""The number of the one document that is no review: it holds the cursor, and so is committed with every batch."""
UNWRITTEN = 0xFFFF_FFFE
"""No column holds it, so that every document has a row: a column that is too short was cut off."""
MOST_WORDS = 20_000
"""Words of one text that are indexed: no review is longer, and nobody reads further."""
SENTENCE_SHIFT = 16
MOST_SENTENCES = 0xFFF
"""Sentences of a review that are told apart; what comes after them stands in the last."""
SENTENCE = MOST_SENTENCES << SENTENCE_SHIFT
FIELD_SHIFT = 28
"""A place is the number of its word in the text, above 16 bits the number of its sentence in the review, from 1 (0:
of a text that has none), and above 28 the text."""
PROSE = frozenset({TextField.TITLE, TextField.BODY})
"""Texts that have sentences; the others are names."""
TEXT_FIELDS = tuple(TextField)
FIELD_PLACE: Mapping[TextField, int] = {each: at for at, each in enumerate(TEXT_FIELDS)}

Numbers = NDArray[np.int64]


class Postings(NamedTuple):
    """Where a word stands, in order: the document of each occurrence, and its place."""

    owners: Numbers
    places: Numbers


NOWHERE = Postings(np.empty(0, np.int64), np.empty(0, np.int64))


class Places(formats.Format):  # type: ignore[misc]  # Whoosh has no types
    """A posting's value: its places as unsigned integers of four bytes, little endian."""

    posting_size = -1


class Words(fields.FieldType):  # type: ignore[misc]
    """Takes words that are analysed already: each with its places."""

    def __init__(self) -> None:
        super().__init__(format=Places(), analyzer=None)

    def index(self, value: Mapping[str, list[int]], **_: object) -> Iterator[tuple[bytes, int, float, bytes]]:
        """What Whoosh files for one document."""
        for term, places in value.items():
            yield term.encode(), len(places), 1.0, np.asarray(sorted(places), "<u4").tobytes()


class WholeLists(W3LeafMatcher):  # type: ignore[misc]
    """A list of postings that can be read as a whole."""

    def raw(self) -> Iterator[tuple[int, bytes]]:
        """Its documents with their places as they are written."""
        while True:
            self._read_data()
            ids, _, values = self._data
            yield from zip(accumulate(ids), values, strict=True)
            if self._lastblock:
                return
            self._next_block()

    def first(self) -> Numbers:
        """The documents of its first block."""
        self._read_data()
        return np.cumsum(np.array(self._data[0], np.int64))

    def whole(self) -> Postings:
        """All of it."""
        owners: list[Numbers] = []
        places: list[Numbers] = []
        while True:
            self._read_data()
            ids, _, values = self._data
            counts = np.fromiter(map(len, values), np.int64, len(values)) // 4
            owners.append(np.repeat(np.cumsum(np.array(ids, np.int64)), counts))
            places.append(np.frombuffer(b"".join(values), "<u4").astype(np.int64))
            if self._lastblock:
                return Postings(np.concatenate(owners), np.concatenate(places))
            self._next_block()


class CountedTerms(W3TermsReader):  # type: ignore[misc]
    """The words of a segment with how many documents have each."""

    def counted(self) -> Iterator[tuple[str, int]]:
        """Every term, in the order of its bytes."""
        field = self._keycoder("words", b"")
        for key, value in self._tindex.items_from(field):
            if not key.startswith(field):
                return
            # Flag and weight stand before the count.
            yield key[len(field) :].decode(), unpack_from("!I", value, 5)[0]

    def lists(self, format_: Any) -> Iterator[tuple[bytes, Iterator[tuple[int, bytes]]]]:
        """Every term with its documents and their places as they are written: what joins a segment to others."""
        field = self._keycoder("words", b"")
        for key, value in self._tindex.items_from(field):
            if not key.startswith(field):
                return
            # The offset and the length of its list end the term.
            offset, length = unpack_from("!qi", value, len(value) - 12)
            yield key[len(field) :], WholeLists(self._postfile, offset, length, format_).raw()


class BulkCodec(W3Codec):  # type: ignore[misc]
    """Whoosh's own codec with larger blocks, whose lists are read whole."""

    # Nobody asks for the lengths that Whoosh keeps of each block, and finding them is half of the writing.
    length_stats = False

    def __init__(self) -> None:
        super().__init__(blocklimit=1024, compression=1, inlinelimit=0)

    def postings_reader(
        self, dbfile: Any, terminfo: Any, format_: Any, term: object = None, scorer: object = None
    ) -> WholeLists:
        """The list of a term."""
        return WholeLists(dbfile, *terminfo.extent(), format_, term=term, scorer=scorer)

    def terms_reader(self, storage: Any, segment: Any) -> CountedTerms:
        """The terms of a segment."""
        name = segment.make_filename(self.TERMS_EXT)
        terms = storage.open_file(name)
        return CountedTerms(self, terms, storage.file_length(name), segment.open_file(storage, self.POSTS_EXT))


def schema() -> Any:
    """What an index holds of each document."""
    return fields.Schema(
        words=Words(),
        number=fields.COLUMN(columns.NumericColumn("I", default=UNWRITTEN)),
        length=fields.COLUMN(columns.NumericColumn("I", default=UNWRITTEN)),
        sentences=fields.COLUMN(columns.NumericColumn("I", default=UNWRITTEN)),
        kept=fields.STORED(),
    )


def indexed(document: Document) -> dict[str, object]:
    """A document as Whoosh takes it; its terms are a language, a colon and a word."""
    language = base_language(document.language)
    words: dict[str, list[int]] = {}
    seen: dict[str, str] = {}
    length = sentences = 0
    for field, text in document.texts.items():
        base, before = FIELD_PLACE[field] << FIELD_SHIFT, sentences
        for token, number in tokens_in_sentences(text, language):
            if token.place >= MOST_WORDS:
                break
            sentence = 0
            if field in PROSE:
                sentence = sentences = min(before + number, MOST_SENTENCES)
            place = base + (sentence << SENTENCE_SHIFT) + token.place
            words.setdefault(f"{language}:{token.word}", []).append(place)
            seen.setdefault(token.word, text[token.start : token.end].lower())
            length += 1
    counted = {"number": document.number, "length": length, "sentences": sentences}
    return {"words": words, **counted, "kept": as_kept(language, seen)}


def as_cursor(cursor: int) -> dict[str, object]:
    """The document that holds the cursor."""
    return {"number": CURSOR, "length": 0, "sentences": 0, "kept": str(cursor)}


def as_kept(language: str, words: Mapping[str, str]) -> str:
    """A document's language and words, each with its spelling where that is another: ``de:wasser kuhl=kühl``."""
    return f"{language}:" + " ".join(word if word == seen else f"{word}={seen}" for word, seen in words.items())


def from_kept(kept: str) -> tuple[str, dict[str, str]]:
    """Its language, and its words with their spellings."""
    language, _, words = kept.partition(":")
    pairs = (each.partition("=") for each in words.split())
    return language, {word: seen or word for word, _, seen in pairs}
