"""Proof: axe-core objects to nothing on any page of the console, light, dark, wide and narrow, all of it unfolded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from playwright.sync_api import Page

from tests import seats
from tests.proofs.axe import axe_script
from tests.proofs.console_ground import LEFT_OUT, STRANGERS, Desk, desk, strange
from tests.proofs.measuring import Ledger

NARROW, WIDE = {"width": 320, "height": 640}, {"width": 1280, "height": 800}
MODES: Mapping[str, Mapping[str, Any]] = {
    "light, 1280 px": {"viewport": WIDE, "color_scheme": "light"},
    "dark, 1280 px": {"viewport": WIDE, "color_scheme": "dark"},
    "light, 320 px": {"viewport": NARROW, "color_scheme": "light"},
    "dark, 320 px, German": {"viewport": NARROW, "color_scheme": "dark", "locale": "de-DE"},
    # What a window of 1,280 pixels is at 200 %: half of its pixels, each drawn twice as large.
    "light, 200 %, Dutch": {"viewport": {"width": 640, "height": 400}, "device_scale_factor": 2, "locale": "nl-NL"},
    "forced colours, 1280 px": {"viewport": WIDE, "forced_colors": "active"},
}
UNFOLD = """() => {
  document.querySelectorAll("details").forEach(each => { each.open = true });
  // A frame that nobody scrolled to has no document yet, and axe-core would wait for it.
  document.querySelectorAll("iframe").forEach(each => { each.loading = "eager" });
}"""


def prove(ledger: Ledger) -> None:
    with desk() as here:
        claim_all_are_known(ledger, here)
        script = axe_script(here.folder)
        for mode, options in MODES.items():
            found = objections(here, script, options)
            for address, each in found:
                ledger.say(f"{address}: {each[:300]}")
            looked_at = len(here.addresses()) + len(here.addresses(STRANGERS))
            ledger.claim(f"{mode}: 0 violations, nothing sideways", holds=not found, found=f"{looked_at} addresses")


def claim_all_are_known(ledger: Ledger, here: Desk) -> None:
    """Says what is left out of the walk and why; a page that is neither walked nor left out breaks the claim."""
    for rule, reason in LEFT_OUT.items():
        ledger.say(f"left out: {rule}: {reason}")
    routes = here.routes()
    unknown = strange(routes)
    held = f"{len(routes) - len(LEFT_OUT)} of {len(routes)} routes"
    ledger.claim("the walk leads to every page of the console", holds=not unknown, found=unknown or held)


def objections(here: Desk, script: str, options: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What is wrong with which page of the console, in a browser with these options."""
    found: list[tuple[str, str]] = []
    for is_stranger, addresses in ((False, here.addresses()), (True, here.addresses(STRANGERS))):
        # A script of axe is none of ours, which the policy would refuse.
        with here.seen(is_stranger=is_stranger, bypass_csp=True, **options) as page:
            for address in addresses:
                found += [(address, each) for each in _wrong(here, page, script, address)]
    return found


def _wrong(here: Desk, page: Page, script: str, address: str) -> Sequence[str]:
    page.goto(here.served.url + address)
    page.evaluate(UNFOLD)
    if page.locator("iframe").count():
        page.wait_for_load_state("networkidle")
        for frame in page.frames:
            frame.wait_for_load_state()
    return seats.objections(page, script)
