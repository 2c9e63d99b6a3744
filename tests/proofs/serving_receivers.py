"""Proof: receivers that fail in every way, and fifty that hear each of 10,000 events though the worker is killed.

``PROOF_EVENTS`` in the environment is another number of events.
"""

from __future__ import annotations

import json
import os
import random
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from urllib.request import urlopen

from engine.domain import Event, EventKind, SigningSecret, SubjectId, Subscription, SubscriptionId
from engine.signatures import new_secret
from engine.store import Store
from tests.proofs.instances import SQLITE, Instance, ground
from tests.proofs.measuring import Ledger, table, wait_until

EVENTS = int(os.environ.get("PROOF_EVENTS", "10000"))
SUBSCRIBERS = 50
KILLS = 10
STEP = 500
LONGEST = 3 * 3600.0
MOST_MINUTES = 15.0
SEED = 20261122
INSIDE = '[http]\nallow = ["127.0.0.1/32"]\n[webhooks]\nthreads = 4\n'
AT_FIRST = ("broken", "closes", "redirects")
NEVER = ("broken", "hangs", "redirects", "closes", "gone")


def prove(ledger: Ledger) -> None:
    wells = [f"well.{number}" for number in range(SUBSCRIBERS - len(AT_FIRST))] + [f"{way}-first" for way in AT_FIRST]
    known = {name: new_secret(secrets.token_bytes(32)) for name in (*wells, *NEVER)}
    with ground(SQLITE) as place, receivers(known) as port:
        instance = place.instance("telling", INSIDE)
        instance.plaudit("subscriptions", "list")
        store = Store.open(instance.url)
        _subscribe(store, known, port)
        begun = time.monotonic()
        kills = _kill_again_and_again(instance, store, port, wells)
        with instance.running("work"):
            wait_until("every event", lambda: _taken(port, wells) >= EVENTS * len(wells), limit=LONGEST, every=1.0)
            seconds = time.monotonic() - begun
            if EVENTS >= 10_000:
                ledger.at_most("all of it, kills and new starts included", seconds / 60, MOST_MINUTES, "minutes")
            _claim_disabled(ledger, store)
        _judge(ledger, report(port), wells, kills, seconds)
        store.close()


def _judge(ledger: Ledger, found: Mapping[str, Any], wells: list[str], kills: int, seconds: float) -> None:
    heard = found["heard"]
    rows: list[tuple[object, ...]] = [(name, *_figures(heard[name])) for name in (*AT_FIRST_NAMES, *NEVER)]
    rows.append(
        (f"{len(wells) - len(AT_FIRST)} others", *_sum(heard[name] for name in wells if name.startswith("well")))
    )
    for line in table(("receiver", "asked", "events taken", "taken twice or more", "unsigned"), rows):
        ledger.say(line)
    asked = sum(each["asked"] for each in heard.values())
    ledger.say(f"{asked} requests in {seconds:.0f} s: {asked / seconds:.0f} a second, kills and new starts included")
    ledger.claim(f"{KILLS} kills -9, each with deliveries in hand", holds=kills == KILLS, found=kills)
    missing = sum(EVENTS - len(heard[name]["events"]) for name in wells)
    ledger.claim(
        f"each of {EVENTS} events came to each of {len(wells)} subscribers at least once",
        holds=missing == 0,
        found=f"{missing} missing",
    )
    unsigned = sum(each["unsigned"] for each in heard.values())
    ledger.claim("nothing came unsigned", holds=unsigned == 0, found=f"{unsigned} of {asked}")
    ledger.claim("no redirect to an inside address was followed", holds=found["inside"] == 0, found=found["inside"])


AT_FIRST_NAMES = tuple(f"{way}-first" for way in AT_FIRST)


def _figures(heard: Mapping[str, Any]) -> tuple[int, int, int, int]:
    twice = sum(count > 1 for count in heard["events"].values())
    return heard["asked"], len(heard["events"]), twice, heard["unsigned"]


def _sum(several: Iterator[Mapping[str, Any]]) -> tuple[int, ...]:
    return tuple(map(sum, zip(*map(_figures, several), strict=True)))


def _claim_disabled(ledger: Ledger, store: Store) -> None:
    with store.reading() as transaction:
        disabled = {each.note: each.disabled_because for each in transaction.subscriptions.all() if each.disabled_at}
        told = [event for _, event in transaction.events.between(*_ALWAYS, [EventKind.SUBSCRIPTION_DISABLED], limit=9)]
    ledger.claim("410 disables, and nothing else does", holds=set(disabled) == {"gone"}, found=disabled)
    ledger.claim("that is an event too", holds=len(told) == 1, found=len(told))


_ALWAYS = (datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))


@contextmanager
def receivers(known: Mapping[str, str]) -> Iterator[int]:
    command = [sys.executable, "-m", "tests.proofs.receivers"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        print(json.dumps(dict(known)), file=process.stdin, flush=True)
        try:
            yield int(process.stdout.readline())
        finally:
            process.kill()


def report(port: int) -> dict[str, Any]:
    with urlopen(f"http://127.0.0.1:{port}/report") as answer:
        said: dict[str, Any] = json.load(answer)
    return said


def _taken(port: int, wells: list[str]) -> int:
    with urlopen(f"http://127.0.0.1:{port}/count") as answer:
        counted = json.load(answer)
    return sum(counted[name] for name in wells)


def _subscribe(store: Store, known: Mapping[str, str], port: int) -> None:
    now = datetime.now(UTC)
    with store.writing() as transaction:
        for name, secret in known.items():
            transaction.subscriptions.add(
                Subscription(
                    id=SubscriptionId(f"sub_{name}"),
                    url=f"http://127.0.0.1:{port}/{name}",
                    secrets=(SigningSecret(text=secret),),
                    created_at=now,
                    events=frozenset({EventKind.SNIPPET_UPDATED}),
                    note=name,
                )
            )


def _happen(store: Store, first: int, count: int) -> None:
    now = datetime.now(UTC)
    events = [
        Event(
            kind=EventKind.SNIPPET_UPDATED,
            at=now,
            by="proof",
            subject_id=SubjectId(f"s{number}"),
            details={"name": "list", "locale": "en", "version": number, "etag": f"{number:016x}"},
        )
        for number in range(first, first + count)
    ]
    with store.writing() as transaction:
        transaction.events.add(events)


def _kill_again_and_again(instance: Instance, store: Store, port: int, wells: list[str]) -> int:
    """Lets events happen in steps and kills the worker after each while it sends; how many kills hit a turn."""
    chance, landed = random.Random(SEED), 0
    step = EVENTS // KILLS
    for kill in range(KILLS):
        _happen(store, kill * step, step)
        before = _taken(port, wells)
        with instance.running("work") as worker:
            wait_until("deliveries", lambda: _taken(port, wells) > before, limit=120, every=0.05)  # noqa: B023
            time.sleep(chance.uniform(0, 2))
            [[held]] = instance.rows(
                "SELECT count(*) FROM mark WHERE kind IN ('tell', 'deliver') AND owner IS NOT NULL"
            )
            worker.kill()
            worker.wait()
            landed += held > 0
    _happen(store, KILLS * step, EVENTS - KILLS * step)
    return landed
