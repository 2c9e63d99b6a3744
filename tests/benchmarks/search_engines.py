"""What is measured side by side: our index behind its protocol, and SQLite FTS5 as it comes and with our analysis."""

from __future__ import annotations

import re
import sqlite3
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import Protocol

from engine.domain.search import Asked, Clause, Document, TextField
from engine.search.protocol import Index
from tests.benchmarks.search_corpus import Written, as_document
from tests.proofs.measuring import SkippedError

BATCH = 1_000
OURS = "engine.search.whoosh_index:WhooshIndex"
ANALYSIS = "engine.search.analysis"
WORD = re.compile(r"\w+")
MakeIndex = Callable[[Path], Index]
COUNTED = ("subject", "stars", "language", "source", "year", "verified")
"""What the peer counts beside a question: the facets that it has columns for."""


class Engine(Protocol):
    """One way to search the corpus. A question is words as they are typed, read in one language."""

    name: str

    def build(self, reviews: Sequence[Written]) -> None: ...
    def size(self) -> int: ...
    def find(self, question: str, language: str | None, limit: int) -> Sequence[int]: ...
    def all_of(self, question: str, language: str | None) -> set[int]: ...
    def phrase(self, words: str) -> int: ...
    def start(self, word: str) -> int: ...
    def similar(self, review: Written) -> Sequence[int]: ...
    def suggest(self, start: str) -> Sequence[str]: ...


def batches(reviews: Iterable[Written], size: int = BATCH) -> Iterator[Sequence[Document]]:
    """The documents of the reviews, so many at a time."""
    rest = iter(reviews)
    while some := [as_document(each) for each in islice(rest, size)]:
        yield some


def our_index(named: str = OURS) -> MakeIndex:
    """What makes our index in a folder, by ``module:name``. Raises SkippedError where this build has no such module."""
    module, _, name = named.partition(":")
    if find_spec(module) is None:
        raise SkippedError(f"this build has no {module}")
    made: MakeIndex = getattr(import_module(module), name)
    return made


@dataclass(slots=True)
class Ours:
    """The shipped index, asked as the doors ask it; a question of one language is narrowed to it, as the peer's is."""

    folder: Path
    make: MakeIndex
    name: str = "plaudit"
    index: Index = field(init=False)
    in_language: dict[str, set[int]] = field(default_factory=dict)

    def build(self, reviews: Sequence[Written]) -> None:
        self.index = self.make(self.folder)
        self.index.rebuild(batches(reviews), cursor=1)
        for each in reviews:
            self.in_language.setdefault(each.language, set()).add(each.number)

    def size(self) -> int:
        return sum(each.stat().st_size for each in self.folder.rglob("*") if each.is_file())

    def find(self, question: str, language: str | None, limit: int) -> Sequence[int]:
        found = self.index.search(_asked(question, language), within=self._within(language), limit=limit)
        return [number for number, _ in found.best]

    def all_of(self, question: str, language: str | None) -> set[int]:
        return set(self.index.search(_asked(question, language), within=self._within(language), limit=10).numbers)

    def _within(self, language: str | None) -> set[int] | None:
        return None if language is None else self.in_language.get(language, set())

    def phrase(self, words: str) -> int:
        asked = Asked(clauses=[Clause(text=words, is_phrase=True)])
        return len(self.index.search(asked, within=None, limit=10).numbers)

    def start(self, word: str) -> int:
        asked = Asked(clauses=[Clause(text=word, is_start=True)])
        return len(self.index.search(asked, within=None, limit=10).numbers)

    def similar(self, review: Written) -> Sequence[int]:
        return [number for number, _ in self.index.similar(review.number, within=None, limit=10).best]

    def suggest(self, start: str) -> Sequence[str]:
        return [each.text for each in self.index.suggest(start, language=None, limit=10)]


def _asked(question: str, language: str | None) -> Asked:
    return Asked(clauses=[Clause(text=word) for word in question.split()], language=language)


class Analysis(Protocol):
    """How a text is put before the peer: its words, in the form in which they are compared."""

    def __call__(self, text: str, language: str) -> str: ...


def our_analysis() -> Analysis:
    """The folded words of our own analysis as stems. Raises SkippedError where this build has none."""
    if find_spec(ANALYSIS) is None:
        raise SkippedError(f"this build has no {ANALYSIS}")
    ours = import_module(ANALYSIS)

    def analysed(text: str, language: str) -> str:
        return " ".join(ours.stems(ours.phrase(text), language))

    return analysed


def as_it_is(text: str, language: str) -> str:
    """The text, for the peer's own tokenizer."""
    return text


