"""Where widgets are shown: an instance, a browser, and a shop on another origin that embeds them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from mimetypes import guess_type
from pathlib import Path

import requests
from playwright.sync_api import Browser, sync_playwright

from review_site.assets import find_assets
from tests.conftest import CHROMIUM_FLAGS
from tests.proofs.instances import free_port, ground
from tests.proofs.measuring import SkippedError
from tests.proofs.product_page import SHEET, product_page
from tests.proofs.widgets_company import SUBJECT, photo, prepare
from tests.servers import Heard, Reply, loopback
from tests.serving import serving

KINDS = (
    "badge",
    "list",
    "histogram",
    "phrases",
    "quote",
    "wall",
    "carousel",
    "faq",
    "gallery",
    "testimonials",
    "summary",
)
EMBEDS = ("snippet", "script", "oembed", "div", "frame")
"""The snippet alone, with the script, as oEmbed's HTML with it; a div that it fills; oEmbed's frame."""
PATIENCE = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What a proof shows widgets with."""

    instance: str
    shop: str
    browser: Browser
    folder: Path
    files: dict[str, bytes] = field(repr=False)
    """What the shop has, by path; to be filled by the proof."""

    def snippet(self, kind: str, subject: str = SUBJECT, **query: str) -> str:
        """What the server of the shop prints into its page; raises RuntimeError where there is none."""
        return self._ask(f"/v1/subjects/{subject}/snippets/{kind}", {"locale": "en", **query}).text

    def embedded(self, kind: str, embed: str, subject: str = SUBJECT) -> tuple[str, str]:
        """What one of EMBEDS puts into a page: into its body, and into its head."""
        return self._body(kind, embed, subject), self.head(has_script=embed != "snippet")

    def head(self, *, has_script: bool = True) -> str:
        addresses = find_assets().addresses
        script = f'<script src="{self.instance}{addresses["plaudit.js"]}" defer></script>' if has_script else ""
        return f'<link rel="stylesheet" href="{self.instance}{addresses["plaudit.css"]}">{script}'

    def shows(self, page: str, path: str = "/") -> str:
        """The address at which the shop has this page from now on."""
        self.files[path] = page.encode()
        return self.shop + path

    def shows_embedded(self, kind: str, embed: str, subject: str = SUBJECT) -> str:
        """The address of the product page with this in it."""
        return self.shows(product_page(*self.embedded(kind, embed, subject)), f"/{kind}-{embed}")

    def _body(self, kind: str, embed: str, subject: str) -> str:
        if embed in ("snippet", "script"):
            return self.snippet(kind, subject)
        if embed == "div":
            return f'<div data-plaudit="subjects/{subject}/{kind}" data-locale="en"></div>'
        query = {"url": f"{self.instance}/reviews/{subject}", "name": kind, "iframe": str(int(embed == "frame"))}
        html: str = self._ask("/oembed", query).json()["html"]
        return html

    def _ask(self, path: str, query: Mapping[str, str]) -> requests.Response:
        answer = requests.get(self.instance + path, params=query, timeout=PATIENCE)
        if not answer.ok:
            raise RuntimeError(f"{answer.url} answered {answer.status_code}:\n{answer.text[:500]}")
        return answer


@contextmanager
def scene(policy: str = "") -> Iterator[Scene]:
    """A scene with a browser and a folder of its own. Raises SkippedError where there is no Chromium."""
    with chromium() as browser, ground() as place, staged(browser, place.folder, policy) as found:
        yield found


@contextmanager
def staged(browser: Browser, folder: Path, policy: str = "") -> Iterator[Scene]:
    """``policy`` is the Content-Security-Policy of the shop, in which ORIGIN stands for the instance."""
    port = free_port()
    company = prepare(folder / "company", port)
    files = {"/favicon.ico": b"", "/shop.css": SHEET.encode(), "/kettle.jpg": photo(900, 600, "#7c8f86")}
    with serving(company.store, "--config", company.config, "--no-worker", port=port) as served:
        said = {"Content-Security-Policy": policy.replace("ORIGIN", served.url)} if policy else {}
        with loopback(lambda heard: _answer(files, said, heard)) as shop:
            yield Scene(instance=served.url, shop=shop.url, browser=browser, folder=folder, files=files)


@contextmanager
def chromium() -> Iterator[Browser]:
    found = shutil.which("chromium")
    if found is None:
        raise SkippedError("there is no chromium in PATH")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=[*CHROMIUM_FLAGS])
        yield browser
        browser.close()


def _answer(files: Mapping[str, bytes], said: Mapping[str, str], heard: Heard) -> Reply:
    path = heard.path.partition("?")[0]
    if path not in files:
        return Reply(404)
    media_type = guess_type(path)[0] or "text/html; charset=utf-8"
    return Reply(200, files[path], {"Content-Type": media_type, **said})
