"""The proofs of structured data, one for each line of what its issue must show.

``python -m tests.proofs.schema NAME``, or ALL.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping

from tests.proofs import (
    schema_corpus,
    schema_feed,
    schema_mutations,
    schema_published,
    schema_report,
    schema_sitemap,
    schema_speed,
)
from tests.proofs.measuring import Ledger, SkippedError
from tests.proofs.running import Proof, run_proofs

DOCUMENTS, SEED = 20_000, 1


def _claimed(what: str, prove: Callable[[], int]) -> Proof:
    def proof(ledger: Ledger) -> None:
        status = prove()
        if status == 2:
            raise SkippedError("this machine lacks what it needs")
        ledger.claim(what, holds=status == 0)

    return proof


PROOFS: Mapping[str, Proof] = {
    "corpus": schema_corpus.prove,
    "speed": schema_speed.prove,
    "sitemap": _claimed("a sitemap of 500 pages, interrupted and resumed", schema_sitemap.main),
    "published": _claimed("no error in what we publish", schema_published.main),
    "mutations": _claimed(
        "20,000 damaged documents keep every promise", lambda: schema_mutations.main(DOCUMENTS, SEED)
    ),
    "feed": schema_feed.prove,
    "report": schema_report.prove,
}


if __name__ == "__main__":
    sys.exit(run_proofs(2, PROOFS, sys.argv[1:], may_leave_out=False))
