"""Proof: the size of the tree, folder by folder, and what mypy and import-linter say about it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.proofs.measuring import Ledger, Ran, run, table
from tests.tree import FOLDERS, ROOT, Module, lines_of, modules

LONGEST_MODULE, LONGEST_FUNCTION = 400, 50
SCHEMA_STEPS = "engine/store/migrations/versions/"


def prove(ledger: Ledger) -> None:
    for line in table(("folder", "modules", "lines", "median", "longest"), _folders()):
        ledger.say(line)
    module = max(modules(*FOLDERS), key=lambda each: each.lines)
    ledger.claim(
        f"no module has more than {LONGEST_MODULE} lines",
        holds=module.lines <= LONGEST_MODULE,
        found=f"{module.name}, {module.lines}",
    )
    lines, name = max(_functions())
    ledger.claim(
        f"no function has more than {LONGEST_FUNCTION} lines", holds=lines <= LONGEST_FUNCTION, found=f"{name}, {lines}"
    )
    _claim_clean(ledger, "mypy finds nothing", _tool("mypy"))
    _claim_clean(ledger, "import-linter finds nothing", _tool("lint-imports", "--no-cache", "--no-logo"))


def _folders() -> Iterator[Sequence[object]]:
    everything: list[Module] = []
    for folder in FOLDERS:
        found = modules(folder)
        everything += found
        yield _row(folder, found)
    yield _row("together", everything)


def _row(name: str, found: Sequence[Module]) -> Sequence[object]:
    lines = sorted(each.lines for each in found)
    return name, len(lines), sum(lines), lines[len(lines) // 2], lines[-1]


def _functions() -> Iterator[tuple[int, str]]:
    for module in modules(*FOLDERS):
        # A step of the schema is read as the table it is.
        if not module.name.startswith(SCHEMA_STEPS):
            yield from ((lines_of(each), f"{module.name} {each.name}") for each in module.functions())


def _tool(name: str, *options: str) -> Ran:
    return run([Path(sys.executable).with_name(name), *options], cwd=ROOT, env=os.environ)


def _claim_clean(ledger: Ledger, what: str, ran: Ran) -> None:
    lines = (ran.out + ran.err).strip().splitlines()
    for line in lines[-8:] if ran.status else lines[-1:]:
        ledger.say(line)
    ledger.claim(what, holds=ran.status == 0)