@dataclass(slots=True)
class Fts5:
    """SQLite's own full-text search, in a file: all words first, then any, by bm25. It knows no typos."""

    path: Path
    name: str = "FTS5 as it comes"
    analysed: Analysis = as_it_is
    tokenizer: str = "porter unicode61"
    connection: sqlite3.Connection = field(init=False)

    def build(self, reviews: Sequence[Written]) -> None:
        self.connection = sqlite3.connect(self.path)
        fields = ", ".join(TextField)
        self.connection.executescript(
            f"CREATE VIRTUAL TABLE words USING fts5({fields}, tokenize='{self.tokenizer}', prefix='3');"
            "CREATE VIRTUAL TABLE vocabulary USING fts5vocab(words, 'row');"
            f"CREATE TABLE review (number INTEGER PRIMARY KEY, {', '.join(COUNTED)})"
        )
        with self.connection:
            self.connection.executemany("INSERT INTO review VALUES (?, ?, ?, ?, ?, ?, ?)", map(_counted, reviews))
            marks = ", ".join("?" * (len(TextField) + 1))
            rows = ((each.number, *self._texts(as_document(each))) for each in reviews)
            statement = f"INSERT INTO words (rowid, {fields}) VALUES ({marks})"  # noqa: S608 - names of ours
            self.connection.executemany(statement, rows)

    def _texts(self, document: Document) -> Iterator[str | None]:
        for each in TextField:
            text = document.texts.get(each)
            yield self.analysed(text, document.language or "") if text else None

    def size(self) -> int:
        return sum(each.stat().st_size for each in self.path.parent.glob(f"{self.path.name}*"))

    def find(self, question: str, language: str | None, limit: int) -> Sequence[int]:
        words = self._words(question, language)
        found = self._best(" ".join(words), language, limit)
        if len(found) < limit:
            found = list(dict.fromkeys([*found, *self._best(" OR ".join(words), language, limit)]))[:limit]
        return found

    def all_of(self, question: str, language: str | None) -> set[int]:
        return set(self._best(" ".join(self._words(question, language)), language, -1))

    def phrase(self, words: str) -> int:
        return self._count(f'"{words}"')

    def start(self, word: str) -> int:
        return self._count(f'"{word}"*')

    def similar(self, review: Written) -> Sequence[int]:
        """By the rarest of its words: what is at hand where there is no such search."""
        words = dict.fromkeys(WORD.findall(self.analysed(review.body, review.language).lower()))
        sought = sorted((self._owners(each), each) for each in words)
        rare = [f'"{word}"' for owners, word in sought if owners > 1][:8]
        return [each for each in self._best(" OR ".join(rare), None, 11) if each != review.number] if rare else []

    def suggest(self, start: str) -> Sequence[str]:
        rows = self.connection.execute(
            "SELECT term FROM vocabulary WHERE term >= ? AND term < ? ORDER BY doc DESC LIMIT 10",
            (start, start + chr(sys.maxunicode)),
        )
        return [term for (term,) in rows]

    def facets(self, question: str) -> Sequence[Counter[object]]:
        """How often each value of each counted column is among the reviews with all the words."""
        found = []
        for column in COUNTED:
            among = "FROM words JOIN review ON number = words.rowid WHERE words MATCH ?"
            statement = f"SELECT review.{column}, count(*) {among} GROUP BY review.{column}"
            rows = self.connection.execute(statement, (" ".join(self._words(question, None)),))
            found.append(Counter(dict(rows)))
        return found

    def _words(self, question: str, language: str | None) -> list[str]:
        return [f'"{word}"' for word in WORD.findall(self.analysed(question, language or ""))]

    def _best(self, match: str, language: str | None, limit: int) -> list[int]:
        rows = self.connection.execute(
            "SELECT words.rowid FROM words JOIN review ON number = words.rowid"
            " WHERE words MATCH ? AND (? IS NULL OR language = ?) ORDER BY rank LIMIT ?",
            (match, language, language, limit),
        )
        return [number for (number,) in rows]

    def _count(self, match: str) -> int:
        self._best(match, None, 10)
        [(count,)] = self.connection.execute("SELECT count(*) FROM words WHERE words MATCH ?", (match,))
        return int(count)

    def _owners(self, term: str) -> int:
        row = self.connection.execute("SELECT doc FROM vocabulary WHERE term = ?", (term,)).fetchone()
        return int(row[0]) if row else 0


def _counted(review: Written) -> tuple[object, ...]:
    narrowing = (review.subject, review.stars, review.language, review.source, review.written_at.year)
    return (review.number, *narrowing, review.is_verified)
