"""Where deliveries go: never to an inside address, whatever the subscription says or its name server answers."""

from __future__ import annotations

import json
from contextlib import ExitStack
from ipaddress import ip_network
from pathlib import Path

import pytest

from engine.domain import DeliveryState
from engine.http import GuardedSession
from engine.store import Store
from tests.posting import Post, happening
from tests.servers import Reply, loopback
from tests.test_http import HOSTILE_URLS, Names


def failed_without_an_answer(post: Post) -> bool:
    post.happened(happening())
    post.told()
    post.turn()
    [tried] = post.deliveries()
    return tried.state is DeliveryState.WAITING and tried.last is not None and tried.last.status is None


@pytest.mark.parametrize("url", HOSTILE_URLS)
def test_nothing_is_sent_to_a_way_inside(store: Store, url: str) -> None:
    with loopback(lambda _: Reply()) as inside, GuardedSession(timeout=2, max_redirects=0) as http:
        post = Post(store, http)
        post.subscribed(url.format(port=inside.port))
        failed = failed_without_an_answer(post)

    assert failed
    assert inside.connections == 0


def test_nothing_is_sent_to_any_url_of_the_shared_list(shared: Path, store: Store) -> None:
    urls = json.loads((shared / "corpus/security/ssrf_urls.json").read_text(encoding="utf-8"))
    tried = []
    with GuardedSession(timeout=2, max_redirects=0) as http:
        post = Post(store, http)
        for url in urls:
            post.subscribed(url)
            tried.append((url, failed_without_an_answer(post)))
            with store.writing() as transaction:
                transaction.subscriptions.remove(post.kept().id)

    assert len(tried) > 10
    assert [url for url, failed in tried if not failed] == []


def test_a_name_that_is_outside_first_and_inside_then_gains_nothing(store: Store) -> None:
    names = Names(["127.0.0.2"], ["127.0.0.1"])
    with ExitStack() as servers:
        outside = servers.enter_context(loopback(lambda _: Reply(status=500), host="127.0.0.2"))
        inside = servers.enter_context(loopback(lambda _: Reply(), port=outside.port))
        http = servers.enter_context(
            GuardedSession([ip_network("127.0.0.2/32")], timeout=2, max_redirects=0, resolve=names)
        )
        post = Post(store, http)
        post.subscribed(f"http://cms.example:{outside.port}/hooks")
        post.happened(happening())
        post.told()
        post.turn()
        http.close()
        post.clock.at = post.deliveries()[0].due_at or post.clock.at
        post.turn()

    [tried] = post.deliveries()
    assert [each.status for each in tried.log] == [500, None]
    assert "127.0.0.1" in tried.log[-1].problem
    assert inside.connections == 0
