"""Columns with some of their rows written anew, added or taken out: the same as if all were read again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from engine.domain.search import Facet
from engine.search.codes import Columns, Mask, Places, columns
from engine.store import Packed

Values = TypeVar("Values", bound=np.generic)


def merged(known: Columns, rows: Sequence[Packed], gone: Sequence[int]) -> Columns:
    """The columns with these rows in place of those with their numbers, and without what is gone."""
    if not rows and not gone:
        return known
    absent = frozenset(gone)
    fresh = columns([row for row in rows if row[0] not in absent])
    moves = _moves(known, fresh, known.places(absent))
    topics = _topic_moves(known, fresh, moves)
    found = Columns(
        numbers=moves.merged(known.numbers, fresh.numbers),
        live=moves.merged(known.live, fresh.live),
        received=moves.merged(known.received, fresh.received),
        codes=moves.merged(known.codes, fresh.codes),
        topics=topics.merged(known.topics, fresh.topics),
        topic_of=topics.topic_of,
    )
    for name, factors in list(known.factors.items()):
        is_topic = name == Facet.TOPIC
        values = fresh.topics if is_topic else fresh.codes[name]
        more, of_fresh = factors.with_more(values)
        of_row = (topics if is_topic else moves).merged(factors.of_row, of_fresh)
        found.factors[name] = replace(more, of_row=of_row)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Moves:
    """How the rows of two arrays become those of one."""

    rewritten: Places
    """Of the known ones, those that fresh ones stand for, which are ``rewriting``."""
    rewriting: Mask
    stays: Mask | None
    """Of the known ones; None: all."""
    order: Places | None
    """Of those that stay with those that are added after them; None: as they are."""

    def merged(self, known: NDArray[Values], fresh: NDArray[Values]) -> NDArray[Values]:
        found = known.copy()
        found[self.rewritten] = fresh[self.rewriting]
        if self.stays is not None:
            found = found[self.stays]
        if not self.rewriting.all():
            found = np.concatenate([found, fresh[~self.rewriting]])
        return found if self.order is None else found[self.order]

    def places(self, known: int, fresh: int) -> tuple[Places, Places]:
        """Where each row of both is afterwards, of those that are there at all."""
        labels = self.merged(np.arange(known), np.arange(known, known + fresh))
        places = np.zeros(known + fresh, np.intp)
        places[labels] = np.arange(len(labels))
        return places[:known], places[known:]


@dataclass(frozen=True, slots=True, kw_only=True)
class _TopicMoves:
    """The same of topics, of which a review has any number."""

    stays: Mask
    order: Places
    topic_of: Places

    def merged(self, known: NDArray[Values], fresh: NDArray[Values]) -> NDArray[Values]:
        return np.concatenate([known[self.stays], fresh])[self.order]


def _moves(known: Columns, fresh: Columns, gone: Places) -> _Moves:
    at = np.searchsorted(known.numbers, fresh.numbers)
    rewriting = np.zeros(len(at), np.bool_)
    inside = at < len(known.numbers)
    rewriting[inside] = known.numbers[at[inside]] == fresh.numbers[inside]
    stays: Mask | None = None
    if len(gone):
        stays = known.everything.copy()
        stays[gone] = False
    moves = _Moves(rewritten=at[rewriting], rewriting=rewriting, stays=stays, order=None)
    numbers: NDArray[Any] = moves.merged(known.numbers, fresh.numbers)
    # Numbers are given before transactions end, so that a lower one may be seen later.
    is_in_order = bool((numbers[1:] > numbers[:-1]).all())
    return moves if is_in_order else replace(moves, order=np.argsort(numbers, kind="stable"))


def _topic_moves(known: Columns, fresh: Columns, moves: _Moves) -> _TopicMoves:
    stays = known.everything if moves.stays is None else moves.stays
    stays = stays.copy()
    stays[moves.rewritten] = False
    of_known, of_fresh = moves.places(len(known.numbers), len(fresh.numbers))
    kept = stays[known.topic_of]
    topic_of = np.concatenate([of_known[known.topic_of[kept]], of_fresh[fresh.topic_of]])
    order = np.argsort(topic_of, kind="stable")
    return _TopicMoves(stays=kept, order=order, topic_of=topic_of[order])
