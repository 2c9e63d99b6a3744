"""The proofs of collecting, one for each line of what its issue must show: ``python -m tests.proofs.collecting NAME``.

ALL runs every one of them.
"""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Callable, Mapping, Sequence

from tests.proofs import (
    collecting_bulk,
    collecting_conformance,
    collecting_exports,
    collecting_form,
    collecting_hooks,
    collecting_loops,
    collecting_millions,
    collecting_samples,
)
from tests.proofs.measuring import Ledger, SkippedError, load_average

PROOFS: Mapping[str, Callable[[Ledger], None]] = {
    "conformance": collecting_conformance.prove,
    "form": collecting_form.prove,
    "samples": collecting_samples.prove,
    "exports": collecting_exports.prove,
    "loops": collecting_loops.prove,
    "hooks": collecting_hooks.prove,
    "bulk": collecting_bulk.prove,
    "millions": collecting_millions.prove,
}


def main(names: Sequence[str]) -> int:
    """Runs the proofs and returns 0 when every claim held, 1 when one did not, 2 for a name that there is not."""
    wanted = list(PROOFS) if "ALL" in names else list(names)
    if not wanted or not set(wanted) <= set(PROOFS):
        print(f"name proofs, or ALL: {' '.join(PROOFS)}")
        return 2
    # What is stopped from outside ends its servers and folders too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    ledgers = {name: _run(name, PROOFS[name]) for name in wanted}
    for name, ledger in ledgers.items():
        print(f"{name:12} {_verdict(ledger)}")
    return 1 if any(ledger.broken for ledger in ledgers.values()) else 0


def _run(name: str, prove: Callable[[Ledger], None]) -> Ledger:
    print(f"prove-4-{name}", flush=True)
    ledger = Ledger()
    begun = time.monotonic()
    try:
        prove(ledger)
    except SkippedError as error:
        ledger.leave_out(name, error)
    print(f"       {time.monotonic() - begun:.0f} s; load average {load_average()}\n", flush=True)
    return ledger


def _verdict(ledger: Ledger) -> str:
    if ledger.broken:
        return f"NOT shown: {'; '.join(ledger.broken)}"
    return f"left out: {'; '.join(ledger.left_out)}" if ledger.left_out else "shown"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
