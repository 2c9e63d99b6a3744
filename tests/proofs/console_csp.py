"""Proof: under the console's policy no page says a word to the browser's console, nor does what htmx brings."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.proofs.console_axe import UNFOLD, claim_all_are_known
from tests.proofs.console_ground import STRANGERS, Desk, desk
from tests.proofs.measuring import Ledger

STAYS = "window.stays = true"
GONE = "/console/welcome/nobody-was-given-this: Failed to load resource: the server responded with a status of 410"
"""Chromium says this of every page that is answered so, and this one has to be."""


def prove(ledger: Ledger) -> None:
    with desk() as here:
        claim_all_are_known(ledger, here)
        _claim_silence(ledger, here)
        _claim_htmx(ledger, here)


def _claim_silence(ledger: Ledger, here: Desk) -> None:
    told: list[str] = []
    policies: set[str] = set()
    for strangers, addresses in ((False, here.addresses()), (True, here.addresses(STRANGERS))):
        with here.seen(told, is_stranger=strangers) as page:
            for each in addresses:
                answer = page.goto(here.served.url + each, wait_until="networkidle")
                assert answer is not None
                policies.add(answer.headers.get("content-security-policy", f"none at {each}"))
                page.evaluate(UNFOLD)
    told = [each for each in told if GONE not in each]
    for policy in sorted(policies):
        ledger.say(policy)
    lax = [each for each in policies if "unsafe" in each or "default-src 'none'" not in each]
    ledger.claim("every page has a policy that begins with nothing and allows nothing unsafe", holds=not lax, found=lax)
    ledger.claim("no console message, no page error", holds=not told, found=told[:3] or "none")


def _claim_htmx(ledger: Ledger, here: Desk) -> None:
    told: list[str] = []
    with here.seen(told) as page:
        kept = {
            "words typed into the search are suggested": _suggested(here, page),
            "a question is answered in place": _asked(here, page),
            "a facet narrows in place": _narrowed(here, page),
            "the queue is narrowed in place": _queued(here, page),
        }
    for what, holds in kept.items():
        ledger.claim(what, holds=holds)
    ledger.claim("and htmx says nothing either", holds=not told, found=told[:3] or "none")


def _suggested(here: Desk, page: Page) -> bool:
    page.goto(f"{here.served.url}/console/search", wait_until="networkidle")
    page.evaluate(STAYS)
    page.locator("[data-search]").press_sequentially("the spo", delay=50)
    expect(page.locator("datalist option").first).to_be_attached()
    return _stayed(page)


def _asked(here: Desk, page: Page) -> bool:
    page.locator("[data-search]").fill("spout")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=spout**")
    expect(page.locator("mark").first).to_be_visible()
    return _stayed(page)


def _narrowed(here: Desk, page: Page) -> bool:
    page.locator("aside details").first.evaluate("each => { each.open = true }")
    page.locator(".facet").first.evaluate("each => { each.open = true }")
    page.locator(".facet a, .facet input").first.click()
    page.wait_for_url(lambda address: "&" in address.partition("?")[2])
    page.wait_for_load_state("networkidle")
    return _stayed(page)


def _queued(here: Desk, page: Page) -> bool:
    page.goto(f"{here.served.url}/console/reviews", wait_until="networkidle")
    page.evaluate(STAYS)
    page.locator("[data-search]").fill("kettle")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=kettle**")
    page.wait_for_load_state("networkidle")
    return _stayed(page)


def _stayed(page: Page) -> bool:
    """Whether the document is still the one in which STAYS ran: htmx changed it, and no other one was loaded."""
    return bool(page.evaluate("window.stays === true"))
