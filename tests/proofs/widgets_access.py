"""What axe-core finds in every kind and embed: light, dark, from the right, narrow, enlarged, and in forced colours."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, Page

from tests.proofs.axe import axe_script
from tests.proofs.measuring import Ledger
from tests.proofs.product_page import ARABIC, ENGLISH, product_page
from tests.proofs.widgets_ground import EMBEDS, KINDS, Scene

TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice")
# target-size is off unless asked for, though it is of 2.2 AA (https://www.w3.org/WAI/WCAG22/#target-size-minimum).
RUN = """async (tags) => {
  const run = { runOnly: { type: "tag", values: tags }, rules: { "target-size": { enabled: true } } };
  return (await axe.run(run)).violations.flatMap(each => each.nodes.map(node => `${each.id}: ${node.html}`));
}"""
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
WIDE = {"width": 1280, "height": 800}
MODES: Mapping[str, Mapping[str, Any]] = {
    "light": {"viewport": WIDE},
    "dark": {"viewport": WIDE, "color_scheme": "dark"},
    "from the right": {"viewport": WIDE},
    "320 px": {"viewport": {"width": 320, "height": 640}},
    # What a window of 1,280 pixels is at 200 %: half of its pixels, each drawn twice as large.
    "200 %": {"viewport": {"width": 640, "height": 400}, "device_scale_factor": 2},
    "forced colours": {"viewport": WIDE, "forced_colors": "active"},
}


def claim_accessible(ledger: Ledger, here: Scene) -> None:
    script = axe_script(here.folder)
    shown = [(kind, "script") for kind in KINDS] + [("list", embed) for embed in EMBEDS if embed != "script"]
    for mode in MODES:
        found = []
        for kind, embed in shown:
            found += [f"{kind}, {embed}: {each}" for each in objections(here, script, mode, kind, embed)]
        for each in found:
            ledger.say(f"{mode}: {each[:300]}")
        ledger.claim(f"{mode}: axe-core finds nothing, nothing scrolls sideways", holds=not found, found=len(shown))


def objections(here: Scene, script: str, mode: str, kind: str, embed: str = "script") -> list[str]:
    """What is wrong with a page that holds one embed, in one of MODES."""
    words = ARABIC if mode == "from the right" else ENGLISH
    address = here.shows(product_page(*here.embedded(kind, embed), words=words), "/seen")
    with seen(here.browser, address, mode) as page:
        found, wider = objected(page, script), page.evaluate(SIDEWAYS)
    return [*found, *([f"{wider} px wider than the window"] if wider > 0 else [])]


def objected(page: Page, script: str) -> list[str]:
    """What axe-core, whose source is ``script``, objects to in a page and its frames, each with the element."""
    for frame in page.frames:
        frame.evaluate(script)
    found: list[str] = page.evaluate(RUN, list(TAGS))
    return found


@contextmanager
def seen(browser: Browser, address: str, mode: str) -> Iterator[Page]:
    """A page in one of MODES; policies do not count, so that axe-core can run."""
    with browser.new_context(bypass_csp=True, **MODES[mode]) as context:
        page = context.new_page()
        page.goto(address, wait_until="networkidle")
        yield page
