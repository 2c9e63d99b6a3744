"""Pages of another site that embed snippets, under the strictest policy that an embed can live with."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import requests
from playwright.sync_api import Page

from review_site.assets import find_assets
from tests.doors import Company
from tests.serving import Served, free_port, serving

SHIFTS = """() => new Promise(done => {
  let sum = 0;
  new PerformanceObserver(list => {
    for (const each of list.getEntries()) if (!each.hadRecentInput) sum += each.value;
  }).observe({ type: "layout-shift", buffered: true });
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => done(sum), 0)));
})"""
SETTINGS = (
    '[site]\nname = "Larkfield"\nbase_url = "http://127.0.0.1:{port}"\ngallery = true\n'
    "[publish]\nreviews_per_list = 5\n"
)


@dataclass(frozen=True, slots=True)
class Shop:
    """Another origin than the instance, whose pages embed what that serves."""

    instance: str
    """Where the instance is."""
    url: str
    pages: dict[str, bytes]
    """What is at which path; to be filled by the test."""

    def shows(self, body: str, *, head: str = "", script: bool = True) -> str:
        """The address of a page with this in its body, between words of its own."""
        assets = find_assets().addresses
        loaded = f'<script src="{self.instance}{assets["plaudit.js"]}" defer></script>' if script else ""
        self.pages["/"] = (
            '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A shop</title>'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            f'<link rel="stylesheet" href="{self.instance}{assets["plaudit.css"]}">{loaded}{head}</head>'
            f"<body><h1>A kettle</h1><p>It boils water.</p>\n{body}\n<p>Terms of the shop</p></body></html>"
        ).encode()
        return self.url + "/"

    def snippet(self, path: str, **query: str) -> str:
        """What the server of this shop is given for its page."""
        answer = requests.get(f"{self.instance}/v1/{path}", params=query, timeout=20)
        assert answer.ok, answer.text
        return answer.text

    def embed(self, path: str, fallback: str = "", **options: str) -> str:
        """A ``<div data-plaudit>``."""
        written = "".join(f' data-{name}="{escape(value)}"' for name, value in options.items())
        return f'<div data-plaudit="{path}"{written}>{fallback}</div>'


@contextmanager
def served_company(sample: Company, folder: Path) -> Iterator[Served]:
    """A copy of the sample company, served by the real server at the address that its own links lead to."""
    port = free_port()
    company = Company(folder).configured(SETTINGS.format(port=port))
    shutil.copytree(sample.store, company.store)
    done = company.plaudit("publish")
    assert done.exit_code == 0, done.output
    with serving(company.store, "--config", company.config, "--no-worker", port=port) as served:
        yield served


@contextmanager
def hosting(instance: str) -> Iterator[Shop]:
    """A shop on a port of its own."""
    pages: dict[str, bytes] = {"/favicon.ico": b""}
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(pages, policy_for(instance)))
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield Shop(instance=instance, url=f"http://127.0.0.1:{server.server_port}", pages=pages)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def policy_for(instance: str) -> str:
    return (
        f"default-src 'none'; script-src 'self' {instance}; style-src 'self' {instance}; img-src 'self' {instance};"
        f" connect-src {instance}; frame-src {instance}; base-uri 'none'; form-action 'none';"
        " require-trusted-types-for 'script'; trusted-types 'none'"
    )


def shifts(page: Page) -> float:
    """The cumulative layout shift so far, without what a person's own clicks excuse."""
    found: Any = page.evaluate(SHIFTS)
    return float(found)


def _handler(pages: Mapping[str, bytes], policy: str) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = pages.get(self.path.partition("?")[0])
            self.send_response(404 if body is None else 200)
            self.send_header(
                "Content-Type", "text/javascript" if self.path.endswith(".js") else "text/html; charset=utf-8"
            )
            self.send_header("Content-Security-Policy", policy)
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  named by the standard library
            """Says nothing."""

    return Handler
