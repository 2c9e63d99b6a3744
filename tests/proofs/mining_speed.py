"""Proof: reviews mined in a CPU second, and memory at its peak, at three sizes and beside two peers in the same run."""

from __future__ import annotations

import importlib.util
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.proofs.instances import PLAUDIT
from tests.proofs.measuring import Ledger, Ran, SkippedError, run, table
from tests.proofs.mining_texts import write_lines
from tests.proofs.scratch import python_with
from tests.tree import ROOT

SIZES = (1_000, 10_000, 100_000)
LEAST, MOST_MEGABYTES = 3_000, 1_024
MOST_GROWTH = 1.25
"""CPU time of a review at the largest size beside that at the one before it."""
PEERS = {"ngrams": ("scikit-learn", "sklearn", 100_000), "yake": ("yake", "yake", 1_000)}
"""By name: the package, its module, and the size from which on it is not waited for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Speed:
    """What one miner took for so many reviews."""

    miner: str
    reviews: int
    ran: Ran

    @property
    def per_cpu_second(self) -> float:
        return self.reviews / self.ran.cpu


def prove(ledger: Ledger) -> None:
    speeds = list(measured(ledger))
    rows = [
        (each.miner, f"{each.reviews:,}", f"{each.per_cpu_second:,.0f}", f"{each.ran.peak:,.0f}", f"{each.ran.cpu:.1f}")
        for each in speeds
    ]
    for line in table(("miner", "reviews", "per CPU s", "peak MB", "CPU s"), rows):
        ledger.say(line)
    *_, before, largest = (each for each in speeds if each.miner == "plaudit")
    ledger.claim(
        f"at least {LEAST:,} a CPU second at {largest.reviews:,}",
        holds=largest.per_cpu_second >= LEAST,
        found=f"{largest.per_cpu_second:,.0f}",
    )
    ledger.at_most(f"memory at {largest.reviews:,}", largest.ran.peak, MOST_MEGABYTES, "MB")
    growth = before.per_cpu_second / largest.per_cpu_second
    ledger.claim(
        "the time grows as the reviews do", holds=growth <= MOST_GROWTH, found=f"{growth:.2f} times per review"
    )


def measured(ledger: Ledger, sizes: Sequence[int] = SIZES) -> Iterator[Speed]:
    """Ours and the peers over the same files, one after the other; what cannot be installed is left out."""
    with tempfile.TemporaryDirectory(prefix="plaudit-proof-") as name:
        folder = Path(name)
        pythons = dict(_pythons(folder, ledger))
        for size in sizes:
            path = folder / f"{size}.jsonl"
            words = write_lines(path, size)
            ledger.say(f"{size:,} reviews of {words / size:.0f} words on average")
            # As a person would type it: the shell opens the file and becomes the command.
            ours = _ran(["sh", "-c", 'exec "$0" mine --jsonl <"$1"', PLAUDIT, path], folder)
            yield Speed(miner="plaudit", reviews=size, ran=ours)
            for peer, python in pythons.items():
                if size <= PEERS[peer][2]:
                    program = ROOT / "tests" / "benchmarks" / "mining_peers.py"
                    yield Speed(miner=peer, reviews=size, ran=_ran([python, program, peer, path], folder))


def _ran(command: Sequence[str | Path], folder: Path) -> Ran:
    ran = run(command, cwd=folder, env=os.environ)
    if ran.status:
        raise RuntimeError(f"{command[0]} ended with {ran.status}:\n{ran.err[-2000:]}")
    return ran


def _pythons(folder: Path, ledger: Ledger) -> Iterator[tuple[str, Path]]:
    """A Python for each peer: this one where it has it, else one that it is installed for."""
    for peer, (package, module, _) in PEERS.items():
        try:
            there = importlib.util.find_spec(module) is not None
            yield peer, Path(sys.executable) if there else python_with(folder / peer, package)
        except SkippedError as error:
            ledger.leave_out(peer, error)
