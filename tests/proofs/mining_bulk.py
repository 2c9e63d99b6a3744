"""Proof: a shop is mined over all cores; killed and run again it comes to the same, in the memory of one subject."""

from __future__ import annotations

import os
import random
import shutil
import signal
import time
from collections.abc import Mapping
from contextlib import suppress

from engine.store.tables import metadata
from tests.proofs.contents import CLOCKS, Held, contents
from tests.proofs.instances import Ground, Instance, ground
from tests.proofs.measuring import Ledger, Ran, table, tree_of, wait_until
from tests.proofs.mining_texts import write_shop

SUBJECTS, EACH = 120, 40
KILLS = 4
SMALL, LARGE = (50, 40), (500, 40)
"""Subjects, and reviews of each."""
ONE_LARGE = 10_000
"""Reviews of one subject, beside the small shop."""
CACHE = 64
"""Megabytes that SQLite keeps of its file: all that a shop ten times as large may need more."""
SEED = 20261122
OF_A_RUN = frozenset({"mark", "setting"})
"""What is left to do, and since when: it tells two runs apart."""


def prove(ledger: Ledger) -> None:
    with ground() as place:
        _prove_killing(ledger, place)
        _prove_memory(ledger, place)


def filled(place: Ground, name: str, subjects: int, each: int, large: int = 0) -> Instance:
    """A shop whose reviews are approved and were never mined."""
    instance, path = place.instance(name), place.folder / f"{name}.csv"
    write_shop(path, subjects, each, large)
    instance.plaudit("import", path, "--source", "shop", "--rights", "own", "--set", "language=en")
    instance.plaudit("approve", "--source", "shop", "--all")
    return instance


def _prove_killing(ledger: Ledger, place: Ground) -> None:
    undisturbed = filled(place, "undisturbed", SUBJECTS, EACH)
    killed = place.instance("killed")
    shutil.copytree(undisturbed.folder / "data", killed.folder / "data")
    ran = undisturbed.plaudit("mine", "--all", "--jobs", "2")
    ledger.say(f"{SUBJECTS * EACH:,} reviews of {SUBJECTS} subjects: {ran.seconds:.1f} s, {ran.out.strip()}")
    chance = random.Random(SEED)
    left = [_kill(killed, round(SUBJECTS * share), chance.uniform(0, 0.2)) for share in (0.95, 0.8, 0.5, 0.1)]
    ledger.say(f"killed -9 four times with {', '.join(map(str, left))} subjects left to mine")
    ledger.claim(f"{KILLS} kills during the work", holds=len(left) == KILLS and min(left) > 0)
    ledger.claim("each run went on where the one before was killed", holds=left == sorted(left, reverse=True))
    last = killed.plaudit("mine", "--all", "--jobs", "2")
    ledger.say(f"{last.err.splitlines()[0]}; then: {last.out.strip()}")
    one, other = _tables(undisturbed), _tables(killed)
    different = [f"{name} ({one[name].rows} and {other[name].rows} rows)" for name in one if one[name] != other[name]]
    ledger.claim(
        f"after {KILLS} kills every table is that of an undisturbed run",
        holds=different == [],
        found=", ".join(different) or f"{one['phrase'].rows:,} phrases, {one['faq_entry'].rows:,} answers",
    )


def _tables(instance: Instance) -> Mapping[str, Held]:
    held = contents(instance, CLOCKS | {"made_at"})
    return {name: held[name] for name in metadata.tables if name not in OF_A_RUN}


def _kill(instance: Instance, at: int, later: float) -> int:
    """Kills a run and all its processes ``later`` than it had so few subjects left; how many it left."""
    with instance.running("mine", "--all", "--jobs", "2") as process:
        wait_until(f"{at} subjects left", lambda: process.poll() is not None or 0 < _left(instance) <= at, every=0.005)
        time.sleep(later)
        for pid in tree_of(process.pid):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        process.wait()
    return _left(instance)


def _left(instance: Instance) -> int:
    """How many are to be mined once the shop was learnt from; none before that."""
    [[learning]] = instance.rows("SELECT count(*) FROM mark WHERE kind = 'profile'")
    [[begun]] = instance.rows("SELECT count(*) FROM setting WHERE key LIKE 'mining everything%'")
    [[mining]] = instance.rows("SELECT count(*) FROM mark WHERE kind = 'mine'")
    return int(mining) if begun and not learning else 0


def _prove_memory(ledger: Ledger, place: Ground) -> None:
    small = _mined(filled(place, "small", *SMALL))
    large = _mined(filled(place, "large", *LARGE))
    heavy = _mined(filled(place, "heavy", *SMALL, large=ONE_LARGE))
    rows = [
        _row(f"{SMALL[0]:,} subjects of {SMALL[1]}", SMALL[0] * SMALL[1], small),
        _row(f"{LARGE[0]:,} subjects of {LARGE[1]}", LARGE[0] * LARGE[1], large),
        _row(f"the small shop and a subject of {ONE_LARGE:,}", SMALL[0] * SMALL[1] + ONE_LARGE, heavy),
    ]
    for line in table(("plaudit mine --all --jobs 1", "reviews", "per CPU s", "peak MB", "CPU s"), rows):
        ledger.say(line)
    ledger.at_most("ten times the subjects need more memory for the cache alone", large.peak - small.peak, CACHE, "MB")
    ledger.claim(
        "a large subject needs more", holds=heavy.peak > large.peak, found=f"{heavy.peak:.0f} and {large.peak:.0f} MB"
    )


def _mined(instance: Instance) -> Ran:
    return instance.plaudit("mine", "--all", "--jobs", "1")


def _row(what: str, reviews: int, ran: Ran) -> tuple[str, ...]:
    return what, f"{reviews:,}", f"{reviews / ran.cpu:,.0f}", f"{ran.peak:,.0f}", f"{ran.cpu:.1f}"
