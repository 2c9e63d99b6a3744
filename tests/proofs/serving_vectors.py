"""Proof: signatures are those of Standard Webhooks, and no delivery connects to an inside address."""

from __future__ import annotations

import json
import tempfile
from contextlib import ExitStack
from datetime import UTC, datetime
from ipaddress import ip_network
from pathlib import Path

from engine.domain import SubscriptionId
from engine.http import GuardedSession
from engine.signatures import standard_headers
from engine.store import Store
from tests.posting import Post, happening
from tests.proofs.measuring import SHARED, Ledger, SkippedError
from tests.servers import Reply, loopback
from tests.test_http import HOSTILE_URLS, Names
from tests.test_signing_vectors import VECTORS


def prove(ledger: Ledger) -> None:
    _prove_vectors(ledger)
    with tempfile.TemporaryDirectory(prefix="plaudit-proof-") as folder:
        store = Store.open(f"sqlite:///{Path(folder) / 'plaudit.sqlite'}")
        try:
            _prove_addresses(ledger, store)
            _prove_rebinding(ledger, store)
        finally:
            store.close()


def _prove_vectors(ledger: Ledger) -> None:
    right = 0
    for vector in VECTORS:
        secret, message, seconds, body, signature = vector.values
        headers = standard_headers(
            str(secret), str(message), datetime.fromtimestamp(int(str(seconds)), UTC), _bytes(body)
        )
        right += headers["webhook-signature"] == signature
    ledger.claim("each vector is signed as written", holds=right == len(VECTORS), found=f"{right} of {len(VECTORS)}")


def _prove_addresses(ledger: Ledger, store: Store) -> None:
    listed = SHARED / "corpus" / "security" / "ssrf_urls.json"
    if not listed.exists():
        raise SkippedError("the shared corpus is not beside this checkout")
    with loopback(lambda _: Reply()) as inside, GuardedSession(timeout=2, max_redirects=0) as http:
        urls = [*json.loads(listed.read_text("utf-8")), *(each.format(port=inside.port) for each in HOSTILE_URLS)]
        answered = [url for url in urls if _answered(Post(store, http), url)]
        connections = inside.connections
    ledger.claim(f"of {len(urls)} inside addresses none answers", holds=not answered, found=answered or "none")
    ledger.claim("connections to the inside address", holds=connections == 0, found=connections)


def _prove_rebinding(ledger: Ledger, store: Store) -> None:
    with ExitStack() as stack:
        outside = stack.enter_context(loopback(lambda _: Reply(status=500), host="127.0.0.2"))
        inside = stack.enter_context(loopback(lambda _: Reply(), port=outside.port))
        allow, names = [ip_network("127.0.0.2/32")], Names(["127.0.0.2"], ["127.0.0.1"])
        http = stack.enter_context(GuardedSession(allow, timeout=2, max_redirects=0, resolve=names))
        url = f"http://cms.example:{outside.port}/"
        _answered(Post(store, http), url)
        http.close()
        _answered(Post(store, http), url)
        ledger.claim(
            "a name that is outside first and inside then", holds=inside.connections == 0, found=inside.connections
        )
        ledger.claim("and was reached while it was outside", holds=outside.connections == 1, found=outside.connections)


def _answered(post: Post, url: str) -> bool:
    wanted = post.subscribed(url)
    post.happened(happening())
    post.told()
    post.turn()
    status = [attempt.status for each in post.deliveries() for attempt in each.log]
    with post.store.writing() as transaction:
        transaction.subscriptions.remove(SubscriptionId(wanted.id))
    return any(status)


def _bytes(body: object) -> bytes:
    return body if isinstance(body, bytes) else b""
