"""Tests of how the outgoing HTTP client follows redirects."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest

from engine.errors import SourceRefusedError
from engine.http import GuardedSession
from tests.servers import Heard, Reply, loopback

LOOPBACK = [ip_network("127.0.0.0/8")]
CERTIFICATE = Path(__file__).parent / "samples" / "tls" / "shop.example.pem"


@pytest.fixture
def session() -> Iterator[GuardedSession]:
    with GuardedSession(LOOPBACK, timeout=5) as session:
        yield session


def ok(_heard: Heard) -> Reply:
    return Reply(body=b"yes")


def answering(*replies: Reply) -> Any:
    left = list(replies)
    return lambda _heard: left.pop(0)


def to(location: str, status: int = 302) -> Reply:
    return Reply(status=status, headers={"Location": location})


def test_follows_a_redirect_on_the_same_host_with_all_headers(session: GuardedSession) -> None:
    with loopback(answering(to("/there"), Reply(body=b"yes"))) as server:
        answer = session.get(f"{server.url}/here", headers={"Authorization": "Bearer kettle"})

    assert (answer.url, answer.body) == (f"{server.url}/there", b"yes")
    assert [heard.headers["Authorization"] for heard in server.heard] == ["Bearer kettle"] * 2


def test_what_may_be_a_secret_stays_with_the_host_it_was_for(session: GuardedSession) -> None:
    secrets = {"Authorization": "Bearer kettle", "X-Api-Key": "kettle", "Cookie": "kettle"}
    with loopback(ok) as other, loopback(lambda _heard: to(other.url)) as server:
        session.get(server.url, headers={**secrets, "Accept": "application/json"})

    assert "kettle" in server.heard[0].headers["X-Api-Key"]
    assert "kettle" not in str(other.heard[0].headers)
    assert other.heard[0].headers["Accept"] == "application/json"


def test_stops_after_so_many_redirects() -> None:
    with (
        loopback(lambda _heard: to("/again")) as server,
        GuardedSession(LOOPBACK, max_redirects=3) as session,
        pytest.raises(SourceRefusedError, match="more than 3 times"),
    ):
        session.get(server.url)

    assert len(server.heard) == 4


@pytest.mark.parametrize(
    ("status", "method", "body"),
    [(301, "GET", b""), (302, "GET", b""), (303, "GET", b""), (307, "POST", b"word"), (308, "POST", b"word")],
)
def test_a_redirected_post_goes_on_as_browsers_do_it(
    session: GuardedSession, status: int, method: str, body: bytes
) -> None:
    with loopback(answering(to("/there", status), Reply())) as server:
        session.post(f"{server.url}/here", b"word", headers={"Content-Type": "text/plain"})

    assert (server.heard[1].method, server.heard[1].body) == (method, body)
    assert ("Content-Type" in server.heard[1].headers) is bool(body)


def test_what_was_posted_is_not_passed_on_to_another_host(session: GuardedSession) -> None:
    with (
        loopback(ok) as other,
        loopback(lambda _heard: to(other.url, 307)) as server,
        pytest.raises(SourceRefusedError, match="passed on"),
    ):
        session.post(server.url, b"word")

    assert other.connections == 0
