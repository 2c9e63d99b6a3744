"""The proofs of searching, one for each line of what its issue must show: ``python -m tests.proofs.searching NAME``, or
ALL.

A proof is a module ``searching_NAME.py`` of this folder that has a ``prove``.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path

from tests.proofs.running import Proof, run_proofs

PREFIX = "searching_"


def proofs() -> Mapping[str, Proof]:
    """Every proof by its name, in the order of the names."""
    names = sorted(path.stem for path in Path(__file__).parent.glob(f"{PREFIX}*.py"))
    modules = {name.removeprefix(PREFIX): import_module(f"tests.proofs.{name}") for name in names}
    return {name: module.prove for name, module in modules.items() if hasattr(module, "prove")}


if __name__ == "__main__":
    sys.exit(run_proofs(7, proofs(), sys.argv[1:]))
