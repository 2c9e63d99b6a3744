"""Proof: what each kind weighs, asks for, moves and paints in each embed, and what axe-core finds in it."""

from __future__ import annotations

import gzip
from collections.abc import Iterator

from review_site.assets import find_assets
from tests.proofs.measuring import Ledger, load_average, table
from tests.proofs.product_page import product_page
from tests.proofs.widgets_access import claim_accessible
from tests.proofs.widgets_company import FIVE, SUBJECT
from tests.proofs.widgets_ground import EMBEDS, KINDS, Scene, scene
from tests.proofs.widgets_loads import DEVICES, Device, asked_by, loads, middle, slow_pages, worst

LOADS = 10
MOST = 2048
MOST_FIVE = 2560
REQUESTS = {"snippet": 1, "script": 2, "oembed": 2, "div": 3, "frame": 5}
"""The style sheet; the script; a div's question. A frame brings its page, its own sheet and the script once more:
browsers keep what frames of another site load apart."""
AT_ONCE = 4
MOVING = ("script", "div", "frame")
"""Embeds that could move something: oEmbed's HTML is the snippet, which without a script is a part of the page."""
NOISE = 1.15
"""Times the median of the page alone; the medians of two times ten loads of one page are as far apart."""


def prove(ledger: Ledger) -> None:
    with scene() as here:
        _claim_weights(ledger, here)
        _claim_requests(ledger, here)
        claim_accessible(ledger, here)
        _claim_paint(ledger, here)
        _claim_stillness(ledger, here)


def packed(body: bytes) -> int:
    """Bytes after gzip at its best, as it lies beside each file."""
    return len(gzip.compress(body, 9))


def weights() -> dict[str, int]:
    """Bytes on the line of the style sheet and of the script that all kinds share, by their names."""
    assets = find_assets()
    bodies = {name: assets.by_address[address.rpartition("/")[2]].body for name, address in assets.addresses.items()}
    return {name: packed(bodies[name]) for name in ("plaudit.css", "plaudit.js")}


def _claim_weights(ledger: Ledger, here: Scene) -> None:
    for name, size in weights().items():
        ledger.at_most(f"{name}, for all kinds", size, MOST, "B gzip")
    five = packed(here.snippet("list", FIVE).encode())
    ledger.at_most("HTML and JSON-LD of a list of five reviews", five, MOST_FIVE, "B gzip")
    rows = [(kind, *_sizes(here, kind)) for kind in KINDS]
    for line in table(("HTML, B gzip", "five reviews", "sample"), rows):
        ledger.say(line)


def _sizes(here: Scene, kind: str) -> Iterator[int | str]:
    """About the subject of five reviews, where it has one of the kind, and about the sample's largest subject."""
    for subject in (FIVE, SUBJECT):
        try:
            yield packed(here.snippet(kind, subject).encode())
        except RuntimeError:
            yield "-"


def _claim_requests(ledger: Ledger, here: Scene) -> None:
    rows = []
    for kind in KINDS:
        for embed in EMBEDS:
            asked = asked_by(here.browser, here.shows_embedded(kind, embed))
            own = [each for each in asked.addresses if "/media/" not in each]
            rows.append((f"{kind}, {embed}", len(own), asked.script, asked.style, asked.other))
    for line in table(("embed", "requests", "JS B", "CSS B", "other B"), rows):
        ledger.say(line)
    over = [what for what, count, *_ in rows if count > REQUESTS[what.rpartition(" ")[2]]]
    ledger.claim(f"requests added: at most {REQUESTS}", holds=not over, found=over or "all")


def _claim_paint(ledger: Ledger, here: Scene) -> None:
    """In turn with the page alone, so that the machine's moods meet both alike."""
    bare, rows, slow = here.shows(product_page(), "/bare"), [], []
    for device in DEVICES:
        for embed in EMBEDS:
            address = here.shows_embedded("list", embed)
            with slow_pages(here.browser, device) as pages:
                both = [(loads(pages, bare, 1)[0], loads(pages, address, 1)[0]) for _ in range(LOADS)]
            alone, beside = [each for each, _ in both], [each for _, each in both]
            ratio = middle(beside) / middle(alone)
            shift = worst(beside)
            rows.append(
                (
                    f"{device.name}, {embed}",
                    f"{middle(alone):.0f}",
                    f"{middle(beside):.0f}",
                    f"{ratio:.2f}",
                    f"{shift:.4f}",
                )
            )
            slow += [f"{device.name}, {embed}"] if ratio > NOISE else []
    for line in table(("list: largest paint, median", "alone ms", "with it ms", "ratio", "CLS"), rows):
        ledger.say(line)
    ledger.say(f"load average {load_average()}")
    ledger.claim(
        f"the largest paint is within {NOISE} times that of the page alone", holds=not slow, found=slow or "all"
    )


def _claim_stillness(ledger: Ledger, here: Scene) -> None:
    rows = []
    for kind in KINDS:
        same = here.embedded(kind, "oembed") == here.embedded(kind, "script")
        ledger.claim(f"{kind}: oEmbed's HTML is the snippet", holds=same)
        for embed in MOVING:
            shifts = [_worst_of(here, kind, embed, device) for device in DEVICES]
            rows.append((f"{kind}, {embed}", *(f"{each:.4f}" for each in shifts)))
            held = not any(shifts)
            ledger.claim(f"{kind}, {embed}: nothing moves in {LOADS} loads each", holds=held, found=rows[-1][1:])


def _worst_of(here: Scene, kind: str, embed: str, device: Device) -> float:
    with slow_pages(here.browser, device, AT_ONCE) as pages:
        return worst(loads(pages, here.shows_embedded(kind, embed), LOADS))
