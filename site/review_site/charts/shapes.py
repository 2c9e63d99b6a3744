"""What charts are made of: shapes with their places, in the units of the drawing's own box."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

SERIES = 6
"""Series that can be told apart; a seventh looks like the first."""
Print = Callable[[float], str]
"""Writes a number as the reader's language does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One row of values, one for each label; None where there is no value."""

    name: str
    values: Sequence[float | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """One value, and from where to where it may lie; without an interval where there are too few."""

    name: str
    value: float
    low: float | None = None
    high: float | None = None
    said: str = ""
    """The value in words, beside its mark."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rect:
    x: float
    y: float
    width: float
    height: float
    series: int
    says: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Straight from point to point; ``kind`` is ``grid``, ``axis``, ``series`` or ``whisker``."""

    points: Sequence[tuple[float, float]]
    kind: str
    series: int = 0

    @property
    def path(self) -> str:
        return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in self.points)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A point of a series; each series has a shape of its own."""

    x: float
    y: float
    series: int
    says: str = ""

    @property
    def path(self) -> str:
        corners = _MARKS[self.series % len(_MARKS)]
        return "M" + "L".join(f"{self.x + dx:.1f} {self.y + dy:.1f}" for dx, dy in corners) + "Z"


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    x: float
    y: float
    text: str
    anchor: str = "start"


Shape = Rect | Line | Mark | Words
_MARKS: Sequence[Sequence[tuple[float, float]]] = (
    ((-3, -3), (3, -3), (3, 3), (-3, 3)),
    ((0, -4.5), (4.5, 0), (0, 4.5), (-4.5, 0)),
    ((0, -4), (4, 3.5), (-4, 3.5)),
    ((-4, -3.5), (4, -3.5), (0, 4)),
    ((-4, -1.5), (4, -1.5), (4, 1.5), (-4, 1.5)),
    ((-1.5, -4.5), (1.5, -4.5), (1.5, 4.5), (-1.5, 4.5)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A line of the legend."""

    series: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Caption:
    """What a chart is called, and what it shows in words for those who do not see it; ``id`` is unique on its page."""

    id: str
    title: str
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A drawing of so many units."""

    caption: Caption
    width: float
    height: float
    shapes: Sequence[Shape]
    legend: Sequence[Key] = ()

    @property
    def rects(self) -> Sequence[Rect]:
        return [each for each in self.shapes if isinstance(each, Rect)]

    @property
    def paths(self) -> Sequence[Line]:
        return [each for each in self.shapes if isinstance(each, Line)]

    @property
    def marks(self) -> Sequence[Mark]:
        return [each for each in self.shapes if isinstance(each, Mark)]

    @property
    def words(self) -> Sequence[Words]:
        return [each for each in self.shapes if isinstance(each, Words)]


def key_of(series: Sequence[Series]) -> Sequence[Key]:
    """The legend; a single series needs none, since the title says what it is."""
    return (
        [Key(series=number % SERIES, name=each.name) for number, each in enumerate(series)] if len(series) > 1 else ()
    )
