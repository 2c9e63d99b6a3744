"""Proof: every page of the console at the width of a desk and of a telephone, on one sheet: docs/console-sheet.png."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

from tests.proofs.console_ground import PAGES, STRANGERS, Desk, desk
from tests.proofs.measuring import Ledger
from tests.proofs.widgets_sheet import MOST_BYTES, Scheme, packed_image
from tests.tree import ROOT

SHEET = ROOT / "docs" / "console-sheet.png"
WIDE, NARROW = 1280, 390
HIGHEST = 1100
"""CSS pixels of a page that are shown; what is below goes on in the same way."""
SHOWN = 0.36
"""Of the size of the screen."""
ACROSS, EDGE, BAND = 6, 8, 18
PAPER, INK = "#c9cdd3", "#1c1e21"


def prove(ledger: Ledger) -> None:
    with desk() as here:
        tiles = list(_tiles(here))
    sheet = _sheet(tiles)
    body = packed_image(sheet)
    SHEET.write_bytes(body)
    ledger.say(f"{SHEET.relative_to(ROOT)}: {sheet.width} x {sheet.height}, {len(tiles)} pages")
    ledger.at_most("the sheet", len(body) / 1000, MOST_BYTES / 1000, "KB")


def _tiles(here: Desk) -> Iterator[Image.Image]:
    """Each page, wide and narrow beside each other; every second one is dark."""
    for pages, is_stranger in ((STRANGERS, True), (PAGES, False)):
        for number, (rule, addresses) in enumerate(pages.items()):
            address = addresses[0].format_map(here.ids)
            scheme: Scheme = "dark" if number % 2 else "light"
            pair = [_picture(here, address, width, scheme, is_stranger=is_stranger) for width in (WIDE, NARROW)]
            yield _tile(rule, pair)


def _picture(here: Desk, address: str, width: int, scheme: Scheme, *, is_stranger: bool) -> Image.Image:
    viewport = {"width": width, "height": HIGHEST}
    with here.seen(is_stranger=is_stranger, viewport=viewport, color_scheme=scheme) as page:
        page.goto(here.served.url + address, wait_until="networkidle")
        drawn = Image.open(BytesIO(page.screenshot())).convert("RGB")
    return drawn.resize((int(width * SHOWN), int(HIGHEST * SHOWN)), Image.Resampling.LANCZOS)


def _tile(name: str, pair: Sequence[Image.Image]) -> Image.Image:
    width = sum(each.width for each in pair) + EDGE
    tile = Image.new("RGB", (width, BAND + pair[0].height), PAPER)
    ImageDraw.Draw(tile).text((0, 0), name[:60], fill=INK, font=ImageFont.load_default(11))
    left = 0
    for each in pair:
        tile.paste(each, (left, BAND))
        left += each.width + EDGE
    return tile


def _sheet(tiles: Sequence[Image.Image]) -> Image.Image:
    wide, high = tiles[0].width + 2 * EDGE, tiles[0].height + EDGE
    sheet = Image.new("RGB", (ACROSS * wide, -(-len(tiles) // ACROSS) * high + EDGE), PAPER)
    for number, each in enumerate(tiles):
        sheet.paste(each, (number % ACROSS * wide + EDGE, number // ACROSS * high + EDGE))
    return sheet
