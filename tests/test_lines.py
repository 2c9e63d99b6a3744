"""Tests of many posts on one kept connection: it is as guarded as a single request, and closed when it has to be."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler
from ipaddress import ip_network

import pytest

from engine.errors import ForbiddenAddressError, RetryLaterError, SourceRefusedError
from engine.http import GuardedSession
from tests.servers import Heard, Reply, loopback
from tests.test_http import CERTIFICATE, HOSTILE_URLS, LOOPBACK, Names

HEADERS = {"Content-Type": "application/json", "webhook-id": "msg_1"}


def ok(_heard: Heard) -> Reply:
    return Reply(body=b"yes")


def test_many_posts_take_one_connection_also_when_the_line_is_asked_for_again() -> None:
    with loopback(ok) as server, GuardedSession(LOOPBACK) as session:
        for body in (b"{}", b"[]"):
            with session.line(f"{server.url}/hook?key=1") as line:
                statuses = [line.post(body, HEADERS), line.post(body, HEADERS)]

    assert statuses == [200, 200]
    assert server.connections == 1
    assert [each.body for each in server.heard] == [b"{}", b"{}", b"[]", b"[]"]


def test_a_post_says_what_any_request_says() -> None:
    with loopback(ok) as server, GuardedSession(LOOPBACK, resolve=Names(["127.0.0.1"])) as session:
        with session.line(f"http://cms.example:{server.port}/a b?key=ü") as line:
            line.post(b"{}", HEADERS)
        session.post(f"http://cms.example:{server.port}/a b?key=ü", b"{}", headers=HEADERS)

    posted, requested = server.heard
    assert posted.path == requested.path
    for name in ("Host", "User-Agent", "Accept", "Content-Type", "Content-Length", "webhook-id"):
        assert posted.headers[name] == requested.headers[name]


def test_a_connection_that_the_server_closed_in_the_meantime_is_made_anew() -> None:
    def once(handler: BaseHTTPRequestHandler) -> None:
        # Says nothing of closing, as a server does that gives an idle connection up.
        handler.wfile.write(b"HTTP/1.1 204 No Content\r\n\r\n")

    with loopback(lambda _heard: once) as server, GuardedSession(LOOPBACK) as session:
        with session.line(server.url) as line:
            line.post(b"{}", HEADERS)
        ended = threading.Event()
        while server.connections == 1 and not ended.wait(0.02):
            with session.line(server.url) as line:
                line.post(b"{}", HEADERS)

    assert server.connections > 1


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 9000000\r\n\r\n" + b"x" * 100, id="long"),
        pytest.param(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nyes\r\n", id="chunked"),
        pytest.param(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 3\r\n\r\nyes", id="closing"),
    ],
)
def test_what_is_left_of_an_answer_is_never_taken_for_the_next(answer: bytes) -> None:
    over = threading.Event()

    def hold(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(answer)
        handler.wfile.flush()
        over.wait(5)

    with loopback(lambda _heard: hold) as server, GuardedSession(LOOPBACK, timeout=5) as session:
        with session.line(server.url) as line:
            statuses = [line.post(b"{}", HEADERS), line.post(b"{}", HEADERS)]
        over.set()

    assert statuses == [200, 200]
    assert server.connections == 2


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (Reply(500), RetryLaterError),
        (Reply(429, headers={"Retry-After": "7"}), RetryLaterError),
        (Reply(410), SourceRefusedError),
        (Reply(302, headers={"Location": "/inside"}), SourceRefusedError),
    ],
)
def test_what_is_no_success_is_an_error_with_its_status(reply: Reply, error: type[Exception]) -> None:
    with (
        loopback(lambda _heard: reply) as server,
        GuardedSession(LOOPBACK) as session,
        session.line(f"{server.url}/?key=secret") as line,
        pytest.raises(error) as refused,
    ):
        line.post(b"{}", HEADERS)

    assert getattr(refused.value, "status", None) == reply.status
    assert "secret" not in str(refused.value)
    assert len(server.heard) == 1


@pytest.mark.parametrize("start", [b"", b"HTTP/1.1 200 OK\r\nX-Slow: "])
def test_an_answer_that_drips_takes_no_longer_than_it_may(start: bytes) -> None:
    over = threading.Event()

    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(start)
        while not over.wait(0.05):
            handler.wfile.write(b"x")

    with loopback(lambda _heard: drip) as server, GuardedSession(LOOPBACK, timeout=0.4) as session:
        with session.line(server.url) as line, pytest.raises(RetryLaterError):
            line.post(b"{}", HEADERS)
        over.set()


@pytest.mark.parametrize("url", HOSTILE_URLS)
def test_no_way_inside_is_dialled(url: str) -> None:
    with (
        loopback(ok) as inside,
        GuardedSession(timeout=2) as session,
        session.line(url.format(port=inside.port)) as line,
        pytest.raises((ForbiddenAddressError, RetryLaterError)),
    ):
        line.post(b"{}", HEADERS)

    assert inside.connections == 0


def test_a_name_that_is_outside_first_and_inside_then_gains_nothing() -> None:
    names = Names(["127.0.0.2"], ["127.0.0.1"])
    closing = Reply(204, headers={"Connection": "close"})
    with (
        loopback(lambda _heard: closing, host="127.0.0.2") as outside,
        loopback(ok, port=outside.port) as inside,
        GuardedSession([ip_network("127.0.0.2/32")], timeout=2, resolve=names) as session,
        session.line(f"http://cms.example:{outside.port}/") as line,
    ):
        line.post(b"{}", HEADERS)
        with pytest.raises(ForbiddenAddressError):
            line.post(b"{}", HEADERS)

    assert inside.connections == 0


def test_tls_checks_the_name_and_not_the_address() -> None:
    names = Names(["127.0.0.1"])
    with (
        loopback(ok, certificate=CERTIFICATE) as server,
        GuardedSession(LOOPBACK, resolve=names, ca_file=str(CERTIFICATE)) as session,
    ):
        with session.line(f"https://shop.example:{server.port}/") as line:
            statuses = [line.post(b"{}", HEADERS), line.post(b"{}", HEADERS)]
        with session.line(f"https://other.example:{server.port}/") as line, pytest.raises(SourceRefusedError):
            line.post(b"{}", HEADERS)

    assert statuses == [200, 200]
    assert len(server.heard) == 2


def test_a_certificate_that_nobody_vouches_for_is_refused() -> None:
    with (
        loopback(ok, certificate=CERTIFICATE) as server,
        GuardedSession(LOOPBACK) as session,
        session.line(f"https://127.0.0.1:{server.port}/") as line,
        pytest.raises(SourceRefusedError),
    ):
        line.post(b"{}", HEADERS)

    assert server.heard == []


def test_no_header_can_begin_another_line() -> None:
    with (
        loopback(ok) as server,
        GuardedSession(LOOPBACK) as session,
        session.line(server.url) as line,
        pytest.raises(ValueError, match="end of a line"),
    ):
        line.post(b"{}", {"webhook-id": "msg\r\nHost: elsewhere"})

    assert server.connections == 0
