"""Proof: schemathesis, with every check it has, over openapi.yaml against a real server: 5,000 cases and no failure."""

from __future__ import annotations

from engine.domain import Permission, State
from engine.store import Store
from review_site.wiring import now
from tests.contract import KEYS, Asked, judged
from tests.proofs.instances import Instance, Server, ground
from tests.proofs.measuring import Ledger
from tests.signing import make_key

CASES = 5_000
EXAMPLES = 60
"""Of each operation; beside them are those that cover every bound of every schema."""
LIMIT = 1_800.0
"""Seconds."""


def prove(ledger: Ledger) -> None:
    with ground() as place:
        instance = place.instance("openapi", '[site]\nname = "Larkfield"\n')
        instance.plaudit("demo")
        with instance.serving() as server:
            verdict = judged(_asked(instance, server), place.folder, examples=EXAMPLES, limit=LIMIT)
    for line in verdict.failures:
        ledger.say(line)
    ledger.say(verdict.said.rpartition("SUMMARY")[2].strip("=\n "))
    ledger.claim(f"at least {CASES:,} cases", holds=verdict.cases >= CASES, found=verdict.cases)
    ledger.claim("no failure", holds=verdict.status == 0, found=f"status {verdict.status}")


def _asked(instance: Instance, server: Server) -> Asked:
    store = Store(instance.url)
    with store.reading() as transaction:
        review = transaction.reviews.waiting(State.APPROVED, limit=1)[0].review.id
        topic = transaction.topics.ids()[0]
    keys = [make_key(store, *Permission, now=now()) for _ in range(KEYS)]
    store.close()
    return Asked(url=f"http://127.0.0.1:{server.port}", keys=keys, review=review, topic=topic)
