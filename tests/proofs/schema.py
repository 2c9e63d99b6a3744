"""The proofs of structured data, one for each line of what its issue must show.

``python -m tests.proofs.schema NAME``, or ALL.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence

from tests.proofs import (
    schema_corpus,
    schema_feed,
    schema_mutations,
    schema_published,
    schema_report,
    schema_sitemap,
    schema_speed,
)
from tests.proofs.measuring import Ledger, SkippedError, load_average

DOCUMENTS, SEED = 20_000, 1


def _claimed(what: str, prove: Callable[[], int]) -> Callable[[Ledger], None]:
    def proof(ledger: Ledger) -> None:
        status = prove()
        if status == 2:
            raise SkippedError("this machine lacks what it needs")
        ledger.claim(what, holds=status == 0)

    return proof


PROOFS: Mapping[str, Callable[[Ledger], None]] = {
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


def main(names: Sequence[str]) -> int:
    """Runs the proofs and returns 0 when every claim held, 1 when one did not, 2 for a name that there is not."""
    wanted = list(PROOFS) if "ALL" in names else list(names)
    if not wanted or not set(wanted) <= set(PROOFS):
        print(f"name proofs, or ALL: {' '.join(PROOFS)}")
        return 2
    broken = {name: _run(name, PROOFS[name]) for name in wanted}
    for name, claims in broken.items():
        print(f"{name:10} {'NOT shown: ' + '; '.join(claims) if claims else 'shown'}")
    return 1 if any(broken.values()) else 0


def _run(name: str, prove: Callable[[Ledger], None]) -> list[str]:
    print(f"prove-2-{name}", flush=True)
    ledger = Ledger()
    try:
        prove(ledger)
    except SkippedError as error:
        ledger.leave_out(name, error)
        return [f"left out: {error}"]
    print(f"       load average {load_average()}\n", flush=True)
    return ledger.broken


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
