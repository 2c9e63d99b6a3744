"""Proof: no page of the console with everything that it loads is heavier than 100 KB, packed with gzip.

The server sends these pages unpacked on purpose (review_site/compressing.py says why); both figures are told.
"""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from dataclasses import dataclass

from playwright.sync_api import Request

from tests.proofs.console_axe import claim_all_are_known
from tests.proofs.console_ground import STRANGERS, Desk, desk
from tests.proofs.measuring import Ledger, table

MOST = 100_000
LARGEST = 5
LEVEL = 6


@dataclass(frozen=True, slots=True)
class Loaded:
    """One answer: what it is, its bytes as they were sent, and packed."""

    kind: str
    sent: int
    packed: int


def prove(ledger: Ledger) -> None:
    with desk() as here:
        claim_all_are_known(ledger, here)
        weighed = {each: _loaded(here, each) for each in here.addresses()}
        weighed |= {each: _loaded(here, each, is_stranger=True) for each in here.addresses(STRANGERS)}
    rows = [
        (address, sum(each.packed for each in loaded), sum(each.sent for each in loaded), _in_words(loaded))
        for address, loaded in weighed.items()
    ]
    rows.sort(key=lambda row: -row[1])
    for line in table(("the heaviest, into an empty cache", "B gzip", "B as sent", "gzip of"), rows[:LARGEST]):
        ledger.say(line)
    ledger.say(f"as sent, the most: {max(row[2] for row in rows):,} B")
    address, most, *_ = rows[0]
    ledger.at_most(f"the heaviest of {len(weighed)} addresses, {address}", most / 1000, MOST / 1000, "KB gzip")


def _loaded(here: Desk, address: str, *, is_stranger: bool = False) -> Sequence[Loaded]:
    """All that a browser with an empty cache loads for a page, frames included."""
    asked: list[Request] = []
    with here.seen(is_stranger=is_stranger) as page:
        # Playwright hangs a mark on what it is given, which a method of a list does not take.
        page.on("requestfinished", lambda request: asked.append(request))  # noqa: PLW0108
        page.goto(here.served.url + address, wait_until="networkidle")
        return [_weighed(each) for each in asked]


def _weighed(request: Request) -> Loaded:
    sent, response = request.sizes()["responseBodySize"], request.response()
    if response is None or request.resource_type != "document" or "content-encoding" in response.headers:
        return Loaded(request.resource_type, sent, sent)
    return Loaded(request.resource_type, sent, len(gzip.compress(response.body(), LEVEL)))


def _in_words(loaded: Sequence[Loaded]) -> str:
    sums: dict[str, int] = {}
    for each in loaded:
        sums[each.kind] = sums.get(each.kind, 0) + each.packed
    return ", ".join(f"{kind} {size:,}" for kind, size in sorted(sums.items()))
