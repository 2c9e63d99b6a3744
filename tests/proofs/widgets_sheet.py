"""Proof: every kind in every theme on one sheet, light above and dark below: docs/widgets-sheet.png."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any, Literal

from PIL import Image, ImageDraw, ImageFont
from playwright.sync_api import Page

from tests.proofs.measuring import Ledger
from tests.proofs.widgets_ground import KINDS, Scene, scene
from tests.seeing import THEMES
from tests.tree import ROOT

Scheme = Literal["light", "dark"]

SCHEMES: Sequence[Scheme] = ("light", "dark")
SHEET = ROOT / "docs" / "widgets-sheet.png"
MOST_BYTES = 1_500_000
COLOURS = 48
"""Of each of two sorts: those that cover most, and those that differ most, however small what is drawn in them."""
WIDTH, HIGHEST, EDGE, BAND = 400, 540, 16, 40
"""CSS pixels: of a widget, how much of it is shown at most, around it, and of a line of names."""
SHOWN = 0.55
"""Of the size of the screen."""
PAPER, INK = {"light": "#ffffff", "dark": "#121417"}, {"light": "#333333", "dark": "#cccccc"}
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{kind}</title>{head}
<style>:root {{ color-scheme: {scheme} }} body {{ margin: 0; font: 15px/1.5 system-ui, sans-serif;
background: {paper}; color: CanvasText; display: grid; grid-template-columns: repeat({count}, {width}px); gap: {edge}px;
padding: {edge}px; align-items: start }}</style></head><body>
{widgets}
</body></html>"""


def prove(ledger: Ledger) -> None:
    with scene() as here:
        halves = [_half(here, scheme) for scheme in SCHEMES]
    sheet = _stacked(halves)
    small = sheet.resize((int(sheet.width * SHOWN), int(sheet.height * SHOWN)), Image.Resampling.LANCZOS)
    body = packed_image(small)
    SHEET.write_bytes(body)
    ledger.say(f"{SHEET.relative_to(ROOT)}: {small.width} x {small.height}")
    ledger.say(f"{len(KINDS)} kinds in {len(THEMES)} themes, light and dark")
    ledger.at_most("the sheet", len(body) / 1000, MOST_BYTES / 1000, "KB")


def packed_image(image: Image.Image) -> bytes:
    """A PNG with a palette, in which grounds keep their colours and stars theirs."""
    counted: list[tuple[int, Any]] = sorted(image.getcolors(image.width * image.height) or [], reverse=True)
    apart = image.quantize(COLOURS, method=Image.Quantize.MAXCOVERAGE).getpalette() or []
    palette = Image.new("P", (1, 1))
    palette.putpalette([band for _, colour in counted[:COLOURS] for band in colour] + apart[: 3 * COLOURS])
    written = BytesIO()
    image.quantize(palette=palette, dither=Image.Dither.NONE).save(written, "PNG", optimize=True)
    return written.getvalue()


def _half(here: Scene, scheme: Scheme) -> Image.Image:
    """All kinds under each other, with a column for each theme."""
    width = len(THEMES) * (WIDTH + EDGE) + EDGE
    with here.browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme) as context:
        page = context.new_page()
        rows = [_titles(width, scheme), *(_row(here, page, kind, scheme) for kind in KINDS)]
    return _stacked(rows)


def _row(here: Scene, page: Page, kind: str, scheme: Scheme) -> Image.Image:
    html = here.snippet(kind, ld="0")
    held = "".join(f'<div class="plaudit-theme-{theme}">{html}</div>\n' for theme in THEMES)
    text = PAGE.format(
        kind=kind,
        head=here.head(),
        scheme=scheme,
        paper=PAPER[scheme],
        count=len(THEMES),
        width=WIDTH,
        edge=EDGE,
        widgets=held,
    )
    page.goto(here.shows(text, "/sheet"), wait_until="networkidle")
    # Pictures that load when they are near have to be near.
    page.set_viewport_size({"width": page.evaluate("innerWidth"), "height": HIGHEST + 2 * EDGE})
    page.wait_for_load_state("networkidle")
    drawn = Image.open(BytesIO(page.screenshot())).convert("RGB")
    high = min(HIGHEST + 2 * EDGE, int(page.evaluate("document.body.offsetHeight")))
    return _stacked([_name(kind, drawn.width, scheme), drawn.crop((0, 0, drawn.width, high))])


def _titles(width: int, scheme: Scheme) -> Image.Image:
    image = Image.new("RGB", (width, BAND), PAPER[scheme])
    pen = ImageDraw.Draw(image)
    for at, theme in enumerate(THEMES):
        place = (EDGE + at * (WIDTH + EDGE), BAND // 3)
        pen.text(place, f"{theme}, {scheme} page", fill=INK[scheme], font=ImageFont.load_default(18))
    return image


def _name(kind: str, width: int, scheme: Scheme) -> Image.Image:
    image = Image.new("RGB", (width, BAND), PAPER[scheme])
    pen = ImageDraw.Draw(image)
    pen.line((EDGE, 4, width - EDGE, 4), fill="#888888")
    pen.text((EDGE, BAND // 3), kind, fill=INK[scheme], font=ImageFont.load_default(18))
    return image


def _stacked(images: Sequence[Image.Image]) -> Image.Image:
    whole = Image.new("RGB", (max(each.width for each in images), sum(each.height for each in images)), "#ffffff")
    top = 0
    for each in images:
        whole.paste(each, (0, top))
        top += each.height
    return whole
