"""Whether low ratings fare worse than high ones; pure: counts in, shares out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.domain import State

MUCH = 0.1
"""A gap between shares that calls for a look: ten of a hundred low ratings more than of high ones."""
FEWEST_LOW = 10
"""Decisions about one and two stars, from which on a gap says something."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StarShare:
    """What became of the reviews with one number of stars."""

    star: int
    received: int
    approved: int
    rejected: int
    shown: int

    @property
    def approved_share(self) -> float | None:
        """Of those that were decided, the share that was approved; None while none is."""
        decided = self.approved + self.rejected
        return self.approved / decided if decided else None

    @property
    def shown_share(self) -> float | None:
        """Of those that were received, the share that visitors can read."""
        return self.shown / self.received if self.received else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppression:
    """Whether low ratings fare worse than high ones: what 16 CFR 465.7(b), the CMA and Google call suppression."""

    stars: tuple[StarShare, ...]

    @property
    def gap(self) -> float | None:
        """The approved share of four and five stars less that of one and two; above zero, low ratings fare worse."""
        return self._gap("approved")

    @property
    def shown_gap(self) -> float | None:
        """The same gap for the share that visitors can read."""
        return self._gap("shown")

    @property
    def is_much_worse(self) -> bool:
        """Whether low ratings fare so much worse that somebody has to be told; a handful proves nothing."""
        low = sum(each.approved + each.rejected for each in self.stars if each.star <= 2)
        return low >= FEWEST_LOW and self.gap is not None and self.gap >= MUCH

    def _gap(self, what: str) -> float | None:
        high, low = self._share((4, 5), what), self._share((1, 2), what)
        return None if high is None or low is None else high - low

    def _share(self, stars: tuple[int, int], what: str) -> float | None:
        among = [each for each in self.stars if each.star in stars]
        if what == "approved":
            part, whole = sum(e.approved for e in among), sum(e.approved + e.rejected for e in among)
        else:
            part, whole = sum(e.shown for e in among), sum(e.received for e in among)
        return part / whole if whole else None


def suppression(counts: Mapping[tuple[State, int, bool], int]) -> Suppression:
    """The suppression figure from counts by state, star and whether it is shown.

    Withdrawn reviews are their authors' doing and count nowhere.
    """

    def count(star: int, *states: State, shown: bool | None = None) -> int:
        return sum(
            number
            for (state, stars, is_shown), number in counts.items()
            if stars == star and state in states and shown in (None, is_shown)
        )

    every = (State.PENDING, State.APPROVED, State.REJECTED)
    return Suppression(
        stars=tuple(
            StarShare(
                star=star,
                received=count(star, *every),
                approved=count(star, State.APPROVED),
                rejected=count(star, State.REJECTED),
                shown=count(star, *every, shown=True),
            )
            for star in range(1, 6)
        )
    )
