"""Shares and means with the interval that chance alone leaves them, and whether one moved by more than chance."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

FEW = 10
"""Fewer than so many are said to be few: no share, mean or change of theirs is told as if it stood for others."""
Z = 1.959964
"""Of the normal distribution: 95 of 100 intervals hold the value they are about."""


@dataclass(frozen=True, slots=True)
class Interval:
    """From where to where the value lies, in 95 of 100 cases."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a whole, in numbers of things."""

    part: int
    whole: int

    @property
    def value(self) -> float | None:
        """0 to 1; None of nothing."""
        return self.part / self.whole if self.whole else None

    @property
    def is_few(self) -> bool:
        return self.whole < FEW

    @property
    def interval(self) -> Interval | None:
        """Wilson's score interval, 1927: it stays between 0 and 1, and holds for small numbers too."""
        if not self.whole:
            return None
        count, share = self.whole, self.part / self.whole
        middle = share + Z * Z / (2 * count)
        reach = Z * sqrt(share * (1 - share) / count + Z * Z / (4 * count * count))
        under = 1 + Z * Z / count
        return Interval(max(0.0, (middle - reach) / under), min(1.0, (middle + reach) / under))


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean from its sums, so that parts can be added up to a whole."""

    count: int = 0
    total: float = 0.0
    squares: float = 0.0

    @property
    def value(self) -> float | None:
        return self.total / self.count if self.count else None

    @property
    def is_few(self) -> bool:
        return self.count < FEW

    @property
    def interval(self) -> Interval | None:
        """By the normal distribution; None for fewer than FEW, for which it does not hold."""
        if self.is_few or self.value is None:
            return None
        reach = Z * sqrt(self._variance / self.count)
        return Interval(self.value - reach, self.value + reach)

    @property
    def _variance(self) -> float:
        if self.count < 2:
            return 0.0
        return max(0.0, (self.squares - self.total * self.total / self.count) / (self.count - 1))

    @property
    def error(self) -> float:
        """The standard error of the mean."""
        return sqrt(self._variance / self.count) if self.count else 0.0


@dataclass(frozen=True, slots=True)
class Shift:
    """How far a figure moved from one period to the next, and within which interval chance leaves that."""

    by: float
    interval: Interval

    @property
    def is_clear(self) -> bool:
        """Whether chance alone would seldom (5 of 100) move it as far: no shift at all lies outside the interval."""
        return not self.interval.low <= 0 <= self.interval.high


def shift_of_shares(before: Share, after: Share) -> Shift | None:
    """By Newcombe's method 10 (1998); None where one of the two is few."""
    earlier, later = before.interval, after.interval
    if before.is_few or after.is_few or earlier is None or later is None:
        return None
    was, is_now = before.part / before.whole, after.part / after.whole
    by = is_now - was
    down = sqrt((is_now - later.low) ** 2 + (earlier.high - was) ** 2)
    up = sqrt((later.high - is_now) ** 2 + (was - earlier.low) ** 2)
    return Shift(by, Interval(by - down, by + up))


def shift_of_means(before: Mean, after: Mean) -> Shift | None:
    """Of two independent means; None where one of the two is few."""
    if before.is_few or after.is_few or before.value is None or after.value is None:
        return None
    by = after.value - before.value
    reach = Z * sqrt(before.error**2 + after.error**2)
    return Shift(by, Interval(by - reach, by + reach))
