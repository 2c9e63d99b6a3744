"""Tests of the HTML report: another parser's eyes, and a real browser's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import html5lib
import pytest
from playwright.sync_api import Browser

from schema_markup.outputs import as_html
from schema_markup.outputs.checked import Checked, located
from schema_markup.validate import report_jsonld
from tests.factories import NOON
from tests.reports import HOSTILE, SOURCE, make_problem, make_report, plain


def page(checked: Sequence[Checked]) -> str:
    return "".join(as_html.write(checked, now=NOON, version="1.2.3"))


@pytest.mark.parametrize("value", HOSTILE)
def test_the_html_report_holds_what_is_quoted_as_text(value: str) -> None:
    problem = make_problem(rule=value, path=value, message=value, fix=value)
    written = page(plain(make_report(problem, where=value))).encode("utf-8", "replace").decode()

    tree = html5lib.parse(written, namespaceHTMLElements=False)

    assert [element.tag for element in tree.iter() if element.tag in ("script", "img", "iframe", "object")] == []
    assert [name for element in tree.iter() for name in element.attrib if name.startswith("on")] == []


def test_the_html_report_links_only_to_the_web() -> None:
    where = ["javascript:alert(1)", "https://shop.example/p", "shop/kettle.html"]
    tree = html5lib.parse(page(plain(*(make_report(where=each) for each in where))), namespaceHTMLElements=False)

    links = [element.attrib["href"] for element in tree.iter("a")]

    assert links == ["#files", "https://shop.example/p"]


def test_the_html_report_says_what_most_files_break_first() -> None:
    twice = make_problem("rating-value-grammar")
    once = make_problem("count-grammar", message="no count")
    written = page(plain(make_report(once, twice, where="a.html"), make_report(twice, where="b.html")))

    first = written[written.index('id="frequent"') : written.index('id="files"')]

    assert "2 files" in first
    assert "no count" not in first


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_html_report_is_read_without_the_network_and_with_contrast(
    chromium: Browser, tmp_path: Any, scheme: Any
) -> None:
    file = tmp_path / "report.html"
    checked = [located(report_jsonld(SOURCE, "kettle.jsonld"), SOURCE), *plain(make_report(where="w" * 300))]
    file.write_text(page(checked), encoding="utf-8")
    context = chromium.new_context(color_scheme=scheme, viewport={"width": 360, "height": 700})
    opened, asked, said = context.new_page(), [], []
    opened.on("request", lambda request: asked.append(request.url))
    opened.on("console", lambda message: said.append(message.text))

    opened.goto(file.as_uri())

    assert asked == [file.as_uri()]
    assert said == []
    assert opened.evaluate("document.documentElement.scrollWidth") == 360
    assert opened.evaluate(LEAST_CONTRAST) >= 4.5
    context.close()


# The least contrast of any text that is shown, by WCAG 2.2: https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio
LEAST_CONTRAST = """() => {
  const paint = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const rgb = color => { paint.clearRect(0, 0, 1, 1); paint.fillStyle = color; paint.fillRect(0, 0, 1, 1);
    return paint.getImageData(0, 0, 1, 1).data; };
  const light = color => { const [r, g, b] = [...rgb(color)].map(each => (each /= 255) <= .04045
    ? each / 12.92 : ((each + .055) / 1.055) ** 2.4); return .2126 * r + .7152 * g + .0722 * b; };
  const behind = element => { for (; element; element = element.parentElement) {
    const color = getComputedStyle(element).backgroundColor; if (rgb(color)[3] === 255) return color; }
    return 'white'; };
  const ratios = [...document.querySelectorAll('body *')]
    .filter(each => [...each.childNodes].some(node => node.nodeType === 3 && node.data.trim()))
    .map(each => [light(getComputedStyle(each).color), light(behind(each))].sort((a, b) => b - a))
    .map(([more, less]) => (more + .05) / (less + .05));
  return Math.min(...ratios);
}"""
