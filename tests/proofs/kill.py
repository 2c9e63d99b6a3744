"""Proof: a worker that is killed thirty times while it publishes leaves the bytes of one that nobody disturbed."""

from __future__ import annotations

import random
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from statistics import median
from typing import Any

from sqlalchemy import delete

from engine.store.tables import blocked, faq_entry, phrase, quoted, rating_summary, snippet
from tests.proofs.clothing import COLUMNS, SHOP, clothing_file
from tests.proofs.contents import snippets, version_gaps
from tests.proofs.instances import STORES, Ground, Instance, database, ground
from tests.proofs.measuring import Ledger, SkippedError, TooSlowError, wait_until

KILLS = 30
MOST_TRIES = 90
LATEST = 0.3
"""Seconds from a worker's first lease to its end, at most."""
AT_ONCE_MINED = "[mining]\ndelay = 0\n"
SEED = 20261121
PROJECTIONS = (snippet, quoted, blocked, phrase, faq_entry, rating_summary)

Snippets = Mapping[tuple[str, ...], tuple[Any, ...]]


def prove(ledger: Ledger) -> None:
    for store in STORES:
        ledger.say(f"on {store}")
        try:
            with ground(store) as place:
                _prove_on(ledger, place, store)
        except SkippedError as error:
            ledger.leave_out(f"kill on {store}", error)


def _prove_on(ledger: Ledger, place: Ground, store: str) -> None:
    undisturbed, killed = _filled(place, "undisturbed"), _filled(place, "killed")
    undisturbed.plaudit("approve", "--source", "shop", "--all")
    undisturbed.plaudit("publish")
    left = list(_kill_again_and_again(killed))
    ledger.say(
        f"{len(left)} kills -9, each with a mark in hand; marks left at a kill:"
        f" least {min(left)}, median {median(left):.0f}, most {max(left)}"
    )
    ledger.claim(f"{KILLS} kills during the work, {store}", holds=len(left) == KILLS)
    killed.plaudit("approve", "--source", "shop", "--all")
    ledger.say(killed.plaudit("publish").out.strip())
    wanted = snippets(undisturbed)
    _compare(ledger, f"every snippet is that of an undisturbed run, {store}", wanted, snippets(killed))
    gaps = version_gaps(killed)
    ledger.claim(f"each version was told once, {store}", holds=gaps == [], found=", ".join(gaps[:5]) or "no gap")
    killed.plaudit("rebuild", "snippets")
    _compare(ledger, f"plaudit rebuild snippets gives the same bytes, {store}", wanted, snippets(killed))
    _throw_away(killed)
    killed.plaudit("rebuild", "summaries", allowed=(0, 1))
    killed.plaudit("rebuild", "snippets")
    _compare(ledger, f"so it does with every projection emptied before, {store}", wanted, snippets(killed))


def _filled(place: Ground, name: str) -> Instance:
    instance = place.instance(name, AT_ONCE_MINED)
    instance.plaudit("import", clothing_file(), *SHOP, *COLUMNS)
    return instance


def _kill_again_and_again(instance: Instance) -> Iterator[int]:
    """Approves in steps, and kills a worker after each; the marks that were left at every kill that hit work."""
    chance = random.Random(SEED)
    waiting = [str(row[0]) for row in instance.rows("SELECT id FROM review ORDER BY id")]
    chance.shuffle(waiting)
    step = len(waiting) // KILLS
    landed = 0
    for _ in range(MOST_TRIES):
        some, waiting = waiting[:step], waiting[step:]
        if some:
            instance.plaudit("approve", *some)
        marks = _kill_a_worker(instance, chance.uniform(0, LATEST))
        if marks:
            landed += 1
            yield marks
        if landed == KILLS:
            return


def _kill_a_worker(instance: Instance, later: float) -> int:
    """Kills a worker ``later`` than its first lease; the marks it left, or 0 when it had none in hand."""
    with instance.running("work") as worker:
        with suppress(TooSlowError):
            wait_until("a lease", lambda: _in_hand(instance, worker) > 0, limit=10, every=0.002)
        time.sleep(later)
        worker.kill()
        worker.wait()
        if not _in_hand(instance, worker):
            return 0
    [[marks]] = instance.rows("SELECT count(*) FROM mark")
    return int(marks)


def _in_hand(instance: Instance, worker: subprocess.Popen[bytes]) -> int:
    [[leases]] = instance.rows("SELECT count(*) FROM mark WHERE owner LIKE :owner", owner=f"%/{worker.pid}/%")
    return int(leases)


def _throw_away(instance: Instance) -> None:
    with database(instance.url) as engine, engine.begin() as connection:
        for table in PROJECTIONS:
            connection.execute(delete(table))


def _compare(ledger: Ledger, what: str, wanted: Snippets, found: Snippets) -> None:
    different = _different(wanted, found)
    equal = len(wanted) - len(different)
    ledger.claim(what, holds=not different, found=f"{equal} of {len(wanted)} equal")
    for key in different[:10]:
        ledger.say(f"different: {'/'.join(key)}")


def _different(wanted: Snippets, found: Snippets) -> Sequence[tuple[str, ...]]:
    return sorted(key for key in wanted.keys() | found.keys() if wanted.get(key) != found.get(key))
