"""Widgets as a browser shows them: the page of a host around snippets, and what can be measured on it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

STYLE_SHEET = Path(__file__).parents[1] / "widgets" / "static" / "plaudit.css"
THEMES = ("plain", "card", "minimal", "warm", "dark", "contrast")

# Every colour goes through a canvas, which knows all the ways of writing one.
CONTRASTS = """() => {
  const pen = new OffscreenCanvas(1, 1).getContext("2d", {willReadFrequently: true});
  const drawn = (colours) => {
    pen.clearRect(0, 0, 1, 1);
    for (const colour of colours) { pen.fillStyle = colour; pen.fillRect(0, 0, 1, 1); }
    return [...pen.getImageData(0, 0, 1, 1).data].slice(0, 3).map((share) => share / 255);
  };
  const light = (share) => share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  const luminance = ([red, green, blue]) => 0.2126 * light(red) + 0.7152 * light(green) + 0.0722 * light(blue);
  const grounds = (element) => element
    ? [...grounds(element.parentElement), getComputedStyle(element).backgroundColor]
    : [getComputedStyle(document.documentElement).colorScheme === "dark" ? "black" : "white"];
  const found = [];
  for (const element of document.querySelectorAll(".plaudit *")) {
    const says = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!says || !element.checkVisibility() || element.closest(".plaudit-unseen, script")) continue;
    const behind = grounds(element);
    const [a, b] = [luminance(drawn(behind)), luminance(drawn([...behind, getComputedStyle(element).color]))];
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    found.push([contrast, element.className || element.tagName, element.innerText]);
  }
  return found;
}"""


def host(snippets: str, *, theme: str = "plain", style: str = "", width: str = "auto") -> str:
    """A page that sets the style sheet, says its colours and holds the snippets in one element of a theme."""
    ground = ":root { color-scheme: light dark } body { background: Canvas; color: CanvasText }"
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Host</title>'
        f"<style>{STYLE_SHEET.read_text(encoding='utf-8')}</style><style>{ground} {style}</style>"
        f'<body><div class="plaudit-theme-{theme}" style="width: {width}">{snippets}</div>'
    )


@contextmanager
def shown(browser: Browser, html: str, **context: Any) -> Iterator[Page]:
    """The page in a context of its own; ``context`` is what Playwright's ``new_context`` takes."""
    opened = browser.new_context(**context)
    page = opened.new_page()
    page.set_content(html)
    yield page
    opened.close()


def looks(page: Page, selector: str, *names: str, within: str = "document") -> Mapping[str, str]:
    """The computed style of the first element of a selector, by the names of its properties."""
    found: dict[str, str] = page.evaluate(
        f"""([selector, names]) => {{
          const style = getComputedStyle({within}.querySelector(selector));
          return Object.fromEntries(names.map((name) => [name, style.getPropertyValue(name)]));
        }}""",
        [selector, list(names)],
    )
    return found
