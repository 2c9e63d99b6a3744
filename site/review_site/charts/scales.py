"""Where values stand on an axis, and which of its values are written beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

STEPS = (1, 2, 5, 10)
MOST_TICKS = 5


@dataclass(frozen=True, slots=True)
class Scale:
    """From the values ``low`` to ``high``, to the places ``start`` to ``end``."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        share = (value - self.low) / (self.high - self.low)
        return self.start + min(1.0, max(0.0, share)) * (self.end - self.start)


def ticks(low: float, high: float, *, whole: bool = True) -> Sequence[float]:
    """Round values from at or below ``low`` to at or above ``high``, MOST_TICKS + 1 at most; always two or more."""
    reach = high - low
    if reach <= 0:
        return [low, low + 1]
    size = 10 ** floor(log10(reach / MOST_TICKS))
    fitting = (each * size for each in STEPS if reach / (each * size) <= MOST_TICKS)
    step = max(next(fitting), 1) if whole else next(fitting)
    first, last = floor(low / step), ceil(high / step)
    return [round(each * step, 10) for each in range(first, last + 1)]


def some_of(count: int, most: int) -> Sequence[int]:
    """Which of so many labels are written, evenly and from the first on, so that they do not run into each other."""
    every = max(1, -(-count // most))
    return range(0, count, every)
