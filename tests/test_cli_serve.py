"""`plaudit serve` as a process: what it answers, what its worker does beside it, and how both end."""

from __future__ import annotations

import gzip
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from os import kill
from typing import Literal

import pytest
import requests
from playwright.sync_api import Browser, ConsoleMessage, Page, ViewportSize

from tests.doors import Company, row
from tests.serving import PATIENCE, Served, children, is_running, serving, until

JSONLD = "/v1/subjects/k2-kettle/snippets/jsonld"
PHONE: ViewportSize = {"width": 390, "height": 844}
DESK: ViewportSize = {"width": 1280, "height": 900}
Scheme = Literal["dark", "light"]


@pytest.fixture(scope="module")
def sample_server(sample_company: Company, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The sample company behind the real server; to be read, never to be changed."""
    folder = tmp_path_factory.mktemp("served") / "store"
    shutil.copytree(sample_company.store, folder)
    with serving(folder, "--config", sample_company.config, "--no-worker") as served:
        yield served


@pytest.fixture
def server(company: Company) -> Iterator[Served]:
    """A server of its own, for an instance with one review of a kettle, with its worker."""
    company.publish(row("1"))
    with serving(company.store, "--config", company.config) as served:
        yield served


def asked(method: str, address: str, **headers: str) -> requests.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return requests.request(method, address, headers=named, timeout=10, allow_redirects=False)


def test_a_snippet_comes_whole_packed_or_not_at_all(sample_server: Served) -> None:
    address = sample_server.url + JSONLD

    plain = asked("GET", address, Accept_Encoding="identity")
    packed = requests.get(address, headers={"Accept-Encoding": "gzip"}, stream=True, timeout=10)
    body = packed.raw.read(decode_content=False)
    known = asked("GET", address, Accept_Encoding="identity", If_None_Match=plain.headers["ETag"])
    head = asked("HEAD", address, Accept_Encoding="identity")

    assert (plain.status_code, plain.headers["Content-Type"]) == (200, "application/ld+json")
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(body) == plain.content
    assert int(packed.headers["Content-Length"]) == len(body) < len(plain.content)
    assert (known.status_code, known.content) == (304, b"")
    assert known.headers["ETag"] == plain.headers["ETag"]
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["Content-Length"] == plain.headers["Content-Length"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/", 200),
        ("/reviews/k2-kettle?sort=lowest", 200),
        ("/nowhere", 404),
        ("/v1/subjects/caf%C3%A9/snippets/jsonld", 404),
        ("/reviews/%00", 400),
        ("/reviews/%ff", 404),
        ("/reviews/" + "a" * 5_000, 404),
        ("/reviews/k2-kettle?star=%D9%A3", 400),
        ("/%2e%2e/%2e%2e/etc/passwd", 404),
    ],
    ids=lambda value: str(value)[:30],
)
def test_every_address_is_answered_and_says_that_nothing_may_run(sample_server: Served, path: str, status: int) -> None:
    answer = asked("GET", sample_server.url + path)

    assert answer.status_code == status
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "request_line", [b"GET / HTTP/1.1\r\n\r\n", b"\0\0\0", b"GET /\r\n\r\n", b"POST / HTTP/9\r\n\r\n"]
)
def test_what_is_no_request_leaves_the_server_standing(sample_server: Served, request_line: bytes) -> None:
    port = int(sample_server.url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        connection.sendall(request_line)
        connection.shutdown(socket.SHUT_WR)
        connection.recv(4096)

    assert asked("GET", f"{sample_server.url}/readyz").ok


def test_names_what_to_open(sample_server: Served) -> None:
    said = sample_server.log.read_text(encoding="utf-8")

    assert f"Plaudit serves at {sample_server.url}/" in said
    assert f"{sample_server.url}/reviews/k2-kettle" in said


def test_what_is_approved_while_it_serves_is_soon_on_the_page(company: Company, server: Served) -> None:
    new = row("2", body="The lid rattles on the stove.")
    company.plaudit("import", company.reviews([new]), "--source", "shop", "--rights", "own")

    company.plaudit("approve", "--source", "shop", "--all")

    page = until(lambda: _text_with(f"{server.url}/reviews/kettle", new["body"]))
    assert page.headers["Plaudit-Version"] == "2"


def _text_with(address: str, words: str) -> requests.Response | None:
    answer = asked("GET", address)
    return answer if words in answer.text and "ETag" in answer.headers else None


def test_a_worker_that_dies_is_started_again_and_ends_with_the_server(company: Company, server: Served) -> None:
    first = until(lambda: server.worker)
    kill(first, signal.SIGKILL)
    second = until(lambda: server.worker if server.worker != first else None)
    company.plaudit("import", company.reviews([row("2", body="It drips.")]), "--source", "shop", "--rights", "own")
    company.plaudit("approve", "--source", "shop", "--all")
    until(lambda: _text_with(f"{server.url}/reviews/kettle", "It drips."))

    code = server.stop()

    until(lambda: not is_running(second))
    assert code in (0, -signal.SIGTERM)
    with pytest.raises(requests.ConnectionError):
        asked("GET", f"{server.url}/healthz")


def test_nothing_outlives_a_server_that_was_killed(server: Served) -> None:
    started = until(lambda: children(server.process.pid) if server.worker else None)

    server.process.kill()

    until(lambda: not any(is_running(each) for each in started))
    assert len(started) == 2


def test_a_port_that_is_taken_is_refused(sample_server: Served, company: Company) -> None:
    port = sample_server.url.rpartition(":")[2]

    done = served_in_vain(company, "--port", port)

    assert done.returncode == 2
    assert f"cannot listen on 127.0.0.1, port {port}" in done.stderr


@pytest.mark.parametrize("host", ["no.such.host.invalid", "203.0.113.1"])
def test_an_address_of_another_machine_is_refused(company: Company, host: str) -> None:
    done = served_in_vain(company, "--host", host, "--port", "0")

    assert done.returncode == 2
    assert f"cannot listen on {host}" in done.stderr
    assert "Traceback" not in done.stderr


def served_in_vain(company: Company, *options: str) -> subprocess.CompletedProcess[str]:
    """What ``plaudit serve`` says when it cannot; a process, because one that does serve would never come back."""
    command = [sys.executable, "-m", "review_site.cli", "serve", "--no-worker", "--data", str(company.store), *options]
    return subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)


@pytest.mark.browser
@pytest.mark.parametrize(
    ("path", "words", "scheme", "size"),
    [
        ("/", "K2 Gooseneck Kettle", "light", DESK),
        ("/?locale=de", "K2 Schwanenhalskessel", "dark", PHONE),
        ("/reviews/k2-kettle", "Reviews of K2 Gooseneck Kettle", "light", DESK),
        ("/reviews/k2-kettle?locale=de", "Bewertungen zu K2 Schwanenhalskessel", "dark", PHONE),
        ("/reviews/k2-kettle?locale=de&sort=lowest&star=1", "Nur Bewertungen mit 1 Stern.", "light", PHONE),
    ],
)
def test_a_browser_shows_the_page_and_has_nothing_to_complain(
    sample_server: Served, chromium: Browser, path: str, words: str, scheme: Scheme, size: ViewportSize
) -> None:
    page, blank = (chromium.new_page(viewport=size, color_scheme=scheme) for _ in range(2))
    told = listened_to(page)

    page.goto(sample_server.url + path, wait_until="load")

    pictures = [each.screenshot() for each in (page, blank)]
    width = page.evaluate("document.documentElement.scrollWidth")
    text = page.inner_text("main")
    for each in (page, blank):
        each.close()
    assert told == []
    assert words in text
    assert len(pictures[0]) > 4 * len(pictures[1])
    assert width <= size["width"]


@pytest.mark.browser
def test_a_browser_shows_where_there_is_nothing(sample_server: Served, chromium: Browser) -> None:
    page = chromium.new_page()

    answer = page.goto(f"{sample_server.url}/nowhere?locale=nl")

    assert answer is not None
    assert answer.status == 404
    assert page.inner_text("h1") == "Hier is niets te vinden"
    assert page.evaluate("getComputedStyle(document.querySelector('main')).maxInlineSize") != "none"
    page.close()


def listened_to(page: Page) -> list[str]:
    """What the browser says of a page from now on: messages, errors and whatever could not be loaded."""
    told: list[str] = []

    def tell(message: ConsoleMessage) -> None:
        told.append(f"{message.type}: {message.text}")

    page.on("console", tell)
    page.on("pageerror", lambda error: told.append(f"error: {error}"))
    page.on("requestfailed", lambda request: told.append(f"failed: {request.url}"))
    page.on("response", lambda answer: told.append(f"{answer.status}: {answer.url}") if answer.status >= 400 else None)
    return told
