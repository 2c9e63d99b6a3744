"""Tests of where the outgoing HTTP client connects to, with real servers on loopback."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from ipaddress import ip_network
from pathlib import Path

import pytest

from engine.errors import ForbiddenAddressError, PlauditError, SourceRefusedError
from engine.http import GuardedSession
from tests.servers import Heard, Reply, loopback

LOOPBACK = [ip_network("127.0.0.0/8")]
CERTIFICATE = Path(__file__).parent / "samples" / "tls" / "shop.example.pem"

HOSTILE_URLS = [
    "http://127.0.0.1:{port}/",
    "http://127.1:{port}/",
    "http://0:{port}/",
    "http://2130706433:{port}/",
    "http://0x7f000001:{port}/",
    "http://0177.0.0.1:{port}/",
    "http://0x7f.1:{port}/",
    "http://[::ffff:127.0.0.1]:{port}/",
    "http://[::ffff:0:127.0.0.1]:{port}/",
    "http://[64:ff9b::7f00:1]:{port}/",
    "http://[2002:7f00:1::]:{port}/",
    "http://[fe80::1%25lo]:{port}/",
    "http://localhost:{port}/",
    "http://LOCALHOST.:{port}/",
    "http://a.localhost:{port}/",
    "http://\u2460\u2461\u2466.0.0.1:{port}/",
    "http://127\u30020\u30020\u30021:{port}/",
    "http://shop.example@127.0.0.1:{port}/",
    "http://127.0.0.1:{port}#@shop.example/",
    "http://shop.example\\@127.0.0.1:{port}/",
    "http://127.0.0.1%00.shop.example:{port}/",
    "http://user:pass@shop.example:{port}/",
    "file:///etc/passwd",
    "ftp://127.0.0.1:{port}/",
    "gopher://127.0.0.1:{port}/_x",
    "//127.0.0.1:{port}/",
    "http:///etc",
    "http://[::1",
    "http://shop.example:0/",
    "http://shop.example:99999/",
    "http://shop.example:x/",
    "http://shop.example\r\nX: y/",
    "",
]


@pytest.fixture
def session() -> Iterator[GuardedSession]:
    with GuardedSession(LOOPBACK, timeout=5) as session:
        yield session


class Names:
    """A name server whose answers are listed in advance; the last one stays."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    def __call__(self, host: str, _port: int) -> Sequence[str]:
        self.asked.append(host)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


def ok(_heard: Heard) -> Reply:
    return Reply(body=b"yes")


def to(location: str, status: int = 302) -> Reply:
    return Reply(status=status, headers={"Location": location})


@pytest.mark.parametrize("url", HOSTILE_URLS)
def test_refuses_a_way_inside_without_connecting(url: str) -> None:
    with loopback(ok) as server, GuardedSession(timeout=5) as session:
        with pytest.raises(ForbiddenAddressError):
            session.get(url.format(port=server.port))
        connections = server.connections

    assert connections == 0


def test_refuses_every_url_of_the_shared_list(shared: Path) -> None:
    urls = json.loads((shared / "corpus/security/ssrf_urls.json").read_text())

    with GuardedSession(timeout=5) as session:
        passed = [url for url in urls if not _is_forbidden(session, url)]

    assert passed == []


@pytest.mark.parametrize("location", [url for url in HOSTILE_URLS if "\n" not in url])
def test_refuses_a_redirect_to_a_way_inside(location: str) -> None:
    with ExitStack() as servers:
        inside = servers.enter_context(loopback(ok))
        elsewhere = to(location.format(port=inside.port).encode().decode("latin-1"))
        outside = servers.enter_context(loopback(lambda _heard: elsewhere, host="127.0.0.2"))
        session = GuardedSession([ip_network("127.0.0.2/32")], timeout=5)

        with pytest.raises(SourceRefusedError):
            session.get(outside.url)

    assert outside.connections > 0
    assert inside.connections == 0


def test_a_name_that_changes_its_answer_gains_nothing() -> None:
    names = Names(["127.0.0.2"], ["127.0.0.1"])
    with ExitStack() as servers:
        outside = servers.enter_context(loopback(ok, host="127.0.0.2"))
        inside = servers.enter_context(loopback(ok, port=outside.port))
        session = GuardedSession([ip_network("127.0.0.2/32")], timeout=5, resolve=names)
        url = f"http://shop.example:{outside.port}/"

        first = session.get(url)
        again = session.get(url)
        session.close()
        with pytest.raises(ForbiddenAddressError, match=r"shop\.example is 127\.0\.0\.1"):
            session.get(url)

    assert (first.body, again.body) == (b"yes", b"yes")
    assert names.asked == ["shop.example", "shop.example"]
    assert outside.connections == 1
    assert inside.connections == 0


def test_of_several_addresses_only_those_that_are_allowed_are_dialled() -> None:
    names = Names(["127.0.0.1", "10.0.0.1", "127.0.0.2"])
    with ExitStack() as servers:
        outside = servers.enter_context(loopback(ok, host="127.0.0.2"))
        inside = servers.enter_context(loopback(ok, port=outside.port))
        session = GuardedSession([ip_network("127.0.0.2/32")], timeout=5, resolve=names)

        answer = session.get(f"http://shop.example:{outside.port}/")

    assert answer.body == b"yes"
    assert inside.connections == 0


def test_the_next_address_is_tried_when_one_does_not_answer() -> None:
    with loopback(ok) as server, GuardedSession(LOOPBACK, resolve=Names(["127.0.0.9", "127.0.0.1"])) as session:
        answer = session.get(f"http://shop.example:{server.port}/")

    assert answer.body == b"yes"


def test_the_server_sees_the_name_that_was_asked_for() -> None:
    with loopback(ok) as server, GuardedSession(LOOPBACK, resolve=Names(["127.0.0.1"])) as session:
        session.get(f"http://shop.example:{server.port}/kettles?page=2", params={"stars": "5"})

    assert server.heard[0].headers["Host"] == f"shop.example:{server.port}"
    assert server.heard[0].path == "/kettles?page=2&stars=5"


def test_tls_checks_the_name_and_not_the_address() -> None:
    names = Names(["127.0.0.1"])
    with (
        loopback(ok, certificate=CERTIFICATE) as server,
        GuardedSession(LOOPBACK, resolve=names, ca_file=str(CERTIFICATE)) as session,
    ):
        answer = session.get(f"https://shop.example:{server.port}/")
        with pytest.raises(SourceRefusedError, match=r"other\.example"):
            session.get(f"https://other.example:{server.port}/?key=secret")

    assert answer.body == b"yes"
    assert len(server.heard) == 1


def test_a_certificate_that_nobody_vouches_for_is_refused() -> None:
    with (
        loopback(ok, certificate=CERTIFICATE) as server,
        GuardedSession(LOOPBACK) as session,
        pytest.raises(SourceRefusedError),
    ):
        session.get(f"https://127.0.0.1:{server.port}/")

    assert server.heard == []


def test_the_environment_has_no_say(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, session: GuardedSession) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login owen password kettle\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")

    with loopback(ok) as server:
        session.get(server.url)

    assert "Authorization" not in server.heard[0].headers


def test_no_cookie_is_kept(session: GuardedSession) -> None:
    with loopback(lambda _heard: Reply(headers={"Set-Cookie": "who=owen; Path=/"})) as server:
        session.get(server.url)
        session.get(server.url)

    assert "Cookie" not in server.heard[1].headers


def _is_forbidden(session: GuardedSession, url: str) -> bool:
    try:
        session.get(url)
    except ForbiddenAddressError:
        return True
    except PlauditError:
        return False
    return False
