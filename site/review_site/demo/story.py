"""Tells a story: what happened is done in the order of its moments, each at its own, and never twice."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby

from engine.store import Store, Transaction
from review_site.demo.days import Days, remember


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Something that somebody did, in a transaction that it may share with the acts beside it."""

    at: datetime
    do: Callable[[Transaction, datetime], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """Something that takes transactions of its own: a worker at work, a source that is read."""

    at: datetime
    do: Callable[[datetime], object]


Step = Act | Turn


def tell(store: Store, days: Days, steps: Iterable[Step]) -> None:
    """Does what was not told yet; whoever is interrupted goes on there, and may do a turn a second time."""
    left = [each for each in steps if days.told is None or each.at > days.told]
    for is_turn, some in groupby(sorted(left, key=lambda each: each.at), key=lambda each: isinstance(each, Turn)):
        told = list(some)
        if is_turn:
            _take_turns(store, days, [each for each in told if isinstance(each, Turn)])
        else:
            _act(store, days, [each for each in told if isinstance(each, Act)])
    if days.told is None or days.told < days.begun:
        with store.writing() as transaction:
            remember(transaction, replace(days, told=days.begun))


def _take_turns(store: Store, days: Days, turns: Sequence[Turn]) -> None:
    for each in turns:
        each.do(each.at)
    with store.writing() as transaction:
        remember(transaction, replace(days, told=turns[-1].at))


def _act(store: Store, days: Days, acts: Sequence[Act]) -> None:
    with store.writing() as transaction:
        for each in acts:
            each.do(transaction, each.at)
        remember(transaction, replace(days, told=acts[-1].at))
