"""Proof: without JavaScript everything goes by links, by keys alone all is reached, and the script keeps the focus."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Page

from tests.proofs.measuring import Ledger
from tests.proofs.product_page import product_page
from tests.proofs.widgets_company import SUBJECT
from tests.proofs.widgets_ground import KINDS, Scene, scene
from tests.proofs.widgets_loads import DESK

MOST_PAGES = 60
# What can take the focus now: nothing in a closed <details>, no button that does nothing without the script.
REACHABLE = """() => {
  const all = document.querySelectorAll(".plaudit :is(a[href], summary, button, [tabindex='0'])");
  window.wanted = [...all].filter(each => each.checkVisibility({ visibilityProperty: true }));
  return window.wanted.length;
}"""
STANDS = """() => {
  const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement);
  return [window.wanted.indexOf(document.activeElement), outlineStyle !== "none" ? parseFloat(outlineWidth) : 0];
}"""
FOCUSED = """() => {
  const found = document.activeElement;
  return found.matches("li") ? `review ${[...found.parentElement.children].indexOf(found)}` : found.textContent.trim();
}"""
MOVING = """() => {
  const styles = [...document.querySelectorAll("html, .plaudit, .plaudit *")].map(each => getComputedStyle(each));
  const moves = styles.filter(each => each.scrollBehavior === "smooth" || parseFloat(each.transitionDuration) > 0);
  return document.getAnimations().length + moves.length;
}"""
JUMPS = """() => {
  document.querySelector("[data-plaudit-step='1']").click();
  return new Promise(done => requestAnimationFrame(() => {
    const rail = document.querySelector(".plaudit-rail");
    const there = rail.scrollLeft;
    setTimeout(() => done([there, rail.scrollLeft]), 400);
  }));
}"""


def prove(ledger: Ledger) -> None:
    with scene() as here:
        _claim_links(ledger, here)
        _claim_paging(ledger, here)
        for has_script in (False, True):
            _claim_keys(ledger, here, has_script=has_script)
        _claim_focus(ledger, here)
        _claim_rest(ledger, here)


def _claim_links(ledger: Ledger, here: Scene) -> None:
    with _page(here, "list", java_script_enabled=False) as page:
        _follow(page, ".plaudit-orders a[href*='sort=lowest']")
        stars = _stars(page)
        ledger.claim("no JavaScript: sorted by a link", holds=stars == sorted(stars) and len(stars) > 1, found=stars)
        _follow(page, "a[href*='star=5']")
        stars, says = _stars(page), page.locator(".filter").inner_text()
        ledger.claim("filtered by stars, which the page says", holds=set(stars) == {5} and bool(says), found=says[:60])
    with _page(here, "list", java_script_enabled=False) as page:
        _follow(page, ".plaudit-filter a[href*='topic=']")
        says = page.locator(".filter").inner_text()
        ledger.claim(
            "filtered by topic, which the page says", holds="topic=" in page.url and bool(says), found=says[:60]
        )


def _claim_paging(ledger: Ledger, here: Scene) -> None:
    walks = []
    for order in ("newest", "oldest"):
        with _page(here, "list", java_script_enabled=False) as page:
            page.goto(f"{here.instance}/reviews/{SUBJECT}?sort={order}")
            walks.append([each for ids in _walked(page) for each in ids])
    newest, oldest = walks
    ledger.claim("paged to the end by links, none twice", holds=len(set(newest)) == len(newest) > 10, found=len(newest))
    ledger.claim("the other way round they are the same", holds=set(newest) == set(oldest), found=len(oldest))


def _walked(page: Page) -> Iterator[Sequence[str]]:
    """The reviews of each page, by where they are reported."""
    for _ in range(MOST_PAGES):
        links = page.locator(".plaudit-report a").all()
        yield [str(each.get_attribute("href")).rpartition("/")[2] for each in links]
        more = page.locator(".plaudit-more a[rel=next]")
        if not more.count():
            return
        with page.expect_navigation():
            more.click()
    raise RuntimeError(f"the list has no end after {MOST_PAGES} pages")


def _claim_keys(ledger: Ledger, here: Scene, *, has_script: bool) -> None:
    how = "with the script" if has_script else "without JavaScript"
    for kind in KINDS:
        with _page(here, kind, java_script_enabled=has_script) as page:
            wanted = page.evaluate(REACHABLE)
            outlines: dict[int, float] = {}
            for _ in range(wanted + 30):
                page.keyboard.press("Tab")
                at, width = page.evaluate(STANDS)
                outlines[at] = width
            outlines.pop(-1, None)
            thin = [each for each in outlines.values() if each < 2]
            holds = len(outlines) == wanted and not thin
            ledger.claim(
                f"{kind}, {how}: Tab reaches each, with an outline", holds=holds, found=f"{len(outlines)} of {wanted}"
            )
    with _page(here, "list", java_script_enabled=has_script) as page:
        _press(page, "summary")
        opened = page.locator("details[open]").count()
        _press(page, ".plaudit-orders a[href*='sort=oldest']")
        page.locator(".plaudit-orders [aria-current]", has_text="Oldest first").wait_for()
        ledger.claim(f"{how}: Enter opens an explanation, and sorts", holds=opened == 1, found=page.url)


def _claim_focus(ledger: Ledger, here: Scene) -> None:
    with _page(here, "list") as page:
        _press(page, ".plaudit-more a")
        page.locator(".plaudit-review").nth(5).wait_for()
        more = page.evaluate(FOCUSED)
        _press(page, ".plaudit-orders a[href*='sort=lowest']")
        page.locator("[aria-current]", has_text="Lowest rating first").wait_for()
        order = page.evaluate(FOCUSED)
        _press(page, ".plaudit-filter a[href*='star=4']")
        page.locator(".plaudit-filter [aria-current]").wait_for()
        stars, said = page.evaluate(FOCUSED), page.locator("output").inner_text()
        stayed = page.url.startswith(here.shop)
    ledger.claim('after "more" the first new review has the focus', holds=more == "review 5", found=more)
    ledger.claim("after sorting, the order", holds=order == "Lowest rating first", found=order)
    ledger.claim("after filtering, the filter", holds=stars.startswith("4 stars"), found=stars)
    ledger.claim("it is said politely, on the same page", holds=bool(said) and stayed, found=said)


def _claim_rest(ledger: Ledger, here: Scene) -> None:
    for kind in KINDS:
        with _page(here, kind, reduced_motion="reduce") as page:
            moving = page.evaluate(MOVING)
        ledger.claim(f"{kind}, prefers-reduced-motion: nothing is animated", holds=moving == 0, found=moving)
    with _page(here, "carousel", reduced_motion="reduce") as page:
        at_once, later = page.evaluate(JUMPS)
    ledger.claim("the carousel jumps and does not glide", holds=at_once == later > 0, found=f"{at_once} and {later} px")


@contextmanager
def _page(here: Scene, kind: str, **options: Any) -> Iterator[Page]:
    """The product page with a widget and its script, in a context of its own."""
    address = here.shows(product_page(*here.embedded(kind, "script")))
    with here.browser.new_context(viewport=DESK.size, **options) as context:
        page = context.new_page()
        page.goto(address, wait_until="networkidle")
        yield page


def _follow(page: Page, wanted: str) -> None:
    """Presses a link, and waits for the page that it leads to."""
    with page.expect_navigation():
        _press(page, wanted)


def _press(page: Page, wanted: str) -> None:
    """Presses Tab until a part of the widget has the focus, and then Enter."""
    target = page.locator(f".plaudit {wanted}").first
    for _ in range(page.locator("a, summary, button").count() + 10):
        page.keyboard.press("Tab")
        if target.evaluate("each => each === document.activeElement"):
            page.keyboard.press("Enter")
            return
    raise RuntimeError(f"no key leads to {wanted}")


def _stars(page: Page) -> list[int]:
    words = page.locator(".plaudit-review .plaudit-rating .plaudit-unseen").all_inner_texts()
    return [int(each) for text in words for each in re.findall(r"Rated (\d)", text)]
