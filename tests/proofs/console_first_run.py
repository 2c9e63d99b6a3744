"""Proof: from an empty folder to a snippet in a page of another site, by a browser, step by step with its seconds.

Run as ``python -m tests.proofs.console_first_run``; ends with 1 where a claim does not hold.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from playwright.sync_api import Page, expect, sync_playwright

from tests.conftest import CHROMIUM_FLAGS
from tests.proofs.measuring import Ledger
from tests.serving import Served, free_port, serving

EXPORT = """Product,Stars,Headline,Comment,Name,Date
kettle,5,Lovely,It pours well and keeps the heat for an hour.,Owen B.,2026-09-30
kettle,3,Fine,The lid rattles a little when it boils.,Ann P.,2026-10-01
kettle,four and a half,Odd,This row has no rating that anybody could read.,Zed,2026-10-02
"""
PASSWORD = "seven grey herons"
MOST_SECONDS = 300.0
"""For a machine that types; a person reads what stands there."""


@dataclass(slots=True)
class Steps:
    """What was done, in its order, with the seconds that it took."""

    ledger: Ledger
    begun: float = field(default_factory=time.monotonic)
    last: float = field(default_factory=time.monotonic)
    count: int = 0

    def done(self, what: str) -> None:
        now = time.monotonic()
        self.count += 1
        self.ledger.say(f"{self.count:2}. {what}: {now - self.last:.1f} s")
        self.last = now

    @property
    def seconds(self) -> float:
        return self.last - self.begun


@dataclass(slots=True)
class Host:
    """A site of static pages, as a CMS writes them."""

    url: str
    pages: dict[str, str]


@contextmanager
def static_site() -> Iterator[Host]:
    pages: dict[str, str] = {}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = pages.get(self.path, "").encode()
            self.send_response(200 if body else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_words: object) -> None:
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield Host(f"http://127.0.0.1:{server.server_port}", pages)
        server.shutdown()


def prove(ledger: Ledger) -> None:
    with tempfile.TemporaryDirectory(prefix="plaudit-proof-") as folder, static_site() as host:
        steps = Steps(ledger)
        port = free_port()
        config = Path(folder) / "config.toml"
        config.write_text(
            f'[site]\nname = "Oak & Sons"\nbase_url = "http://127.0.0.1:{port}"\n\n[http]\nallow = ["127.0.0.1/32"]\n'
        )
        steps.done("name the site in config.toml")
        with serving(Path(folder) / "data", "--config", config, port=port) as served:
            steps.done("plaudit serve, in an empty folder")
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(
                    executable_path=shutil.which("chromium"), args=list(CHROMIUM_FLAGS)
                )
                context = browser.new_context(locale="en-GB", permissions=["clipboard-read", "clipboard-write"])
                page = context.new_page()
                told: list[str] = []
                page.on("console", lambda message: told.append(message.text))
                page.on("pageerror", lambda error: told.append(str(error)))
                _walk(page, served, host, steps, Path(folder))
                browser.close()
        ledger.claim("no console message in all of it", holds=told == [], found=told[:3])
        ledger.at_most(
            f"from an empty folder to a snippet in a page, {steps.count} steps", steps.seconds, MOST_SECONDS, "s"
        )


def _walk(page: Page, served: Served, host: Host, steps: Steps, folder: Path) -> None:
    said = served.log.read_text(encoding="utf-8")
    [link] = [line.strip() for line in said.splitlines() if "/console/welcome/" in line]
    page.goto(link)
    for label, typed in (("Your name", "Ann Oak"), ("E-mail address", "ann@example.com")):
        page.get_by_label(label, exact=True).fill(typed)
    for label in ("Password", "The password once more"):
        page.get_by_label(label, exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("From nothing to the first snippet")
    steps.done("open the one-time link, choose a password")
    _bring(page, folder, steps)
    _approve(page, served, steps)
    _embed(page, host, steps)


def _bring(page: Page, folder: Path, steps: Steps) -> None:
    export = folder / "shop.csv"
    export.write_text(EXPORT, encoding="utf-8")
    page.get_by_label("File with reviews").set_input_files(export)
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("shop.csv")
    steps.done("upload a file")
    page.get_by_label("What may be done with these reviews").select_option("own")
    page.get_by_role("button", name="Show what comes of it").click()
    expect(page.get_by_text("It pours well and keeps the heat for an hour.").last).to_be_visible()
    expect(page.get_by_text("Refused", exact=True)).to_have_count(1)
    steps.done("state the rights, see what each row becomes")
    page.get_by_role("button", name="Take them in").click()
    expect(page.get_by_role("link", name="To the reviews that wait")).to_be_visible(timeout=30_000)
    steps.done("take them in, with a worker, watching its progress")


def _approve(page: Page, served: Served, steps: Steps) -> None:
    page.goto(f"{served.url}/console/start")
    page.get_by_role("button", name="Approve").first.click()
    expect(page.get_by_role("status").first).to_contain_text("1 review approved")
    steps.done("approve the first review")
    while page.locator("#embed-code").count() == 0:
        page.wait_for_timeout(250)
        page.reload()
    expect(page.frame_locator("iframe").locator(".plaudit").first).to_be_visible()
    steps.done("see the list in the preview")


def _embed(page: Page, host: Host, steps: Steps) -> None:
    page.get_by_role("button", name="Copy the code").click()
    code = page.evaluate("navigator.clipboard.readText()")
    steps.done("copy the code")
    host.pages["/kettle"] = (
        f"<!doctype html><html lang=en><link rel=icon href=data:,><title>Kettle</title><h1>K2</h1>{code}"
    )
    page.get_by_label("Address of that page").fill(f"{host.url}/kettle")
    page.get_by_role("button", name="Is it there?").click()
    expect(page.get_by_text("All five steps are done")).to_be_visible()
    steps.done("paste it into a page of the site, have it checked")
    page.goto(f"{host.url}/kettle")
    shown = page.locator("[data-plaudit] .plaudit-review").first
    expect(shown).to_be_visible()
    words = ("It pours well and keeps the heat for an hour.", "The lid rattles a little when it boils.")
    claimed = any(each in page.locator("[data-plaudit]").inner_text() for each in words)
    steps.ledger.claim("the approved words stand in the page of the other site", holds=claimed)
    steps.done("open the page: the snippet is in it")


def main() -> int:
    print("prove-7-first-run", flush=True)
    ledger = Ledger()
    prove(ledger)
    print(f"first-run: {'NOT shown: ' + '; '.join(ledger.broken) if ledger.broken else 'shown'}", flush=True)
    return 1 if ledger.broken else 0


if __name__ == "__main__":
    sys.exit(main())
