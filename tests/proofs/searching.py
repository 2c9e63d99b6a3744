"""The proofs of searching, one for each line of what its issue must show: ``python -m tests.proofs.searching NAME``, or
ALL.

A proof is a module of this folder that has a ``prove``: ``searching_NAME.py``, or ``console_x.py`` for console-x.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path

from tests.proofs.running import Proof, run_proofs

PREFIXES = ("searching_", "console_")


def proofs() -> Mapping[str, Proof]:
    """Every proof by its name, in the order of the names."""
    names = sorted(path.stem for prefix in PREFIXES for path in Path(__file__).parent.glob(f"{prefix}*.py"))
    modules = {_spoken(name): import_module(f"tests.proofs.{name}") for name in names}
    return {name: module.prove for name, module in modules.items() if hasattr(module, "prove")}


def _spoken(stem: str) -> str:
    return stem.removeprefix(PREFIXES[0]).replace("_", "-")


if __name__ == "__main__":
    sys.exit(run_proofs(7, proofs(), sys.argv[1:]))
