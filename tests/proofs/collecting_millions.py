"""Proof: two million rows come in with flat memory at a steady rate, and go on where they were after kill -9."""

from __future__ import annotations

import csv
import os
from pathlib import Path

from tests.proofs.instances import Instance, ground
from tests.proofs.measuring import Ledger, wait_until

ROWS = int(os.environ.get("PROOF_ROWS", "2000000"))
KILLED_AFTER = 0.5
MOST_GROWTH = 1.2
"""Memory at its peak over all rows, against a tenth of them."""
SUBJECTS = 2_000


def prove(ledger: Ledger) -> None:
    with ground() as place:
        small, large = place.folder / "small.csv", place.folder / "large.csv"
        write_rows(small, ROWS // 10)
        write_rows(large, ROWS)
        tenth = place.instance("tenth").plaudit(*_import(small), limit=36_000)
        instance = place.instance("all")
        instance.plaudit("doctor")
        at = _kill(instance, large)
        [[kept]] = instance.rows("SELECT count(*) FROM review")
        ledger.claim("what is kept at the kill is what the cursor says", holds=kept == at, found=f"{kept:,} rows")
        rest = instance.plaudit(*_import(large), limit=36_000)
        [[count, different]] = instance.rows("SELECT count(*), count(DISTINCT external_id) FROM review")
    rate, first_rate = (ROWS - at) / rest.cpu, ROWS / 10 / tenth.cpu
    ledger.say(f"{ROWS // 10:,} rows: {first_rate:,.0f} rows per CPU second, {tenth.peak:.0f} MB at the peak")
    ledger.say(f"{ROWS - at:,} rows after the kill: {rate:,.0f} rows per CPU second, {rest.peak:.0f} MB at the peak")
    ledger.claim(f"all {ROWS:,} rows are there, each once", holds=count == different == ROWS, found=f"{count:,}")
    ledger.claim(
        "memory is flat",
        holds=rest.peak <= MOST_GROWTH * tenth.peak,
        found=f"{rest.peak:.0f} MB against {tenth.peak:.0f} MB for a tenth",
    )


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


def _kill(instance: Instance, path: Path) -> int:
    """Kills an import in the middle; the row that its cursor stands at."""
    with instance.running(*_import(path)) as process:
        wait_until(
            "the middle",
            lambda: process.poll() is not None or _cursor(instance) >= KILLED_AFTER * ROWS,
            limit=36_000,
            every=0.2,
        )
        process.kill()
        process.wait()
    return _cursor(instance)


def _cursor(instance: Instance) -> int:
    found = instance.rows("SELECT value FROM cursor")
    return int(found[0][0].partition(":")[0]) if found else 0
