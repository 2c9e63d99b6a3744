"""Chromium with a wire at every door: whatever a page runs, asks for, says or holds beyond its own shape is counted."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import Browser, Page, Request, async_playwright

from tests.conftest import CHROMIUM_FLAGS
from tests.proofs.measuring import SkippedError

TABS = 3
WIRES = """
window.__tripped = [];
for (const name of ["alert", "confirm", "prompt", "print", "open", "netsparker"])
  window[name] = () => { window.__tripped.push(name); };
"""
# The documents are parsed by the browser itself: what it reads is what a search engine's renderer reads.
LOOK = """() => new Promise(done => setTimeout(() => {
  const shape = new Set(), addresses = new Set();
  for (const element of document.querySelectorAll("*")) {
    shape.add(element.localName);
    for (const { name } of element.attributes) shape.add(element.localName + " " + name);
    for (const name of ["href", "src", "action", "data", "xlink:href", "formaction"])
      if (element.hasAttribute(name)) addresses.add(element.getAttribute(name));
  }
  const scripts = [...document.querySelectorAll("script")];
  done({
    tripped: window.__tripped,
    cookie: document.cookie,
    shape: [...shape],
    addresses: [...addresses],
    types: [...new Set(scripts.map(each => each.type))],
    documents: scripts.map(each => each.textContent),
    sections: [...document.querySelectorAll("body > section")].map(each => each.children.length),
  });
}, 0))"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What a page came to: what it did, and what it holds."""

    address: str
    status: int
    happened: Sequence[str]
    """Scripts that ran, dialogs, messages of the console, requests for anything but style sheets and the icon."""
    shape: frozenset[str]
    """The names of its elements, and of their attributes."""
    addresses: frozenset[str]
    types: frozenset[str]
    documents: Sequence[str]
    sections: Sequence[int]


@dataclass
class _Tab:
    page: Page
    happened: list[str] = field(default_factory=list)
    expected: str = ""

    def listen(self) -> None:
        self.page.on("dialog", lambda dialog: self.happened.append(f"dialog {dialog.message[:80]}"))
        self.page.on("console", lambda message: self.happened.append(f"console {message.text[:200]}"))
        self.page.on("pageerror", lambda error: self.happened.append(f"error {str(error)[:200]}"))
        self.page.on("popup", lambda popup: self.happened.append(f"popup {popup.url[:80]}"))
        self.page.on("download", lambda download: self.happened.append(f"download {download.url[:80]}"))
        self.page.on("request", self._on_request)

    def _on_request(self, request: Request) -> None:
        host, _, path = request.url.removeprefix("http://").partition("/")
        of_the_page = host == urlsplit(self.expected).netloc and (path.startswith("assets/") or path == "favicon.ico")
        if request.url != self.expected and not of_the_page:
            self.happened.append(f"request {request.resource_type} {request.url[:120]}")

    async def look(self, address: str) -> Looked:
        self.happened, self.expected = [], address
        answer = await self.page.goto(address, wait_until="load")
        found: Mapping[str, Any] = await self.page.evaluate(LOOK)
        ran = [f"ran {each}" for each in found["tripped"]]
        ran += [f"cookie {found['cookie']}"] if found["cookie"] else []
        return Looked(
            address=address,
            status=answer.status if answer else 0,
            happened=[*ran, *self.happened],
            shape=frozenset(found["shape"]),
            addresses=frozenset(found["addresses"]),
            types=frozenset(found["types"]),
            documents=found["documents"],
            sections=found["sections"],
        )


def look_at(addresses: Iterable[str]) -> list[Looked]:
    """Opens each address in one of a few tabs; raises SkippedError when there is no Chromium."""
    return asyncio.run(_look_at(list(addresses)))


async def _look_at(addresses: list[str]) -> list[Looked]:
    looked: list[Looked] = []
    async with _chromium() as browser:
        await asyncio.gather(*(_work_off(browser, addresses, looked) for _ in range(TABS)))
    return looked


async def _work_off(browser: Browser, addresses: list[str], looked: list[Looked]) -> None:
    page = await browser.new_page()
    await page.add_init_script(WIRES)
    tab = _Tab(page)
    tab.listen()
    while addresses:
        looked.append(await tab.look(addresses.pop()))


@asynccontextmanager
async def _chromium() -> AsyncIterator[Browser]:
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not found:
        raise SkippedError("there is no chromium in PATH")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=found, args=list(CHROMIUM_FLAGS))
        yield browser
        await browser.close()
