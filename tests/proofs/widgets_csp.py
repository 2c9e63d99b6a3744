"""Proof: under a strict policy with Trusted Types a browser says nothing, while each embed is loaded and used."""

from __future__ import annotations

from collections.abc import Sequence

from playwright.sync_api import Frame, Page

from tests.proofs.measuring import Ledger
from tests.proofs.widgets_ground import EMBEDS, KINDS, Scene, scene
from tests.proofs.widgets_loads import DESK
from tests.test_cli_serve import listened_to

POLICY = (
    "default-src 'none'; script-src ORIGIN; style-src ORIGIN; img-src ORIGIN; connect-src ORIGIN; frame-src ORIGIN; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
# The shop's own files and words for its own pages; the embeds need none of them.
SHOP = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A shop</title>{head}</head>
<body><h1>A kettle</h1>
{widget}
<p>Terms of the shop</p></body></html>"""


def prove(ledger: Ledger) -> None:
    with scene(POLICY) as here:
        ledger.say(POLICY.replace("ORIGIN", here.instance))
        for embed in EMBEDS:
            told = [f"{kind}: {each}" for kind in KINDS for each in _told(here, kind, embed)]
            ledger.claim(
                f"{embed}: no message, while {len(KINDS)} kinds are loaded, list and carousel used",
                holds=not told,
                found=told or len(KINDS),
            )
        _claim_isolated(ledger, here)


def _told(here: Scene, kind: str, embed: str) -> Sequence[str]:
    widget, head = here.embedded(kind, embed)
    address = here.shows(SHOP.format(head=head, widget=widget))
    with here.browser.new_context(viewport=DESK.size) as context:
        page = context.new_page()
        told = listened_to(page)
        page.goto(address, wait_until="networkidle")
        if embed != "snippet":
            _use(page, page.frames[-1] if embed == "frame" else page.main_frame, kind)
        return told


def _use(page: Page, frame: Frame, kind: str) -> None:
    """What a visitor does with a list or a carousel."""
    if kind == "list":
        for link in ("Lowest rating first", "More reviews"):
            frame.get_by_role("link", name=link).click()
            page.wait_for_load_state("networkidle")
        frame.locator(".plaudit-review").nth(5).wait_for()
        frame.locator(".plaudit-filter a[href*='star=5']").first.click()
        frame.locator(".plaudit-selection").wait_for()
        frame.locator("summary").first.click()
    elif kind == "carousel":
        frame.locator("[data-plaudit-step='1']").click()
        frame.wait_for_function("() => document.querySelector('.plaudit-rail').scrollLeft > 100")


def _claim_isolated(ledger: Ledger, here: Scene) -> None:
    """A shadow root under the same policy."""
    address = here.shows(SHOP.format(head=here.head(), widget=here.snippet("list", isolate="1")))
    with here.browser.new_context(viewport=DESK.size) as context:
        page = context.new_page()
        told = listened_to(page)
        page.goto(address, wait_until="networkidle")
        _use(page, page.main_frame, "list")
    ledger.claim("isolated: no message, the list used", holds=not told, found=told or "none")
