"""Loads of a page on a slow line, by a phone or a desk: what moved, when the largest part stood, what was asked."""

from __future__ import annotations

import gzip
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from typing import Any

from playwright.sync_api import Browser, Page, Request, ViewportSize

# Shifts within half a second of a click count here too: a load has no clicks.
VITALS = """() => new Promise(done => {
  const found = { shift: 0, largest: 0 };
  new PerformanceObserver(list => {
    for (const each of list.getEntries()) found.shift += each.value;
  }).observe({ type: "layout-shift", buffered: true });
  new PerformanceObserver(list => {
    for (const each of list.getEntries()) found.largest = each.startTime;
  }).observe({ type: "largest-contentful-paint", buffered: true });
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => done(found), 0)));
})"""
# Whatever waits for being out of view or in it gets its turn.
SCROLL = """async () => {
  const frame = () => new Promise(requestAnimationFrame);
  for (let at = 0; at < document.documentElement.scrollHeight; at += innerHeight / 2) {
    scrollTo(0, at);
    await frame();
    await frame();
  }
}"""
LINE = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 750e3 / 8}
"""A round trip in milliseconds; bytes a second. What Lighthouse calls slow 4G."""
SLOWER = 4
"""Times that the processor of a phone is slower."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    name: str
    size: ViewportSize
    slower: int


PHONE = Device(name="phone", size={"width": 360, "height": 740}, slower=SLOWER)
DESK = Device(name="desk", size={"width": 1280, "height": 800}, slower=SLOWER)
DEVICES = (PHONE, DESK)


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    shift: float
    """Cumulative layout shift, scrolled through to the end."""
    largest: float
    """Milliseconds until the largest contentful paint; before anything was scrolled."""


@contextmanager
def slow_pages(browser: Browser, device: Device, count: int = 1) -> Iterator[Sequence[Page]]:
    """Pages that keep nothing from one load to the next."""
    contexts = [browser.new_context(viewport=device.size) for _ in range(count)]
    try:
        yield [_slowed(context.new_page(), device) for context in contexts]
    finally:
        for each in contexts:
            each.close()


def loads(pages: Sequence[Page], address: str, count: int) -> list[Load]:
    """So many loads of an address, as many at once as there are pages."""
    found: list[Load] = []
    while len(found) < count:
        found += _together(pages[: count - len(found)], address)
    return found


def middle(found: Sequence[Load]) -> float:
    """The median time of the largest paint, in milliseconds."""
    return median(each.largest for each in found)


def worst(found: Sequence[Load]) -> float:
    """The greatest shift of all loads."""
    return max(each.shift for each in found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What one page loads besides itself, its picture and its own style sheet."""

    addresses: Sequence[str]
    script: int
    style: int
    other: int
    """Bytes after gzip, whatever the server did."""


def asked_by(browser: Browser, address: str) -> Asked:
    """What a page asks for until nothing is under way; what fails counts as asked."""
    context = browser.new_context(viewport=DESK.size)
    page, requests = context.new_page(), list[Request]()

    def hear(request: Request) -> None:
        requests.append(request)

    page.on("request", hear)
    page.goto(address, wait_until="networkidle")
    page.evaluate(SCROLL)
    page.wait_for_load_state("networkidle")
    shop = "/".join(address.split("/")[:3])
    own = {address, *(f"{shop}/{name}" for name in ("shop.css", "kettle.jpg", "favicon.ico"))}
    more = [each for each in requests if each.url not in own and not each.url.startswith("data:")]
    sizes = {"script": 0, "stylesheet": 0, "other": 0}
    for each in more:
        sizes[each.resource_type if each.resource_type in sizes else "other"] += _weight(each)
    context.close()
    return Asked(
        addresses=[each.url for each in more],
        script=sizes["script"],
        style=sizes["stylesheet"],
        other=sizes["other"],
    )


def _weight(request: Request) -> int:
    answer = request.response()
    return len(gzip.compress(answer.body(), 9)) if answer and answer.ok else 0


def _slowed(page: Page, device: Device) -> Page:
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    session.send("Network.emulateNetworkConditions", LINE)
    session.send("Emulation.setCPUThrottlingRate", {"rate": device.slower})
    return page


def _together(pages: Sequence[Page], address: str) -> Iterator[Load]:
    for page in pages:
        # Not goto, which waits: they are to load side by side.
        page.goto("about:blank")
        page.evaluate("address => { setTimeout(() => { location.href = address; }, 0); }", address)
    for page in pages:
        page.wait_for_url(address, wait_until="networkidle")
        before: Any = page.evaluate(VITALS)
        page.evaluate(SCROLL)
        page.wait_for_load_state("networkidle")
        after: Any = page.evaluate(VITALS)
        yield Load(shift=float(after["shift"]), largest=float(before["largest"]))
