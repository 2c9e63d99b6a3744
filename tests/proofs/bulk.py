"""Proof: 100,000 rows come in within their CPU seconds and memory, and all of them when the import is killed."""

from __future__ import annotations

import csv
import random
import time
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path

from tests.proofs.clothing import COLUMNS, SHOP, clothing_file
from tests.proofs.contents import contents, differences
from tests.proofs.instances import Ground, Instance, ground
from tests.proofs.measuring import Ledger, Ran, table, wait_until

ROWS = 100_000
MOST_CPU_GIVEN, MOST_CPU_DETECTED, MOST_MEGABYTES = 40, 60, 400
KILLED_AFTER = (0.2, 0.5, 0.8)
LONGEST_BATCH = 0.25
"""Seconds that a batch takes at most: the kill comes somewhere within one."""
SEED = 20261121


def prove(ledger: Ledger) -> None:
    with ground() as place:
        path = place.folder / "bulk.csv"
        write_rows(path, ROWS)
        undisturbed = place.instance("given")
        given = import_rows(undisturbed, path, "--set", "language=en")
        detected = import_rows(place.instance("detected"), path)
        for line in table(
            ("100,000 rows", "CPU s", "peak MB", "wall s"), [_row("given", given), _row("det.", detected)]
        ):
            ledger.say(line)
        ledger.at_most("with the language given", given.cpu, MOST_CPU_GIVEN, "CPU s")
        ledger.at_most("with detection", detected.cpu, MOST_CPU_DETECTED, "CPU s")
        ledger.at_most("memory at its peak", max(given.peak, detected.peak), MOST_MEGABYTES, "MB")
        _prove_killing(ledger, place, path, undisturbed)


def write_rows(path: Path, count: int) -> None:
    """The real file again and again, each row under an id of its own."""
    with clothing_file().open(newline="", encoding="utf-8") as file:
        header, *rows = csv.reader(file)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["id", *header[1:]])
        writer.writerows([number, *row[1:]] for number, row in enumerate(islice(cycle(rows), count), 1))


def import_rows(instance: Instance, path: Path, *options: str) -> Ran:
    return instance.plaudit(*_import(path), *options)


def _import(path: Path) -> Iterator[str | Path]:
    yield from ("import", path, *SHOP, "--map", "external_id=id", *COLUMNS)


def _row(name: str, ran: Ran) -> tuple[str, ...]:
    return name, f"{ran.cpu:.1f}", f"{ran.peak:.0f}", f"{ran.seconds:.1f}"


def _prove_killing(ledger: Ledger, place: Ground, path: Path, undisturbed: Instance) -> None:
    killed = place.instance("killed")
    killed.plaudit("doctor")
    chance = random.Random(SEED)
    for share in KILLED_AFTER:
        at, kept = _kill_import(killed, path, int(share * ROWS), chance.uniform(0, LONGEST_BATCH))
        ledger.say(f"killed -9 after {at:,} rows: {kept:,} kept, the cursor at {at:,}")
        ledger.claim("what is kept is what the cursor says", holds=kept == at)
    last = import_rows(killed, path, "--set", "language=en")
    ledger.say(last.out.strip().splitlines()[0])
    held = contents(killed)
    different = differences(contents(undisturbed), held)
    ledger.claim(
        "after three kills every table has the rows of an undisturbed run",
        holds=different == [],
        found=", ".join(different) or f"{held['review'].rows:,} reviews, {held['event'].rows} events",
    )


def _kill_import(instance: Instance, path: Path, after: int, later: float) -> tuple[int, int]:
    """Kills an import ``later`` than the moment its cursor passed ``after``; the cursor and the rows it left."""
    with instance.running(*_import(path), "--set", "language=en") as process:
        wait_until(f"row {after}", lambda: process.poll() is not None or _cursor(instance) >= after, every=0.005)
        time.sleep(later)
        if process.poll() is not None:
            raise RuntimeError(f"the import ended before it could be killed:\n{(instance.folder / 'log').read_text()}")
        process.kill()
        process.wait()
    [[kept]] = instance.rows("SELECT count(*) FROM review")
    return _cursor(instance), kept


def _cursor(instance: Instance) -> int:
    found = instance.rows("SELECT value FROM cursor")
    return int(found[0][0].partition(":")[0]) if found else 0
