"""Tests of robots.txt: which rule decides, how much of a file is read, and what a host that does not answer allows."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_network

import pytest

from engine.errors import RetryLaterError
from engine.http import GuardedSession
from engine.robots import LARGEST, fetch_robots, read_robots
from tests.servers import Reply, loopback

SHOP = "https://shop.example"
ROBOTS = """\
# a shop
User-agent: *
Disallow: /cart
Disallow: /*?sort=
Allow: /cart/help
Disallow: /*.pdf$

User-agent: Googlebot
User-agent: Bingbot
Crawl-delay: 2.5
Disallow:

User-agent: plaudit/2
Disallow: /private
"""


@pytest.fixture
def session() -> Iterator[GuardedSession]:
    with GuardedSession([ip_network("127.0.0.0/8")], max_bytes=2 * LARGEST) as opened:
        yield opened


@pytest.mark.parametrize(
    ("agent", "path", "allowed"),
    [
        ("Plaudit", "/p/1", True),
        ("Other", "/cart", False),
        ("Other", "/cart/checkout", False),
        ("Other", "/cart/help", True),
        ("Other", "/p?sort=price", False),
        ("Other", "/p?color=red&sort=price", True),
        ("Other", "/a.pdf", False),
        ("Other", "/a.pdf?x", True),
        ("Other", "/%63art", False),
        ("Googlebot", "/cart", True),
        ("bingbot", "/cart", True),
        ("Plaudit", "/private/1", False),
        ("Plaudit", "/cart", True),
        ("Other", "/robots.txt", True),
    ],
)
def test_the_longest_rule_of_the_own_group_decides(agent: str, path: str, allowed: bool) -> None:
    assert read_robots(ROBOTS).allows(agent, f"https://shop.example{path}") is allowed


def test_a_robots_file_may_ask_for_time_between_requests() -> None:
    robots = read_robots(ROBOTS)

    assert (robots.delay("Bingbot"), robots.delay("Other")) == (2.5, None)


def test_a_robots_file_full_of_stars_is_judged_at_once() -> None:
    robots = read_robots("User-agent: *\nDisallow: /" + "*a" * 5000 + "$\n")

    assert robots.allows("Plaudit", "https://shop.example/" + "a" * 2000 + "b")


def test_names_and_rules_are_read_in_any_case_and_beside_comments() -> None:
    robots = read_robots("USER-AGENT: PLAUDIT # us\r\ndisallow: /private # keep out\r\n\r\nnonsense\r\n")

    assert not robots.allows("Plaudit", f"{SHOP}/private/1")
    assert robots.allows("Plaudit", f"{SHOP}/Private/1")


def test_groups_of_one_name_are_one_group() -> None:
    robots = read_robots(
        "User-agent: *\nDisallow: /a\n\nUser-agent: Other\nDisallow: /\n\nUser-agent: *\nDisallow: /b\n"
    )

    assert [robots.allows("Plaudit", SHOP + path) for path in ("/a", "/b", "/c")] == [False, False, True]


def test_of_two_rules_as_long_the_one_that_allows_decides() -> None:
    robots = read_robots("User-agent: *\nDisallow: /sale\nAllow: /sale\n")

    assert robots.allows("Plaudit", f"{SHOP}/sale")


def test_an_empty_rule_forbids_nothing() -> None:
    assert read_robots("User-agent: *\nDisallow:\n").allows("Plaudit", f"{SHOP}/anything")


def test_a_file_of_nonsense_forbids_nothing() -> None:
    assert read_robots("<!doctype html>\x00<p>Disallow: /</p>\ud800").allows("Plaudit", f"{SHOP}/anything")


def test_the_first_500_kib_of_a_file_hold() -> None:
    robots = read_robots("User-agent: *\nDisallow: /cart\n" + "# shop\n" * LARGEST + "Disallow: /late\n")

    assert not robots.allows("Plaudit", f"{SHOP}/cart")
    assert robots.allows("Plaudit", f"{SHOP}/late")


def test_the_line_that_the_limit_cuts_forbids_nothing() -> None:
    start = "User-agent: *\nDisallow: /cart\n"
    cut = "Disallow: /private-sale"
    room = LARGEST - len(start) - len("Disallow: /p")
    robots = read_robots(f"{start}#{'x' * (room - 2)}\n{cut}\n")

    assert robots.allows("Plaudit", f"{SHOP}/products")
    assert not robots.allows("Plaudit", f"{SHOP}/cart")


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["plain", "byte order mark"])
@pytest.mark.parametrize("size", [LARGEST, 3 * LARGEST], ids=["at the limit", "more than we fetch"])
def test_a_host_that_writes_much_has_not_allowed_everything(session: GuardedSession, mark: bytes, size: int) -> None:
    body = mark + b"User-agent: *\nDisallow: /cart\n" + b"# shop\n" * (size // 7)
    with loopback(lambda _: Reply(body=body)) as server:
        robots = fetch_robots(session, f"{server.url}/p/1")

        assert not robots.allows("Plaudit", f"{server.url}/cart")
        assert robots.allows("Plaudit", f"{server.url}/p/1")
        assert [heard.path for heard in server.heard] == ["/robots.txt"]


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_a_host_that_refuses_to_tell_its_rules_allows_everything(session: GuardedSession, status: int) -> None:
    with loopback(lambda _: Reply(status=status)) as server:
        robots = fetch_robots(session, f"{server.url}/p/1")

        assert robots.allows("Plaudit", f"{server.url}/cart")


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_host_that_does_not_answer_allows_nothing_for_now(session: GuardedSession, status: int) -> None:
    with loopback(lambda _: Reply(status=status)) as server, pytest.raises(RetryLaterError):
        fetch_robots(session, f"{server.url}/p/1")
