"""Proof: two million rows come in with flat memory at a steady rate, and go on where they were after kill -9."""

from __future__ import annotations

import csv
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

from tests.proofs.instances import Instance, ground
from tests.proofs.measuring import Ledger, cpu_of_tree, memory_of, wait_until

ROWS = int(os.environ.get("PROOF_ROWS", "2000000"))
KILLED_AFTER = 0.5
SUBJECTS = 2_000
QUARTERS = (0.25, 0.5, 0.75, 0.95)
"""Of the rows: where memory is looked at."""
CACHE = 64
"""Megabytes of its pages that SQLite keeps (engine/store/connect.py); however many rows there are, it keeps no more."""
CACHE_FULL_AT = 100_000
"""Rows after which those pages are all in use."""
MOST_GROWTH = 12
"""Megabytes more at the last quarter than at the first, once the cache is full: less than eight bytes a row."""


def prove(ledger: Ledger) -> None:
    with ground() as place:
        path = place.folder / "rows.csv"
        write_rows(path, ROWS)
        _prove_flat(ledger, place.instance("whole"), path)
        _prove_resumed(ledger, place.instance("killed"), path)


def _prove_flat(ledger: Ledger, instance: Instance, path: Path) -> None:
    """All rows in one run, and the memory that it has on the way."""
    curve: dict[int, float] = {}
    instance.plaudit("doctor")
    with instance.running(*_import(path)) as process:
        for share in QUARTERS:
            at = _wait_for(instance, process, int(share * ROWS))
            curve[at] = memory_of(process.pid)
        cpu = cpu_of_tree(process.pid)
        ledger.say("  ".join(f"{at:,} rows: {megabytes:.0f} MB" for at, megabytes in curve.items()))
        ledger.say(f"{at / cpu:,.0f} rows per CPU second")
        ended = process.wait()
    [[count]] = instance.rows("SELECT count(*) FROM review")
    ledger.claim(f"{ROWS:,} rows in one run", holds=ended == 0 and count == ROWS, found=f"{count:,}")
    growth, most = _growth(curve)
    ledger.claim("memory is flat", holds=growth <= most, found=f"{growth:.0f} MB more, {most} MB are allowed")


def _prove_resumed(ledger: Ledger, instance: Instance, path: Path) -> None:
    instance.plaudit("doctor")
    with instance.running(*_import(path)) as process:
        _wait_for(instance, process, int(KILLED_AFTER * ROWS))
        process.kill()
        process.wait()
    at = _cursor(instance)
    [[kept]] = instance.rows("SELECT count(*) FROM review")
    ledger.claim("what is kept at the kill is what the cursor says", holds=kept == at, found=f"{kept:,} rows")
    rest = instance.plaudit(*_import(path), limit=36_000)
    [[count, different]] = instance.rows("SELECT count(*), count(DISTINCT external_id) FROM review")
    ledger.say(f"{(ROWS - at) / rest.cpu:,.0f} rows per CPU second after the kill, {rest.peak:.0f} MB at the peak")
    ledger.claim(f"all {ROWS:,} rows are there, each once", holds=count == different == ROWS, found=f"{count:,}")


def _growth(curve: Mapping[int, float]) -> tuple[float, float]:
    """Megabytes between the first and the last quarter, and how many may be: while the cache fills, what that takes."""
    first, *_, last = curve
    return curve[last] - curve[first], MOST_GROWTH if first >= CACHE_FULL_AT else MOST_GROWTH + CACHE


def write_rows(path: Path, count: int) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["external_id", "subject", "rating", "title", "body", "author", "written_at"])
        writer.writerows(
            (
                number,
                f"product-{number % SUBJECTS}",
                number % 5 + 1,
                f"Order {number}",
                f"It pours well and keeps the heat, says customer {number} after {number % 90} days.",
                f"Customer {number}",
                f"2026-{number % 9 + 1:02}-{number % 28 + 1:02}",
            )
            for number in range(1, count + 1)
        )


def _import(path: Path) -> tuple[str | Path, ...]:
    return "import", path, "--source", "shop", "--rights", "own", "--set", "language=en"


def _wait_for(instance: Instance, process: subprocess.Popen[bytes], rows: int) -> int:
    """The row that an import has come to, once it has come so far; raises RuntimeError when it ended before."""
    wait_until(
        f"row {rows:,}",
        lambda: process.poll() is not None or _cursor(instance) >= rows,
        limit=36_000,
        every=0.2,
    )
    if process.poll() is not None:
        raise RuntimeError(f"the import ended before row {rows:,}:\n{(instance.folder / 'log').read_text()[-2000:]}")
    return _cursor(instance)


def _cursor(instance: Instance) -> int:
    found = instance.rows("SELECT value FROM cursor")
    return int((found[0][0] or "0").partition(":")[0]) if found else 0
