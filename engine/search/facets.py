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
    Factors,
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
FEW: Mapping[Facet, Sequence[str]] = {
    Facet.STATE: tuple(STANDING),
    Facet.VERIFIED: tuple(YES_NO),
    Facet.PHOTO: tuple(YES_NO),
    Facet.SCOPE: tuple(Use),
    Facet.SENTIMENT: tuple(SENTIMENTS),
}
"""Facets of which all values are known beforehand."""
NUMBERS = frozenset({Facet.RATING, Facet.DATE})
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


def counted(
    columns: Columns, facet: Facet, mask: Mask, *, most: int, wanted: AbstractSet[str] = frozenset()
) -> tuple[list[Counted], int]:
    """The values of a facet among the reviews of a mask, the commonest ``most`` first and then what else is wanted of
    those that are found; and how many there are in all.

    A review without a role, company, industry or topic is counted under no value of it.
    """
    if facet in FEW:
        found = sorted(
            (each for value in FEW[facet] if (each := _count(columns, facet, value, mask)).count),
            key=lambda each: -each.count,
        )
        return found, len(found)
    rows = mask[columns.topic_of] if facet is Facet.TOPIC else mask
    factors = _factors(columns, facet)
    codes, of_row = factors.values, factors.of_row
    kept = np.flatnonzero(rows)
    counts = np.bincount(of_row[kept], minlength=len(codes))
    if facet not in NUMBERS:
        counts[codes == 0] = 0
    first = np.zeros(len(codes), np.intp)
    # Written from the last to the first, so that the first stays.
    first[of_row[kept[::-1]]] = kept[::-1]
    there = np.flatnonzero(counts)
    ordered = there[np.lexsort((first[there], -counts[there]))]
    listed = [*ordered[:most]]
    if wanted:
        listed += [each for each in ordered[most:] if _is_wanted(facet, int(codes[each]), wanted)]
    places = columns.topic_of if facet is Facet.TOPIC else np.arange(len(mask))
    return [_counted(facet, int(codes[at]), int(counts[at]), int(places[first[at]])) for at in listed], len(there)


def _is_wanted(facet: Facet, code: int, wanted: AbstractSet[str]) -> bool:
    return any(code == (_number(each) if facet in NUMBERS else code_of(facet, each)) for each in wanted)


def _counted(facet: Facet, code: int, count: int, first: int) -> Counted:
    return Counted(code, str(code or NONE) if facet in NUMBERS else None, count, first)


def _factors(columns: Columns, facet: Facet) -> Factors:
    known = columns.factors.get(str(facet))
    if known is None:
        values = columns.topics if facet is Facet.TOPIC else columns.codes[str(facet)]
        known = columns.factors[str(facet)] = Factors.of(values)
    return known


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
            return _is(columns, str(facet), _number(value))


def _is(columns: Columns, name: str, wanted: int) -> Mask:
    values = columns.codes[name]
    # A number that the column cannot hold is one that nobody has.
    if not np.iinfo(values.dtype).min <= wanted <= np.iinfo(values.dtype).max:
        return ~columns.everything
    mask: Mask = values == values.dtype.type(wanted)
    return mask


def _count(columns: Columns, facet: Facet, value: str, mask: Mask) -> Counted:
    has_it = mask & _has(columns, facet, value)
    count = int(np.count_nonzero(has_it))
    return Counted(0, str(value), count, int(np.argmax(has_it)) if count else 0)


def _number(value: str) -> int:
    """-1 is what nobody has."""
    if value == NONE:
        return 0
    return (int(value) if value.isascii() and value.isdigit() else 0) or -1
