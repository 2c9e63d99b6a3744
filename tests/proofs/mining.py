"""The proofs of mining, one for each line of what its issue must show: ``python -m tests.proofs.mining NAME``, or ALL.

A proof is a module ``mining_NAME.py`` of this folder that has a ``prove``.
"""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from pathlib import Path

from tests.proofs.measuring import Ledger, SkippedError, load_average

PREFIX = "mining_"


def proofs() -> Mapping[str, Callable[[Ledger], None]]:
    """Every proof by its name, in the order of the names."""
    names = sorted(path.stem for path in Path(__file__).parent.glob(f"{PREFIX}*.py"))
    modules = {name.removeprefix(PREFIX): import_module(f"tests.proofs.{name}") for name in names}
    return {name: module.prove for name, module in modules.items() if hasattr(module, "prove")}


def main(names: Sequence[str]) -> int:
    """Runs the proofs and returns 0 when every claim held, 1 when one did not, 2 for a name that there is not."""
    known = proofs()
    wanted = list(known) if "ALL" in names else list(names)
    if not wanted or not set(wanted) <= set(known):
        print(f"name proofs, or ALL: {' '.join(known)}")
        return 2
    # What is stopped from outside ends its processes and folders too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    ledgers = {name: _run(name, known[name]) for name in wanted}
    for name, ledger in ledgers.items():
        print(f"{name:12} {_verdict(ledger)}")
    return 1 if any(ledger.broken for ledger in ledgers.values()) else 0


def _run(name: str, prove: Callable[[Ledger], None]) -> Ledger:
    print(f"prove-3-{name}", flush=True)
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


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
