"""Tests of charts: what is drawn where, in markup that another program reads and a strict policy lets stand."""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree import ElementTree as ET

import pytest

from review_site.charts import Caption, Chart, Series, Span, bars, intervals, lines, sparkline, stacked
from review_site.charts.scales import Scale, some_of, ticks
from review_site.frame import ENVIRONMENT

SVG = "{http://www.w3.org/2000/svg}"
FLOW = Caption(id="flow", title="Reviews by week", description="From 3 in the first week to 5.")
HOSTILE = 'x"><script>alert(1)</script>'


def drawn(chart: Chart) -> ET.Element:
    """The drawing as an XML parser reads it, from the template that pages use."""
    template = ENVIRONMENT.from_string('{% import "charts/chart.html" as charts %}{{ charts.drawing(it) }}')
    return ET.fromstring(template.render(it=chart))  # noqa: S314 - our own markup


def texts_of(svg: ET.Element) -> Sequence[str]:
    return [each.text or "" for each in svg.iter(f"{SVG}text")]


def whole(value: float) -> str:
    return f"{value:g}"


def two_weeks(*names: str) -> Chart:
    series = [Series(name=name, values=[3, 5 + number]) for number, name in enumerate(names)]
    return stacked(FLOW, labels=["2 Nov", "9 Nov"], series=series, number=whole)


def test_bars_stand_on_each_other_and_as_high_as_their_values() -> None:
    svg = drawn(two_weeks("shop", "survey"))

    first, second, third, fourth = (dict(each.attrib) for each in svg.iter(f"{SVG}rect"))
    heights = [float(each["height"]) for each in (first, second, third, fourth)]
    assert heights == pytest.approx([heights[0], heights[0], heights[0] * 5 / 3, heights[0] * 2], abs=0.2)
    assert float(second["y"]) + float(second["height"]) == pytest.approx(float(first["y"]), abs=0.2)
    assert float(third["x"]) > float(first["x"])


def test_says_what_it_is_to_those_who_do_not_see_it() -> None:
    svg = drawn(two_weeks("shop"))

    named = str(svg.get("aria-labelledby")).split()
    said = [each.text for name in named for each in svg.iter() if each.get("id") == name]
    assert said == ["Reviews by week", "From 3 in the first week to 5."]
    assert svg.get("role") == "img"


def test_series_differ_by_pattern_and_mark_and_not_by_colour_alone() -> None:
    stack = drawn(two_weeks("shop", "survey", "import"))
    series = [Series(name=str(number), values=[1, 2]) for number in range(6)]
    course = lines(FLOW, labels=["a", "b"], series=series, number=whole)

    assert {each.get("fill") for each in stack.iter(f"{SVG}rect")} == {None, "url(#flow-p1)", "url(#flow-p2)"}
    shapes = {re.sub(r"[-\d.]+", "", each.path) + str(shape_of(each.path)) for each in course.marks}
    assert len(shapes) == 6


def shape_of(path: str) -> Sequence[float]:
    """How far the corners of a mark lie from its first one."""
    numbers = [float(each) for each in re.findall(r"[-\d.]+", path)]
    return [round(each - numbers[at % 2], 1) for at, each in enumerate(numbers)]


def test_nothing_in_it_needs_a_style_or_runs() -> None:
    names = [HOSTILE, "survey"]
    chart = stacked(
        Caption(id="flow", title=HOSTILE, description=HOSTILE),
        labels=[HOSTILE, "b"],
        series=[Series(name=each, values=[1, 2]) for each in names],
        number=whole,
    )

    svg = drawn(chart)

    attributes = {name for each in svg.iter() for name in each.attrib}
    assert not {name for name in attributes if name == "style" or name.startswith("on")}
    assert list(svg.iter(f"{SVG}script")) == []
    assert HOSTILE in texts_of(svg)


def test_a_line_is_broken_where_nothing_is_known() -> None:
    chart = lines(FLOW, labels=list("abcd"), series=[Series(name="mean", values=[4, None, 3, 5])], number=whole)

    courses = [each for each in chart.paths if each.kind == "series"]
    assert [len(each.points) for each in courses] == [1, 2]
    assert len(chart.marks) == 3


def test_a_whisker_reaches_over_the_interval_and_is_left_out_for_few() -> None:
    rows = [Span(name="a", value=4, low=3, high=5), Span(name="b", value=4)]

    chart = intervals(FLOW, rows=rows, low=1, high=5, number=whole)

    [whisker] = [each for each in chart.paths if each.kind == "whisker"]
    (left, _), (right, _) = whisker.points
    assert left < chart.marks[0].x < right
    assert len(chart.marks) == 2


def test_what_lies_outside_a_scale_is_drawn_at_its_end() -> None:
    across = Scale(0, 10, 100, 200)

    assert [across(each) for each in (-5, 0, 5, 10, 50)] == [100, 100, 150, 200, 200]


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [(0, 0, [0, 1]), (0, 3, [0, 1, 2, 3]), (0, 97, [0, 20, 40, 60, 80, 100]), (-40, 60, [-40, -20, 0, 20, 40, 60])],
)
def test_an_axis_has_round_values(low: float, high: float, expected: Sequence[float]) -> None:
    assert ticks(low, high) == expected


def test_an_axis_of_shares_has_parts_of_one() -> None:
    assert ticks(0, 1, whole=False) == [0, 0.2, 0.4, 0.6, 0.8, 1.0]


def test_labels_that_would_run_into_each_other_are_left_out() -> None:
    assert list(some_of(5, 8)) == [0, 1, 2, 3, 4]
    assert list(some_of(53, 8)) == [0, 7, 14, 21, 28, 35, 42, 49]


@pytest.mark.parametrize(
    "chart",
    [
        pytest.param(stacked(FLOW, labels=[], series=[], number=whole), id="stacked"),
        pytest.param(bars(FLOW, rows=[]), id="bars"),
        pytest.param(bars(FLOW, rows=[("a", 0, "none")]), id="zero"),
        pytest.param(lines(FLOW, labels=["a"], series=[Series(name="a", values=[None])], number=whole), id="lines"),
        pytest.param(intervals(FLOW, rows=[], low=1, high=5, number=whole), id="intervals"),
        pytest.param(sparkline(FLOW, values=[]), id="sparkline"),
        pytest.param(sparkline(FLOW, values=[3.0]), id="one"),
    ],
)
def test_is_drawn_where_there_is_nothing_to_draw(chart: Chart) -> None:
    assert list(drawn(chart).iter(f"{SVG}rect")) == []


def test_time_runs_from_left_to_right_in_every_language() -> None:
    assert drawn(two_weeks("shop")).get("direction") == "ltr"
