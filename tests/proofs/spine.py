"""The proofs of the spine, one for each line of what its issue must show: ``python -m tests.proofs.spine NAME``."""

from __future__ import annotations

import sys
from collections.abc import Mapping

from tests.proofs.bulk import prove as bulk
from tests.proofs.clothing import prove as clothing
from tests.proofs.fresh import prove as fresh
from tests.proofs.hostile import prove as hostile
from tests.proofs.kill import prove as kill
from tests.proofs.running import Proof, run_proofs
from tests.proofs.serving import prove as serving
from tests.proofs.shape import prove as shape
from tests.proofs.withdraw import prove as withdraw

PROOFS: Mapping[str, Proof] = {
    "fresh": fresh,
    "clothing": clothing,
    "bulk": bulk,
    "kill": kill,
    "withdraw": withdraw,
    "serving": serving,
    "hostile": hostile,
    "shape": shape,
}


if __name__ == "__main__":
    sys.exit(run_proofs(1, PROOFS, sys.argv[1:]))
