"""The proofs of widgets, one for each line of what their issue must show: ``python -m tests.proofs.widgets NAME``.

ALL runs every one of them.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping

from tests.proofs import (
    widgets_bases,
    widgets_bytes,
    widgets_csp,
    widgets_extractors,
    widgets_links,
    widgets_peers,
    widgets_sheet,
)
from tests.proofs.running import Proof, run_proofs

PROOFS: Mapping[str, Proof] = {
    "bytes": widgets_bytes.prove,
    "peers": widgets_peers.prove,
    "css-bases": widgets_bases.prove,
    "no-js": widgets_links.prove,
    "csp": widgets_csp.prove,
    "extractors": widgets_extractors.prove,
    "sheet": widgets_sheet.prove,
}


if __name__ == "__main__":
    sys.exit(run_proofs(5, PROOFS, sys.argv[1:]))
