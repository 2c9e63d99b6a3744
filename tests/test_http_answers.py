"""Tests of what the outgoing HTTP client makes of an answer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest

from engine.errors import RetryLaterError, SourceRefusedError
from engine.http import GuardedSession
from tests.servers import Heard, Reply, loopback

LOOPBACK = [ip_network("127.0.0.0/8")]
CERTIFICATE = Path(__file__).parent / "samples" / "tls" / "shop.example.pem"

NOON = "Sat, 21 Nov 2026 12:00:00 GMT"


@pytest.fixture
def session() -> Iterator[GuardedSession]:
    with GuardedSession(LOOPBACK, timeout=5) as session:
        yield session


def ok(_heard: Heard) -> Reply:
    return Reply(body=b"yes")


@pytest.mark.parametrize(
    ("reply", "seconds"),
    [
        (Reply(429, headers={"Retry-After": "120"}), 120.0),
        (Reply(503, headers={"Retry-After": "Sat, 21 Nov 2026 12:01:30 GMT", "Date": NOON}), 90.0),
        (Reply(503, headers={"Retry-After": "Fri, 20 Nov 2026 12:00:00 GMT", "Date": NOON}), 0.0),
        (Reply(503, headers={"Retry-After": "Sat, 21 Nov 2026 12:01:30 GMT"}), None),
        (Reply(503, headers={"Retry-After": "999999999"}), 86400.0),
        (Reply(503, headers={"Retry-After": "-5"}), None),
        (Reply(503, headers={"Retry-After": "soon"}), None),
        (Reply(500), None),
        (Reply(408), None),
    ],
)
def test_a_busy_or_broken_server_means_later(session: GuardedSession, reply: Reply, seconds: float | None) -> None:
    with loopback(lambda _heard: reply) as server, pytest.raises(RetryLaterError) as error:
        session.get(f"{server.url}/?key=secret")

    assert error.value.retry_after == seconds
    assert "secret" not in str(error.value)


def test_a_date_to_come_back_on_counts_from_our_clock_where_the_server_tells_no_time() -> None:
    reply = Reply(429, headers={"Retry-After": "Sat, 21 Nov 2026 12:01:30 GMT"})

    with (
        loopback(lambda _heard: reply) as server,
        GuardedSession(LOOPBACK, clock=lambda: datetime(2026, 11, 21, 12, tzinfo=UTC)) as session,
        pytest.raises(RetryLaterError) as error,
    ):
        session.get(server.url)

    assert error.value.retry_after == 90


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 305])
def test_a_server_that_says_no_is_taken_at_its_word(session: GuardedSession, status: int) -> None:
    with loopback(lambda _heard: Reply(status)) as server, pytest.raises(SourceRefusedError) as error:
        session.get(server.url)

    assert error.value.status == status


def test_nothing_changed_is_an_answer(session: GuardedSession) -> None:
    with loopback(lambda _heard: Reply(304, headers={"ETag": '"3"'})) as server:
        answer = session.get(server.url, headers={"If-None-Match": '"3"'})

    assert (answer.status, answer.headers["etag"], answer.body) == (304, '"3"', b"")


@pytest.mark.parametrize(
    ("content_type", "body", "text"),
    [
        ("text/plain; charset=windows-1252", b"gr\xf6\xdfe", "größe"),
        ("text/plain", "größe".encode(), "größe"),
        ("text/plain; charset=punycode", b"gre-9qa2d", "gre-9qa2d"),
        ("text/plain; charset=zlib", b"\xff", "\ufffd"),
        ("", b"\xef\xbb\xbfyes", "yes"),
    ],
)
def test_reads_text_in_the_encoding_that_is_named(
    session: GuardedSession, content_type: str, body: bytes, text: str
) -> None:
    with loopback(lambda _heard: Reply(body=body, headers={"Content-Type": content_type})) as server:
        assert session.get(server.url).text == text


@pytest.mark.parametrize("body", [b"<html>", b"", b"\xff", b"[" * 100_000])
def test_an_answer_that_is_not_json_is_a_refusal(session: GuardedSession, body: bytes) -> None:
    with loopback(lambda _heard: Reply(body=body)) as server, pytest.raises(SourceRefusedError):
        session.get(server.url).json()


def test_a_connection_is_used_again(session: GuardedSession) -> None:
    with loopback(ok) as server:
        for _ in range(5):
            session.get(server.url)
        session.close()

    assert server.connections == 1


@pytest.mark.parametrize(
    "names",
    [
        pytest.param(lambda _host, _port: [], id="no address"),
        pytest.param(lambda host, _port: host.encode("idna") and [], id="a label too long"),
    ],
)
def test_a_name_without_an_address_means_later(names: Any) -> None:
    with GuardedSession(LOOPBACK, resolve=names) as session, pytest.raises(RetryLaterError, match="cannot be found"):
        session.get(f"http://{'x' * 70}.example/")


def test_a_server_that_hangs_up_means_later(session: GuardedSession) -> None:
    def hang_up(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nyes")

    with loopback(lambda _heard: hang_up) as server, pytest.raises(RetryLaterError):
        session.get(server.url)


def test_a_port_where_nobody_listens_means_later(session: GuardedSession) -> None:
    with loopback(ok) as server:
        url = server.url

    with pytest.raises(RetryLaterError, match="does not answer"):
        session.get(url)
