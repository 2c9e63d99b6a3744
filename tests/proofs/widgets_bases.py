"""Proof: widgets on eight style sheets of hosts, and isolated ones that look the same on each."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageChops
from playwright.sync_api import Page

from tests.proofs.axe import axe_script
from tests.proofs.css_bases import css_bases
from tests.proofs.measuring import Ledger, table
from tests.proofs.widgets_ground import Scene, scene

KINDS = ("list", "wall", "badge")
CONTRAST = """async () => {
  const run = { runOnly: ["color-contrast"] };
  const found = await axe.run(".place", run);
  if (!found.passes.length) throw new Error("axe-core saw no words");
  return found.violations.flatMap(each => each.nodes.map(node => node.html));
}"""
# The place alone is out of reach: with what stands in it a host may do what it likes.
PLACE = "; ".join(
    f"{rule} !important"
    for rule in (
        "display: block",
        "position: absolute",
        "inset: 150px auto auto 0",
        "margin: 0",
        "padding: 0",
        "border: 0",
        "width: 640px",
        "max-width: none",
    )
)
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A host</title>
<style>{sheet}</style>{head}</head><body><main><h1>A kettle</h1><div class="place" style="{place}">
{widget}
</div></main></body></html>"""
PICTURES = Path(tempfile.gettempdir()) / "plaudit-css-bases"
SIGHT = 24
"""Of 255: what two drawings of one letter differ by at its edge is less."""


def prove(ledger: Ledger) -> None:
    PICTURES.mkdir(exist_ok=True)
    with scene() as here:
        script, bases = axe_script(here.folder), css_bases(here.folder / "npm")
        rows = [each for kind in KINDS for each in _compared(here, kind, bases, script)]
    for line in table(("contrast violations", "in the page", "isolated", "pixels that differ"), rows):
        ledger.say(line)
    ledger.claim("words stand out on all eight without isolation", holds=not any(row[1] for row in rows))
    ledger.claim("isolated too", holds=not any(row[2] for row in rows))
    ledger.claim("isolated: it looks the same on each as on a bare page", holds=not any(row[3] for row in rows))
    ledger.say(f"their pictures: {PICTURES}")


def _compared(here: Scene, kind: str, bases: Mapping[str, str], script: str) -> Iterator[tuple[str, int, int, int]]:
    """For each base: objections to the widget in the page and isolated, and pixels unlike those on a bare page."""
    bare = _picture(here, "", kind)
    for name, sheet in bases.items():
        plain = _objections(here, sheet, kind, script, f"{kind}-{name}", isolate=False)
        isolated = _objections(here, sheet, kind, script, f"{kind}-{name}-isolated", isolate=True)
        yield f"{kind}, {name}", len(plain), len(isolated), _differing(bare, _picture(here, sheet, kind))


def _objections(here: Scene, sheet: str, kind: str, script: str, name: str, *, isolate: bool) -> list[str]:
    with _shown(here, sheet, kind, isolate=isolate) as page:
        page.screenshot(path=PICTURES / f"{name}.png", full_page=True)
        page.evaluate(script)
        found: list[str] = page.evaluate(CONTRAST)
    return found


def _picture(here: Scene, sheet: str, kind: str) -> bytes:
    with _shown(here, sheet, kind, isolate=True) as page:
        return page.locator(".plaudit-isolate").screenshot()


@contextmanager
def _shown(here: Scene, sheet: str, kind: str, *, isolate: bool) -> Iterator[Page]:
    widget = here.snippet(kind, isolate=str(int(isolate)))
    address = here.shows(PAGE.format(sheet=sheet, head=here.head(), place=PLACE, widget=widget), "/base")
    with here.browser.new_context(viewport={"width": 800, "height": 800}) as context:
        page = context.new_page()
        page.goto(address, wait_until="networkidle")
        yield page


def _differing(one: bytes, other: bytes) -> int:
    """Pixels that a person sees to differ; all of them where the sizes do."""
    first, second = (Image.open(BytesIO(each)).convert("RGB") for each in (one, other))
    if first.size != second.size:
        return max(first.width * first.height, second.width * second.height)
    bands = ImageChops.difference(first, second).split()
    darkest = ImageChops.lighter(ImageChops.lighter(bands[0], bands[1]), bands[2])
    return sum(darkest.histogram()[SIGHT:])
