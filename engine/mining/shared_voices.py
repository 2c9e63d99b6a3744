"""Which nouns the same voices name, far more often than chance would have them do."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import TypeVar

from engine.domain import ReviewId

FEWEST = 10
"""Voices that name both, before that can mean anything."""
SHARE = 0.6
"""Of the voices that name the rarer of two, so many name the other too."""
ABOVE_CHANCE = 3.0
"""How many times more voices name both than if the one had nothing to do with the other."""

Naming = tuple[str, Sequence[ReviewId]]
"""A noun and the reviews of one subject that name it."""
Pair = tuple[str, str]
Name = TypeVar("Name", bound=Hashable)


def joined(namings: Sequence[Naming]) -> dict[str, str]:
    """For each noun that belongs to a commoner one, that one; none of those belongs to another itself.

    Chance is reckoned within each subject: two nouns that only cameras have are no nearer to each other for it.
    """
    both: Counter[Pair] = Counter()
    by_chance: defaultdict[Pair, float] = defaultdict(float)
    alone: Counter[str] = Counter()
    for reviews in by_subject(namings):
        everyone = len(set().union(*reviews.values()))
        alone.update({noun: len(named) for noun, named in reviews.items()})
        for pair, shared in _shared(reviews).items():
            both[pair] += shared
            by_chance[pair] += len(reviews[pair[0]]) * len(reviews[pair[1]]) / everyone
    near: defaultdict[str, list[tuple[float, str]]] = defaultdict(list)
    for (one, other), shared in sorted(both.items()):
        rarer, commoner = sorted((one, other), key=lambda noun: (alone[noun], noun))
        share = shared / alone[rarer]
        if shared >= FEWEST and share >= SHARE and shared >= ABOVE_CHANCE * by_chance[one, other]:
            near[rarer].append((share, commoner))
    return _without_chains(near, alone)


def _without_chains(near: Mapping[str, Sequence[tuple[float, str]]], alone: Mapping[str, int]) -> dict[str, str]:
    roots: dict[str, str] = {}
    for noun in sorted(near, key=lambda noun: (-alone[noun], noun)):
        standing = [(share, other) for share, other in near[noun] if other not in roots]
        if standing:
            roots[noun] = max(standing)[1]
    # The commonest are settled first, so that what others joined has not joined anything since.
    return roots


def _shared(reviews: Mapping[str, set[int]]) -> Counter[Pair]:
    """How many reviews name each two of the nouns."""
    named: defaultdict[int, list[str]] = defaultdict(list)
    for noun in sorted(reviews):
        for review in reviews[noun]:
            named[review].append(noun)
    shared: Counter[Pair] = Counter()
    for nouns in named.values():
        shared.update((one, other) for at, one in enumerate(nouns) for other in nouns[at + 1 :])
    return shared


def by_subject(namings: Iterable[tuple[Name, Sequence[ReviewId]]]) -> Iterator[Mapping[Name, set[int]]]:
    """The reviews of each noun by subject: a review is about one subject, and so is all that names it."""
    numbers: dict[ReviewId, int] = {}
    leads: list[int] = []
    numbered: list[tuple[Name, list[int]]] = []
    for noun, reviews in namings:
        found = [numbers.setdefault(each, len(numbers)) for each in reviews]
        leads.extend(range(len(leads), len(numbers)))
        for one, other in pairwise(found):
            leads[_lead(leads, one)] = _lead(leads, other)
        numbered.append((noun, found))
    by_lead: defaultdict[int, defaultdict[Name, set[int]]] = defaultdict(lambda: defaultdict(set))
    for noun, found in numbered:
        if found:
            by_lead[_lead(leads, found[0])][noun].update(found)
    yield from by_lead.values()


def _lead(leads: list[int], at: int) -> int:
    while leads[at] != at:
        leads[at] = leads[leads[at]]
        at = leads[at]
    return at
