"""The index that needs no other program: Whoosh keeps the words in a folder, numpy finds and ranks.

A batch and its cursor are one commit, and readers see the newest commit that is whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np

from engine.domain.search import Asked, Batch, Clause, Document, IndexHealth, Matches, Suggestion
from engine.errors import IndexBusyError, IndexUnusableError
from engine.search import scoring
from engine.search.analysis import base_language, units
from engine.search.generations import Generations, refuse_forks, whole
from engine.search.likeness import particular
from engine.search.postings import BulkCodec, as_cursor, indexed
from engine.search.segments import Snapshot, snapshot
from engine.search.suggesting import completed
from engine.search.synonyms import Synonyms
from engine.search.tidying import as_they_are, chosen, joined
from engine.search.wanted import Reader, Wanted, is_word
from engine.search.whoosh_parts import LockError

NOT_YET = "the index of words is not there yet: a worker makes it by itself, plaudit rebuild search at once"
_TRIES = 5
_MEMORY_MB = 128


class WhooshIndex:
    """The Index protocol over a folder. Raises PluginError where a fork of Whoosh is installed beside it."""

    def __init__(self, folder: Path, synonyms: Synonyms | None = None) -> None:
        refuse_forks()
        self._generations = Generations(folder)
        self._synonyms = synonyms or Synonyms()
        self._lock = Lock()
        self._opened: tuple[str, Any] | None = None
        self._seen: Snapshot | None = None

    def apply(self, batch: Batch, cursor: int) -> None:
        """Commits a batch with its cursor. Raises IndexBusyError, IndexUnusableError."""
        with self._generations.changing():
            name = self._generations.present()
            if name is None:
                name, index = self._generations.begun()
                _write(index, batch.changed, cursor)
                self._generations.put_in_place(name)
                return
            with self._lock:
                seen = self._newest(name)
            _write(seen.index, batch.changed, cursor, _Replaced(seen, batch))
            self._tidy(name, cursor)

    def search(self, asked: Asked, *, within: AbstractSet[int] | None, limit: int) -> Matches:
        """What has the words of a question. Raises IndexUnusableError."""
        seen = self._whole()
        return scoring.matches(seen, Reader(seen.lexicon, self._synonyms).wanted(asked), within, limit)

    def looked_for(self, asked: Asked) -> Sequence[Wanted]:
        """What the words of a question are looked for as. Raises IndexUnusableError."""
        seen = self._snapshot()
        return () if seen is None else Reader(seen.lexicon, self._synonyms).wanted(asked)

    def suggest(
        self, start: str, *, language: str | None, limit: int, within: AbstractSet[int] | None = None
    ) -> Sequence[Suggestion]:
        """How the last word of what was typed goes on. Raises IndexUnusableError."""
        seen = self._whole()
        return completed(seen, Reader(seen.lexicon, self._synonyms), start, language, limit, within)

    def meant(self, asked: Asked) -> Asked | None:
        """The question with its unknown words as they were probably meant. Raises IndexUnusableError."""
        seen = self._whole()
        clauses = [self._meant(seen, each, asked.language) for each in asked.clauses]
        return None if clauses == list(asked.clauses) else replace(asked, clauses=clauses)

    def similar(self, number: int, *, within: AbstractSet[int] | None, limit: int) -> Matches:
        """Reviews that share particular words with one. Raises IndexUnusableError."""
        seen = self._whole()
        return particular(seen, Reader(seen.lexicon, self._synonyms), number, within, limit)

    def rebuild(self, documents: Iterable[Sequence[Document]], cursor: int) -> None:
        """Builds a new generation and puts it in place. Raises IndexBusyError while another process changes it."""
        with self._generations.changing():
            name, index = self._generations.begun()
            _write(index, (each for batch in documents for each in batch), cursor)
            self._generations.put_in_place(name)

    def health(self) -> IndexHealth:
        """How the index is; never raises."""
        name = ""
        try:
            name = self._generations.present() or ""
            seen = self._snapshot()
            if seen is None:
                return IndexHealth(is_usable=True, documents=0, cursor=0, generation="", bytes=0)
            seen.check()
            size, cursor = self._generations.size(seen.mark[0]), seen.cursor
        except (IndexUnusableError, OSError, ValueError) as error:
            return IndexHealth(is_usable=False, documents=0, cursor=0, generation=name, bytes=0, problems=[str(error)])
        return IndexHealth(is_usable=True, documents=seen.documents, cursor=cursor, generation=seen.mark[0], bytes=size)

    def _tidy(self, name: str, cursor: int) -> None:
        """Joins segments in a commit of its own, when readers see the change already."""
        with self._lock:
            seen = self._newest(name)
        if chosen([int(each.alive.sum()) for each in seen.segments]):
            _write(seen.index, (), cursor, _Replaced(seen, Batch()), joined)

    def _whole(self) -> Snapshot:
        """The newest commit. Raises IndexUnusableError before the first: nobody is told that nothing was found."""
        seen = self._snapshot()
        if seen is None:
            raise IndexUnusableError(NOT_YET)
        return seen

    def _snapshot(self) -> Snapshot | None:
        """The newest commit; None before the first. Raises IndexUnusableError."""
        for left in reversed(range(_TRIES)):
            name = self._present()
            if name is None:
                return None
            try:
                with self._lock:
                    return self._newest(name)
            except IndexUnusableError:
                # Another process may have put its files away while we opened them: the next look sees what it wrote.
                self._opened = None
                if not left:
                    raise
        return None

    def _present(self) -> str | None:
        with whole(self._generations.folder):
            return self._generations.present()

    def _newest(self, name: str) -> Snapshot:
        if self._opened is None or self._opened[0] != name:
            self._opened = (name, self._generations.opened(name))
        index = self._opened[1]
        with whole(self._generations.folder / name):
            mark = (name, index.latest_generation())
        if self._seen is None or self._seen.mark != mark:
            self._seen = snapshot(index, name, self._generations.folder / name, self._seen)
        return self._seen

    def _meant(self, seen: Snapshot, clause: Clause, language: str | None) -> Clause:
        if not is_word(clause):
            return clause
        reader = Reader(seen.lexicon, self._synonyms)
        text, asked = clause.text, base_language(language) or None
        for unit in units(clause.text):
            if not reader.is_known(unit, language):
                near = (word for word, _ in seen.lexicon.near(unit.readings[0][0], asked, 5) if seen.living(word))
                text = text.replace(unit.text, seen.shown(next(near, "")) or unit.text, 1)
        return replace(clause, text=text)


class _Replaced:
    """What a batch takes out: the old text of what changed, what is gone, and the old cursor."""

    def __init__(self, seen: Snapshot, batch: Batch) -> None:
        self._seen = seen
        self._numbers = np.array([*(each.number for each in batch.changed), *batch.gone], np.int64)

    def delete(self, segments: Sequence[Any]) -> None:
        """Marks them in the segments of a writer."""
        for each in segments:
            known = self._seen.by_name[each.segment_id()]
            for document in known.replaced(self._numbers):
                each.delete_document(int(document))


def _write(
    index: Any,
    documents: Iterable[Document],
    cursor: int,
    replaced: _Replaced | None = None,
    policy: Callable[[Any, Sequence[Any]], list[Any]] = as_they_are,
) -> None:
    try:
        writer = index.writer(codec=BulkCodec(), compound=False, limitmb=_MEMORY_MB)
    except LockError as error:
        raise IndexBusyError(f"{index.storage.folder}: another process is changing the index") from error
    try:
        if replaced:
            replaced.delete(writer.segments)
        for each in documents:
            writer.add_document(**indexed(each))
        writer.add_document(**as_cursor(cursor))
    except BaseException:
        writer.cancel()
        raise
    writer.commit(mergetype=policy)
