"""Proof: a Wagtail site follows what is decided in Plaudit: by webhook, after a lost one, and never by a forged one."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests
from playwright.sync_api import Page

from tests.proofs.cms_story import FIRST, SUBJECT, Cms, Shop, line, shop, tell_story
from tests.proofs.instances import free_port, ground
from tests.proofs.measuring import Ledger, Ran, run, started, wait_until
from tests.proofs.scratch import python_with
from tests.proofs.widgets_ground import chromium
from tests.tree import ROOT

EXAMPLE = ROOT / "examples" / "wagtail_plaudit"
PATIENCE = 60.0
SECTIONS: Mapping[str, str] = {
    "snippet in the page, with the script": "#reviews-1 .plaudit-review",
    "oEmbed": "#embed-2 .plaudit-review",
    "div that the script fills": "#reviews-3 [data-plaudit] .plaudit-review",
}
FRAME = "#reviews-4 iframe"


def prove(ledger: Ledger) -> None:
    with ground() as place, line() as wire, shop(place) as plaudit:
        site = _site(place.folder, plaudit)
        ledger.say(f"Django {site.manage('version').out.strip()}, Wagtail {site.wagtail()}")
        tested = site.manage("test", "tests", "--verbosity", "0")
        ledger.claim("the app's own tests pass", holds=tested.status == 0, found=tested.err.strip().splitlines()[-1])
        secret = plaudit.tell(wire.url)
        site = site.told(secret)
        site.manage("migrate", "--verbosity", "0")
        site.manage("make_page", SUBJECT)
        site.manage("plaudit_catch_up")
        with site.running() as url:
            told = Cms(
                name="Wagtail",
                hook=f"{url}/plaudit/webhook/",
                page=lambda: requests.get(url, timeout=PATIENCE).text,
                catch_up=lambda: site.manage("plaudit_catch_up"),
            )
            tell_story(ledger, plaudit, wire, told, secret)
            found = requests.get(url, timeout=PATIENCE).text.count("The lid rattles")
            ledger.claim("the snippet and oEmbed's HTML are both up to date", holds=found == 2, found=found)
            _show_embeds(ledger, url)


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """The example site beside an installed wagtail_plaudit."""

    python: Path
    folder: Path
    environment: Mapping[str, str]

    def manage(self, *words: str) -> Ran:
        """Raises RuntimeError where a command of Django fails, but for ``test``."""
        ran = run([self.python, "manage.py", *words], cwd=self.folder, env=self.environment)
        if ran.status and words[0] != "test":
            raise RuntimeError(f"manage.py {words[0]} ended with {ran.status}:\n{ran.err[-2000:]}")
        return ran

    def wagtail(self) -> str:
        said = run([self.python, "-c", "import wagtail; print(wagtail.__version__)"], cwd=self.folder, env=os.environ)
        return said.out.strip()

    def told(self, secret: str) -> Site:
        """The same site, which knows the secret of the webhooks."""
        environment = {**self.environment, "PLAUDIT_SECRETS": secret}
        return Site(python=self.python, folder=self.folder, environment=environment)

    @contextmanager
    def running(self) -> Iterator[str]:
        """The address of its server, a process of its own."""
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        command: list[str | Path] = [self.python, "manage.py", "runserver", "--noreload", f"127.0.0.1:{port}"]
        log = self.folder / "log"
        with started(command, cwd=self.folder, env=self.environment, log=log) as process:
            wait_until("Wagtail", lambda: process.poll() is not None or _answers(url), limit=PATIENCE)
            if process.poll() is not None:
                raise RuntimeError(f"Wagtail ended:\n{log.read_text()[-2000:]}")
            yield url


def _site(folder: Path, plaudit: Shop) -> Site:
    """A copy without the app, which is installed as its users would."""
    python = python_with(folder / "venv", str(EXAMPLE))
    site = folder / "site"
    for each in ("example_site", "tests"):
        shutil.copytree(EXAMPLE / each, site / each, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(EXAMPLE / "manage.py", site)
    told = {"PLAUDIT_URL": plaudit.url, "PLAUDIT_FRESH_FOR": "600", "EXAMPLE_DATA": str(site / "data")}
    return Site(python=python, folder=site, environment={**os.environ, **told})


def _show_embeds(ledger: Ledger, url: str) -> None:
    with chromium() as browser:
        page = browser.new_page()
        page.goto(url)
        for what, where in SECTIONS.items():
            page.wait_for_selector(where)
            ledger.claim(f"shown: {what}", holds=FIRST in page.locator(where).last.inner_text())
        framed = page.frame_locator(FRAME).locator(".plaudit").first
        framed.wait_for()
        ledger.claim("shown: frame", holds="4" in framed.inner_text(), found=framed.inner_text().replace("\n", " "))
        _turn_order(ledger, page)


def _turn_order(ledger: Ledger, page: Page) -> None:
    """The script answers a click within the page."""
    before = page.url
    page.locator("#reviews-1 .plaudit-orders a").first.click()
    page.wait_for_selector("#reviews-1 .plaudit-orders li:nth-child(2) [aria-current]")
    ledger.claim("the script changes the order within the page", holds=page.url == before)


def _answers(url: str) -> bool:
    try:
        return requests.get(url, timeout=PATIENCE).ok
    except requests.ConnectionError:
        return False
