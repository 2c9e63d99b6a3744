"""Facets: which reviews have a value, and how many have each among those that were found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import numpy as np

from engine.domain import State, Use
from engine.domain.search import Facet
from engine.search.codes import (
    NAMED,
    PHOTO,
    SENTIMENTS,
    USES,
    VERIFIED,
    Columns,
    Mask,
    exact_code,
    language_of,
    word_code,
)
from engine.store.search import APPROVED, REJECTED, SHOWN, WAITS

NONE = "none"
"""The value of a review that has none: not rated, without a date, a language or a role."""
YES_NO = {"yes": True, "no": False}
STANDING: Mapping[str, Sequence[int]] = {
    State.PENDING: (WAITS,),
    State.APPROVED: (APPROVED, SHOWN),
    State.REJECTED: (REJECTED,),
}
BY_ID = frozenset({Facet.SUBJECT, Facet.SOURCE})


@dataclass(frozen=True, slots=True)
class Counted:
    """A value of a facet, how many of the found have it, and the place of the first of them.

    ``value`` is None where the code stands for a word that a review tells.
    """

    code: int
    value: str | None
    count: int
    first: int


def having(columns: Columns, facet: Facet, values: AbstractSet[str]) -> Mask:
    """Which reviews have one of the values of a facet; a value that there cannot be has none."""
    mask = np.zeros(len(columns.numbers), np.bool_)
    for each in values:
        mask |= _has(columns, facet, each)
    return mask


def counted(columns: Columns, facet: Facet, mask: Mask) -> list[Counted]:
    """The values of a facet among the reviews of a mask, the commonest first.

    A review without a role, company, industry or topic is counted under no value of it.
    """
    match facet:
        case Facet.STATE:
            found = [_count(columns, facet, each, mask) for each in STANDING]
        case Facet.VERIFIED | Facet.PHOTO:
            found = [_count(columns, facet, each, mask) for each in YES_NO]
        case Facet.SCOPE:
            found = [_count(columns, facet, each, mask) for each in Use]
        case Facet.SENTIMENT:
            found = [_count(columns, facet, each, mask) for each in SENTIMENTS]
        case Facet.TOPIC:
            kept = mask[columns.topic_of]
            found = _tallied(columns.topics[kept], columns.topic_of[kept])
        case Facet.RATING | Facet.DATE:
            tallied = _tallied(columns.codes[str(facet)][mask], np.flatnonzero(mask))
            found = [Counted(each.code, str(each.code or NONE), each.count, each.first) for each in tallied]
        case _:
            found = [each for each in _tallied(columns.codes[str(facet)][mask], np.flatnonzero(mask)) if each.code]
    return sorted((each for each in found if each.count), key=lambda each: (-each.count, each.first))


def code_of(facet: Facet, value: str) -> int:
    """The number that stands for a value of a facet whose values are words."""
    if value == NONE:
        return 0
    if facet is Facet.LANGUAGE:
        return exact_code(language_of(value) or "")
    return exact_code(value) if facet in BY_ID or facet is Facet.TOPIC else word_code(value)


def _has(columns: Columns, facet: Facet, value: str) -> Mask:
    if facet in NAMED:
        return _is(columns, str(facet), code_of(facet, value))
    match facet:
        case Facet.TOPIC:
            mask = np.zeros(len(columns.numbers), np.bool_)
            mask[columns.topic_of[columns.topics == np.uint64(code_of(facet, value))]] = True
            return mask
        case Facet.STATE:
            return np.isin(columns.live, STANDING.get(value, ()))
        case Facet.VERIFIED | Facet.PHOTO:
            bit = VERIFIED if facet is Facet.VERIFIED else PHOTO
            has_it = (columns.codes["flags"] & bit) > 0
            return ~columns.everything if value not in YES_NO else has_it == YES_NO[value]
        case Facet.SCOPE:
            return (columns.codes["scope"] & (USES[Use(value)] if value in set(Use) else 0)) > 0
        case Facet.SENTIMENT:
            return _is(columns, "sentiment", SENTIMENTS.get(value, 2))
        case _:
            number = 0 if value == NONE else int(value) if value.isascii() and value.isdigit() else -1
            return _is(columns, str(facet), number or (0 if value == NONE else -1))


def _is(columns: Columns, name: str, wanted: int) -> Mask:
    values = columns.codes[name]
    # A number that the column cannot hold is one that nobody has.
    if not np.iinfo(values.dtype).min <= wanted <= np.iinfo(values.dtype).max:
        return ~columns.everything
    mask: Mask = values == values.dtype.type(wanted)
    return mask


def _count(columns: Columns, facet: Facet, value: str, mask: Mask) -> Counted:
    places = np.flatnonzero(mask & _has(columns, facet, value))
    return Counted(0, str(value), len(places), int(places[0]) if len(places) else 0)


def _tallied(
    codes: np.ndarray[tuple[int], np.dtype[np.integer]], places: np.ndarray[tuple[int], np.dtype[np.intp]]
) -> list[Counted]:
    found, first, counts = np.unique(codes, return_index=True, return_counts=True)
    return [
        Counted(int(code), None, int(count), int(places[at]))
        for code, at, count in zip(found, first, counts, strict=True)
    ]
