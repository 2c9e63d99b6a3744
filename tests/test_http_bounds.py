"""Tests of the bounds in time and size of the outgoing HTTP client."""

from __future__ import annotations

import gzip
import socket
import threading
import tracemalloc
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest

from engine.errors import PlauditError, RetryLaterError, SourceRefusedError
from engine.http import GuardedSession
from tests.servers import Heard, LoopbackServer, Reply, loopback

LOOPBACK = [ip_network("127.0.0.0/8")]
CERTIFICATE = Path(__file__).parent / "samples" / "tls" / "shop.example.pem"


@pytest.fixture
def session() -> Iterator[GuardedSession]:
    with GuardedSession(LOOPBACK, timeout=5) as session:
        yield session


def ok(_heard: Heard) -> Reply:
    return Reply(body=b"yes")


def to(location: str, status: int = 302) -> Reply:
    return Reply(status=status, headers={"Location": location})


def test_a_body_may_be_as_long_as_allowed_and_not_longer() -> None:
    answer = loopback(lambda heard: Reply(body=b"x" * int(heard.path[1:])))
    with answer as server, GuardedSession(LOOPBACK, max_bytes=1000) as session:
        longest = session.get(f"{server.url}/1000")
        with pytest.raises(SourceRefusedError, match="more than 1000 bytes"):
            session.get(f"{server.url}/1001")

    assert len(longest.body) == 1000


@pytest.mark.parametrize("layers", [1, 2])
def test_a_body_is_measured_unpacked(layers: int) -> None:
    packed = b"0" * 100_000_000
    for _ in range(layers):
        packed = gzip.compress(packed, mtime=0)
    bomb = Reply(body=packed, headers={"Content-Encoding": ", ".join(["gzip"] * layers)})

    with loopback(lambda _heard: bomb) as server, GuardedSession(LOOPBACK, max_bytes=1_000_000) as session:
        tracemalloc.start()
        with pytest.raises(SourceRefusedError, match="more than 1000000 bytes"):
            session.get(server.url)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()

    assert peak < 8_000_000


@pytest.mark.parametrize("status", [302, 404, 503])
def test_the_body_of_what_is_no_success_is_not_unpacked(session: GuardedSession, status: int) -> None:
    body = gzip.compress(b"0" * 100_000_000, mtime=0)
    bomb = Reply(status, body, {"Content-Encoding": "gzip", "Location": "/there"})

    with loopback(lambda heard: bomb if heard.path == "/" else Reply(410)) as server:
        tracemalloc.start()
        with pytest.raises((SourceRefusedError, RetryLaterError)):
            session.get(server.url)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()

    assert peak < 8_000_000


def endless(line: bytes, start: bytes = b"") -> Any:
    def write(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(start)
        while True:
            handler.wfile.write(line)

    return lambda _heard: write


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    "flood",
    [
        pytest.param(endless(b"x" * 1000), id="no line end in the status"),
        pytest.param(endless(b"HTTP/1.1 100 Continue\r\n\r\n"), id="continue for ever"),
        pytest.param(endless(b"x" * 1000, CHUNKED + b"5;"), id="no line end in a chunk's extension"),
        pytest.param(endless(b"1;" + b"x" * 900 + b"\r\nx\r\n", CHUNKED), id="extensions on every chunk"),
        pytest.param(endless(b"x" * 1000, CHUNKED + b"0\r\n"), id="no end of trailers"),
        pytest.param(endless(b"x" * 1000, b"HTTP/1.1 200 OK\r\n\r\n"), id="no end of the body"),
    ],
)
def test_a_flood_is_cut_off(flood: Any) -> None:
    with loopback(flood) as server, GuardedSession(LOOPBACK, timeout=20, max_bytes=100_000) as session:
        tracemalloc.start()
        with pytest.raises(PlauditError) as error:
            session.get(server.url)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()

    assert "took too long" not in str(error.value)
    assert peak < 8_000_000


@pytest.mark.parametrize(
    "start",
    [
        pytest.param(b"", id="status"),
        pytest.param(b"HTTP/1.1 200 OK\r\nX-Slow: ", id="header"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n", id="body"),
        pytest.param(CHUNKED + b"5;", id="chunk"),
    ],
)
def test_a_drop_now_and_then_does_not_stretch_the_time(start: bytes) -> None:
    over = threading.Event()

    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(start)
        while not over.wait(0.05):
            handler.wfile.write(b"x")

    with loopback(lambda _heard: drip) as server, GuardedSession(LOOPBACK, timeout=0.4) as session:
        with pytest.raises(RetryLaterError):
            session.get(server.url)
        over.set()


def test_the_time_is_for_all_redirects_together() -> None:
    over = threading.Event()

    def late(_heard: Heard) -> Reply:
        over.wait(0.15)
        return to("/again")

    with loopback(late) as server, GuardedSession(LOOPBACK, timeout=0.4, max_redirects=100) as session:
        with pytest.raises(RetryLaterError):
            session.get(server.url)
        over.set()

    assert len(server.heard) < 5


def test_a_server_that_never_answers_the_handshake_is_left() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent, GuardedSession(LOOPBACK, timeout=0.3) as session:
        url = f"https://127.0.0.1:{silent.getsockname()[1]}/"
        with pytest.raises(RetryLaterError):
            session.get(url)


def test_threads_share_a_session_each_with_its_own_time(session: GuardedSession) -> None:
    answers: list[bytes] = []

    def ask(server: LoopbackServer) -> None:
        answers.extend(session.get(server.url).body for _ in range(20))

    with loopback(ok) as server:
        threads = [threading.Thread(target=ask, args=(server,)) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        session.close()

    assert answers == [b"yes"] * 160
