"""The proofs of collecting, one for each line of what its issue must show: ``python -m tests.proofs.collecting NAME``.

ALL runs every one of them.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping

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
from tests.proofs.running import Proof, run_proofs

PROOFS: Mapping[str, Proof] = {
    "conformance": collecting_conformance.prove,
    "form": collecting_form.prove,
    "samples": collecting_samples.prove,
    "exports": collecting_exports.prove,
    "loops": collecting_loops.prove,
    "hooks": collecting_hooks.prove,
    "bulk": collecting_bulk.prove,
    "millions": collecting_millions.prove,
}


if __name__ == "__main__":
    sys.exit(run_proofs(4, PROOFS, sys.argv[1:]))
