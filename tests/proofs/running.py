"""Running the proofs of one issue by their names, and saying of each whether it was shown."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Callable, Mapping, Sequence

from tests.proofs.measuring import Ledger, SkippedError, load_average

Proof = Callable[[Ledger], None]


def run_proofs(issue: int, proofs: Mapping[str, Proof], names: Sequence[str], *, may_leave_out: bool = True) -> int:
    """Runs the named proofs, or ALL; ``issue`` is the number in the title of their issue.

    Returns 0 when every claim held, 1 when one did not, 2 for a name that there is not. What this machine cannot prove
    is left out, and counts as not shown unless it ``may_leave_out``.
    """
    wanted = list(proofs) if "ALL" in names else list(names)
    if not wanted or not set(wanted) <= set(proofs):
        print(f"name proofs, or ALL: {' '.join(proofs)}")
        return 2
    # What is stopped from outside ends its servers and folders too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    ledgers = {name: _run(issue, name, proofs[name]) for name in wanted}
    for name, ledger in ledgers.items():
        print(f"{name:12} {_verdict(ledger)}")
    failed = (ledger.broken or (ledger.left_out and not may_leave_out) for ledger in ledgers.values())
    return 1 if any(failed) else 0


def _run(issue: int, name: str, prove: Proof) -> Ledger:
    print(f"prove-{issue}-{name}", flush=True)
    ledger, begun = Ledger(), time.monotonic()
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
