"""The facts about all reviews as columns of numbers: figures of a hundred thousand take milliseconds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.domain import Reason, ReviewId, SourceId, State, SubjectId
from engine.store import ReviewFact

STATES = tuple(State)
REASONS = ("", *Reason)
NEVER, UNKNOWN_TIME = -1, 0
"""In a column of times: it did not happen, and it did at a time that nobody knows."""

COLUMNS = np.dtype(
    [
        # The hash of its id: of a million reviews, two share one in three of a hundred million shops.
        ("key", np.int64),
        ("subject", np.int32),
        ("source", np.int32),
        ("language", np.int32),
        ("state", np.int8),
        ("reason", np.int8),
        ("shown", np.bool_),
        ("verified", np.bool_),
        ("incentive", np.bool_),
        ("hundredths", np.int16),
        ("star", np.int8),
        ("written", np.int64),
        ("received", np.int64),
        ("decided", np.int64),
        ("replied", np.int64),
    ]
)

# Rows are picked as bytes: column by column it takes twenty times as long.
_WHOLE = np.dtype((np.void, COLUMNS.itemsize))
AT_ONCE = 10_000
"""Rows that are held as objects of Python at the same time."""

Rows = npt.NDArray[Any]
Chosen = npt.NDArray[np.bool_]


@dataclass(slots=True)
class Numbers:
    """Gives names numbers, in the order in which they are first met; a number never changes its name."""

    names: list[str] = field(default_factory=list)
    _numbers: dict[str, int] = field(default_factory=dict)

    def of(self, name: str) -> int:
        number = self._numbers.get(name)
        if number is None:
            number = self._numbers[name] = len(self.names)
            self.names.append(name)
        return number

    def known(self, names: Iterable[str]) -> list[int]:
        return [self._numbers[each] for each in names if each in self._numbers]


def picked(rows: Rows, chosen: Chosen) -> Rows:
    """The chosen of these rows, in their order."""
    found: Rows = rows.view(_WHOLE)[chosen].view(COLUMNS)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All reviews at one moment, in the order of their keys; never changed, so that any thread may read it."""

    rows: Rows
    subjects: Sequence[str]
    sources: Sequence[str]
    languages: Sequence[str]
    """What the numbers in the columns stand for."""
    topics: Mapping[str, TopicRows] = field(default_factory=dict)

    def among(self, *, subjects: Sequence[SubjectId] = (), sources: Sequence[SourceId] = ()) -> Facts:
        """Those about one of the subjects and from one of the sources; of all, where none is named."""
        if not subjects and not sources:
            return self
        chosen = np.ones(len(self.rows), dtype=np.bool_)
        for column, names, wanted in (
            ("subject", self.subjects, set(map(str, subjects))),
            ("source", self.sources, set(map(str, sources))),
        ):
            if wanted:
                numbers = [number for number, name in enumerate(names) if name in wanted]
                chosen &= np.isin(self.rows[column], numbers)
        return Facts(
            rows=picked(self.rows, chosen),
            subjects=self.subjects,
            sources=self.sources,
            languages=self.languages,
            topics=self.topics,
        )

    def within(self, column: str, start: int, end: int) -> Rows:
        """The rows of which a time lies from ``start`` on and before ``end``, in microseconds since 1970."""
        times = self.rows[column]
        return picked(self.rows, (times >= start) & (times < end))


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicRows:
    name: str
    language: str | None
    mark: str
    """Another one when its reviews are others."""
    keys: npt.NDArray[np.int64]
    """Of the reviews that speak of it."""


@dataclass(slots=True)
class FactsTable:
    """Facts that are kept up: rows are put in, replaced and taken out by their ids."""

    rows: Rows = field(default_factory=lambda: np.empty(0, COLUMNS))
    subjects: Numbers = field(default_factory=Numbers)
    sources: Numbers = field(default_factory=Numbers)
    languages: Numbers = field(default_factory=Numbers)

    def replace(self, ids: Iterable[ReviewId], facts: Iterable[ReviewFact]) -> None:
        """Takes the rows of these ids out and puts in what is known of them by now; an id without a fact is gone."""
        new = self._rows_of(facts)
        gone = np.concatenate([keys_of(ids), new["key"]])
        kept = self.rows[~np.isin(self.rows["key"], gone)] if len(gone) and len(self.rows) else self.rows
        self.rows = np.insert(kept, np.searchsorted(kept["key"], new["key"]), new) if len(new) else kept

    def snapshot(self, topics: Mapping[str, TopicRows]) -> Facts:
        return Facts(
            rows=self.rows,
            subjects=tuple(self.subjects.names),
            sources=tuple(self.sources.names),
            languages=tuple(self.languages.names),
            topics=topics,
        )

    def _rows_of(self, facts: Iterable[ReviewFact]) -> Rows:
        left, portions = iter(facts), [np.empty(0, COLUMNS)]
        while some := list(islice(left, AT_ONCE)):
            portions.append(self._portion(some))
        rows = np.concatenate(portions)
        _, first = np.unique(rows["key"], return_index=True)
        return rows[first]

    def _portion(self, facts: Iterable[ReviewFact]) -> Rows:
        states = {each: number for number, each in enumerate(STATES)}
        reasons = {str(each): number for number, each in enumerate(REASONS)}
        return np.array(
            [
                (
                    hash(each.id),
                    self.subjects.of(each.subject),
                    self.sources.of(each.source),
                    self.languages.of(each.language),
                    states[each.state],
                    reasons.get(each.reason, 0),
                    each.is_shown,
                    each.is_verified,
                    each.is_incentivized,
                    each.hundredths,
                    (each.hundredths + 50) // 100,
                    each.written,
                    each.received,
                    each.decided,
                    each.replied,
                )
                for each in facts
            ],
            dtype=COLUMNS,
        )


def keys_of(ids: Iterable[ReviewId]) -> npt.NDArray[np.int64]:
    return np.array([hash(each) for each in ids], dtype=np.int64)
