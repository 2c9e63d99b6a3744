"""Tests of counting who asks for what: nothing is kept of a person, and strangers fill no memory."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from threading import Event
from typing import Any

import pytest

from engine.agents import AgentKind
from engine.store import ServedCount, Store
from review_site.observing.counts import MOST_AGENTS, Counts
from review_site.observing.requests import Asked, Observer, is_public
from review_site.observing.served import count_served, write_down
from review_site.snippet_server import Answer
from tests.factories import NOON

DAY = NOON.date()
GOOGLEBOT = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.0.0 Safari/537.36"


def kept(store: Store, start: date = DAY, days: int = 1) -> Mapping[tuple[str, str, str], int]:
    with store.reading() as transaction:
        found = transaction.served.between(start, start + timedelta(days=days))
    return {(each.name, str(each.kind), each.agent): each.count for each in found}


def request(user_agent: str, **others: str) -> dict[str, Any]:
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/x", "REMOTE_ADDR": "203.0.113.7"}
    return environ | {"HTTP_USER_AGENT": user_agent} | others


def test_counts_are_added_up_by_day_name_and_agent(store: Store) -> None:
    counts = Counts()
    observer = Observer(counts=counts)
    for agent in (GOOGLEBOT, CHROME, GOOGLEBOT):
        observer.snippet(request(agent), Answer(200, [], b"", "list"), "id", 0.001)
    write_down(store, counts, NOON)
    observer.snippet(request(GOOGLEBOT), Answer(304, [], b"", "list"), "id", 0.001)
    observer.snippet(request(GOOGLEBOT), Answer(200, [], b"", "jsonld"), "id", 0.001)

    write_down(store, counts, NOON)
    write_down(store, counts, NOON)

    assert kept(store) == {
        ("jsonld", "search", "Googlebot"): 1,
        ("list", "browser", ""): 1,
        ("list", "search", "Googlebot"): 3,
    }


def test_another_day_is_counted_by_itself(store: Store) -> None:
    count = ServedCount(day=DAY, name="list", kind=AgentKind.SEARCH, agent="bingbot", count=2)
    with store.writing() as transaction:
        transaction.served.add([count])
        transaction.served.add(
            [ServedCount(day=DAY - timedelta(days=1), name="list", kind=count.kind, agent="", count=1)]
        )

    with store.reading() as transaction:
        assert transaction.served.since() == DAY - timedelta(days=1)
        assert transaction.served.between(DAY, DAY + timedelta(days=1)) == [count]


def test_a_stretch_of_days_is_added_up_by_day_and_by_agent(store: Store) -> None:
    names = [("list", 0, 2), ("list", 1, 3), ("badge", 1, 4), ("list", 40, 100)]
    with store.writing() as transaction:
        transaction.served.add(
            ServedCount(day=DAY - timedelta(days=ago), name=name, kind=AgentKind.SEARCH, agent="bingbot", count=count)
            for name, ago, count in names
        )

    with store.reading() as transaction:
        found = transaction.served.totals(DAY - timedelta(days=27), DAY + timedelta(days=1))

    assert found.days == {(DAY, AgentKind.SEARCH): 2, (DAY - timedelta(days=1), AgentKind.SEARCH): 7}
    assert found.agents == {("list", AgentKind.SEARCH, "bingbot"): 5, ("badge", AgentKind.SEARCH, "bingbot"): 4}


def test_public_pages_are_counted_and_nothing_else() -> None:
    counts = Counts()
    observer = Observer(counts=counts)

    for route, status in (("/llms.txt", 200), ("/reviews/<subject>.md", 304), ("/llms.txt", 404), ("/console", 200)):
        observer.answered(request(GOOGLEBOT), Asked(id="1", begun=0, route=route), status, 0, 0.001)
    observer.answered(request(GOOGLEBOT, REQUEST_METHOD="POST"), Asked(id="1", begun=0, route="/llms.txt"), 200, 0, 0.0)

    assert counts.take_asked() == {("/llms.txt", GOOGLEBOT): 1, ("/reviews/<subject>.md", GOOGLEBOT): 1}


@pytest.mark.parametrize("route", ["", "/v1/reviews", "/assets/<name>", "/r/<token>", "/mine/<token>", "/healthz"])
def test_what_is_no_content_is_not_counted(route: str) -> None:
    assert not is_public(route)


def test_strangers_who_call_themselves_anything_fill_no_memory() -> None:
    counts = Counts()

    for number in range(MOST_AGENTS + 500):
        counts.snippet("list", 200, 0.001, f"stranger {number}")
    counts.snippet("list", 200, 0.001, "x" * 8000)

    asked = counts.take_asked()
    assert len(asked) == MOST_AGENTS + 1
    assert asked["list", ""] == 501
    assert sum(asked.values()) == MOST_AGENTS + 501


def test_what_was_counted_last_is_written_down_at_the_end(store: Store) -> None:
    counts, stop = Counts(), Event()
    counts.snippet("list", 200, 0.001, "curl/8")
    stop.set()

    count_served(store, counts, stop, lambda: NOON)

    assert kept(store) == {("list", "server", "curl"): 1}


def test_a_database_that_refuses_stops_no_count(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    counts = Counts()
    counts.snippet("list", 200, 0.001, "curl/8")
    broken = Store("sqlite:////nowhere/at/all.sqlite")

    write_down(broken, counts, NOON)
    counts.snippet("list", 200, 0.001, "curl/8")
    write_down(store, counts, NOON)

    assert "could not be written down" in caplog.text
    assert kept(store) == {("list", "server", "curl"): 1}
