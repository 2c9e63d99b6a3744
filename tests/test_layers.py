"""Tests of the layers: imports only go down, and what may touch the outside is said once."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.tree import PACKAGES, ROOT, Module, modules

# The contracts see installed packages; these parts of the standard library reach out as well.
DIALS = frozenset({"ftplib", "http.client", "smtplib", "urllib.request", "xmlrpc"})
CLOCKS = frozenset({"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time.time_ns"})
# The second one names what the first one raises.
MAY_DIAL = frozenset({"engine/connections.py", "engine/verdicts.py"})
MAY_READ_THE_CLOCK = frozenset({"site/review_site/wiring.py"})


def test_every_import_keeps_the_contracts() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache", "--no-logo"]

    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr


def test_only_the_fetcher_imports_what_dials() -> None:
    dialling = [
        f"{module.name}:{line} imports {name}"
        for module in modules(*PACKAGES)
        if module.name not in MAY_DIAL
        for line, name in imported(module)
        if any(f"{name}.".startswith(f"{each}.") for each in DIALS)
    ]

    assert dialling == []


def test_only_the_wiring_reads_the_clock() -> None:
    reading = [
        f"{module.name}:{node.lineno} calls {ast.unparse(node.func)}"
        for module in modules(*PACKAGES)
        if module.name not in MAY_READ_THE_CLOCK
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and ".".join(ast.unparse(node.func).split(".")[-2:]) in CLOCKS
    ]

    assert reading == []


def imported(module: Module) -> Iterator[tuple[int, str]]:
    """Line and dotted name of each import; ``from http import client`` imports ``http`` and ``http.client``."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.lineno, node.module
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)
