"""Proof: axe-core objects to nothing on any page of the console, light, dark, wide and narrow, all of it unfolded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from playwright.sync_api import Page

from tests.proofs.axe import axe_script
from tests.proofs.console_ground import LEFT_OUT, STRANGERS, Desk, desk, strange
from tests.proofs.measuring import Ledger
from tests.proofs.widgets_access import SIDEWAYS, objected

NARROW, WIDE = {"width": 320, "height": 640}, {"width": 1280, "height": 800}
MODES: Mapping[str, Mapping[str, Any]] = {
    "light, 1280 px": {"viewport": WIDE, "color_scheme": "light"},
    "dark, 1280 px": {"viewport": WIDE, "color_scheme": "dark"},
    "light, 320 px": {"viewport": NARROW, "color_scheme": "light"},
    "dark, 320 px, German": {"viewport": NARROW, "color_scheme": "dark", "locale": "de-DE"},
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
            addresses = [(each, False) for each in here.addresses()]
            addresses += [(each, True) for each in here.addresses(STRANGERS)]
            found = _objections(here, script, options, addresses)
            for address, each in found:
                ledger.say(f"{address}: {each[:300]}")
            ledger.claim(
                f"{mode}: 0 violations, nothing sideways", holds=not found, found=f"{len(addresses)} addresses"
            )


def claim_all_are_known(ledger: Ledger, here: Desk) -> None:
    """Says what is left out of the walk and why; a page that is neither walked nor left out breaks the claim."""
    for rule, reason in LEFT_OUT.items():
        ledger.say(f"left out: {rule}: {reason}")
    routes = here.routes()
    unknown = strange(routes)
    held = f"{len(routes) - len(LEFT_OUT)} of {len(routes)} routes"
    ledger.claim("the walk leads to every page of the console", holds=not unknown, found=unknown or held)


def _objections(
    here: Desk, script: str, options: Mapping[str, Any], addresses: Sequence[tuple[str, bool]]
) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for strangers in (False, True):
        # A script of axe is none of ours, which the policy would refuse.
        with here.seen(is_stranger=strangers, bypass_csp=True, **options) as page:
            for address, is_stranger in addresses:
                if is_stranger is strangers:
                    found += [(address, each) for each in _wrong(here, page, script, address)]
    return found


def _wrong(here: Desk, page: Page, script: str, address: str) -> list[str]:
    page.goto(here.served.url + address, wait_until="networkidle")
    page.evaluate(UNFOLD)
    page.wait_for_load_state("networkidle")
    for frame in page.frames:
        frame.wait_for_load_state()
    wider = page.evaluate(SIDEWAYS)
    return [*objected(page, script), *([f"{wider} px wider than the window"] if wider > 0 else [])]
