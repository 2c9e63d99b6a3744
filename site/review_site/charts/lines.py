"""Lines over time, values with the interval that they may lie in, and lines so small that they stand in a text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from review_site.charts.bars import (
    BOTTOM,
    HEIGHT,
    LEFT,
    MOST_LABELS,
    NAME,
    RIGHT,
    ROW,
    SAID,
    TOP,
    WIDTH,
    grid,
    shortened,
)
from review_site.charts.scales import Scale, some_of, ticks
from review_site.charts.shapes import SERIES, Caption, Chart, Line, Mark, Print, Series, Shape, Span, Words, key_of

SPARK_WIDTH, SPARK_HEIGHT = 120.0, 28.0


def lines(
    caption: Caption,
    *,
    labels: Sequence[str],
    series: Sequence[Series],
    number: Print,
    whole: bool = True,
) -> Chart:
    """One line for each series, broken where it has no value."""
    known = [value for each in series for value in each.values if value is not None]
    values = ticks(min(0.0, *known) if known else 0.0, max(known, default=0.0), whole=whole)
    height = Scale(values[0], values[-1], HEIGHT - BOTTOM, TOP)
    across = Scale(0, max(1, len(labels) - 1), LEFT + 12, WIDTH - RIGHT - 12)
    shapes: list[Shape] = [*grid(values, height, number)]
    for which, each in enumerate(series):
        for part in _unbroken(each.values):
            points = [(across(at), height(value)) for at, value in part]
            shapes.append(Line(points=points, kind="series", series=which % SERIES))
            shapes += (
                Mark(
                    x=across(at),
                    y=height(value),
                    series=which % SERIES,
                    says=f"{labels[at]}, {each.name}: {number(value)}",
                )
                for at, value in part
            )
    shapes += (
        Words(x=across(at), y=HEIGHT - BOTTOM / 2, text=labels[at], anchor="middle")
        for at in some_of(len(labels), MOST_LABELS)
    )
    return Chart(caption=caption, width=WIDTH, height=HEIGHT, shapes=shapes, legend=key_of(series))


def intervals(caption: Caption, *, rows: Sequence[Span], low: float, high: float, number: Print) -> Chart:
    """A mark for each value on a scale from ``low`` to ``high``, with a whisker over its interval."""
    across = Scale(low, high, NAME, WIDTH - SAID)
    bottom = TOP + len(rows) * ROW
    shapes: list[Shape] = []
    for value in ticks(low, high, whole=False):
        shapes.append(Line(points=[(across(value), TOP), (across(value), bottom)], kind="grid"))
        shapes.append(Words(x=across(value), y=bottom + 14, text=number(value), anchor="middle"))
    for at, each in enumerate(rows):
        middle = TOP + (at + 0.5) * ROW
        shapes.append(Words(x=NAME - 12, y=middle, text=shortened(each.name), anchor="end"))
        if each.low is not None and each.high is not None:
            shapes.append(Line(points=[(across(each.low), middle), (across(each.high), middle)], kind="whisker"))
        shapes.append(Mark(x=across(each.value), y=middle, series=0))
        shapes.append(Words(x=WIDTH - SAID + 8, y=middle, text=each.said or number(each.value)))
    return Chart(caption=caption, width=WIDTH, height=bottom + 28, shapes=shapes)


def sparkline(caption: Caption, *, values: Sequence[float | None]) -> Chart:
    """The course of a figure, without an axis: the words beside it say how high it is."""
    known = [each for each in values if each is not None]
    low, high = min(known, default=0.0), max(known, default=0.0)
    height = Scale(low, high if high > low else low + 1, SPARK_HEIGHT - 4, 4)
    across = Scale(0, max(1, len(values) - 1), 4, SPARK_WIDTH - 4)
    shapes: list[Shape] = [
        Line(points=[(across(at), height(value)) for at, value in part], kind="series") for part in _unbroken(values)
    ]
    if values and values[-1] is not None:
        shapes.append(Mark(x=across(len(values) - 1), y=height(values[-1]), series=0))
    return Chart(caption=caption, width=SPARK_WIDTH, height=SPARK_HEIGHT, shapes=shapes)


def _unbroken(values: Sequence[float | None]) -> Iterator[Sequence[tuple[int, float]]]:
    part: list[tuple[int, float]] = []
    for at, value in enumerate(values):
        if value is None:
            if part:
                yield part
            part = []
        else:
            part.append((at, value))
    if part:
        yield part
