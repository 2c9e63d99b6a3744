"""Bars: stacked ones over labels, and lying ones with their labels beside them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from review_site.charts.scales import Scale, some_of, ticks
from review_site.charts.shapes import SERIES, Caption, Chart, Line, Print, Rect, Series, Shape, Words, key_of

WIDTH, HEIGHT = 640.0, 240.0
LEFT, RIGHT, TOP, BOTTOM = 52.0, 12.0, 12.0, 28.0
MOST_LABELS = 8
GAP = 0.25
ROW = 26.0
NAME, SAID = 150.0, 110.0
LONGEST_NAME = 21
"""Letters of a name that fit beside its bar; the table beside the chart has all of it."""


def stacked(caption: Caption, *, labels: Sequence[str], series: Sequence[Series], number: Print) -> Chart:
    """Bars of parts on parts, one for each label; the first series lies at the bottom."""
    sums = [sum(each.values[at] or 0 for each in series) for at in range(len(labels))]
    values = ticks(0, max(sums, default=0))
    height, across = Scale(0, values[-1], HEIGHT - BOTTOM, TOP), (WIDTH - LEFT - RIGHT) / max(1, len(labels))
    shapes: list[Shape] = [*grid(values, height, number)]
    for at in range(len(labels)):
        low = 0.0
        for which, each in enumerate(series):
            value = each.values[at] or 0
            if value:
                rect = Rect(
                    x=LEFT + (at + GAP / 2) * across,
                    y=height(low + value),
                    width=(1 - GAP) * across,
                    height=height(low) - height(low + value),
                    series=which % SERIES,
                    says=f"{labels[at]}, {each.name}: {number(value)}",
                )
                shapes.append(rect)
            low += value
    shapes += _labels(labels, across)
    return Chart(caption=caption, width=WIDTH, height=HEIGHT, shapes=shapes, legend=key_of(series))


def bars(caption: Caption, *, rows: Sequence[tuple[str, float, str]]) -> Chart:
    """Lying bars: each with its name, its value, and the value in words behind it."""
    most = max((value for _, value, _ in rows), default=0) or 1
    length = Scale(0, most, 0, WIDTH - NAME - SAID)
    shapes: list[Shape] = []
    for at, (name, value, said) in enumerate(rows):
        middle = TOP + (at + 0.5) * ROW
        shapes.append(Words(x=NAME - 8, y=middle, text=shortened(name), anchor="end"))
        if value > 0:
            shapes.append(Rect(x=NAME, y=middle - 8, width=max(1.0, length(value)), height=16, series=0))
        shapes.append(Words(x=NAME + length(value) + 8, y=middle, text=said))
    shapes.append(Line(points=[(NAME, TOP), (NAME, TOP + len(rows) * ROW)], kind="axis"))
    height = 2 * TOP + len(rows) * ROW
    return Chart(caption=caption, width=WIDTH, height=height, shapes=shapes)


def grid(values: Sequence[float], height: Scale, number: Print) -> Iterator[Shape]:
    """Lines across the drawing, with their values at the left."""
    for value in values:
        at = height(value)
        yield Line(points=[(LEFT, at), (WIDTH - RIGHT, at)], kind="axis" if value == values[0] else "grid")
        yield Words(x=LEFT - 8, y=at, text=number(value), anchor="end")


def shortened(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1] + "…"


def _labels(labels: Sequence[str], across: float) -> Iterator[Shape]:
    for at in some_of(len(labels), MOST_LABELS):
        yield Words(x=LEFT + (at + 0.5) * across, y=HEIGHT - BOTTOM / 2, text=labels[at], anchor="middle")
