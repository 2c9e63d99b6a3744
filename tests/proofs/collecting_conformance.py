"""Proof: one table over all collectors, and which promises of the conformance suite each of them keeps."""

from __future__ import annotations

from ipaddress import ip_network

from engine.domain import Batch
from engine.errors import PlauditError
from engine.http import GuardedSession
from engine.plugins import SourceKind, load_kinds
from engine.testing import Expected, Pages, check_source_kind, serving
from tests.factories import NOON
from tests.proofs.measuring import Ledger, table
from tests.proofs.source_pages import Given, Played, pages

REVIEWS = 230
"""Enough for three pages of most sources."""
LOOPBACK = [ip_network("127.0.0.1/32")]


def prove(ledger: Ledger) -> None:
    kinds, rows = load_kinds(), []
    for name, played in pages().items():
        verdict, promises = _verdict(kinds[name], played)
        rows.append((name, str(kinds[name].sureness), kinds[name].rights, str(promises), verdict))
    for line in table(("collector", "shape", "rights", "promises", "verdict"), rows):
        ledger.say(line)
    kept = [row for row in rows if row[-1] == "kept"]
    ledger.claim(
        "every collector keeps every promise", holds=len(kept) == len(rows), found=f"{len(kept)} of {len(rows)}"
    )
    if unplayed := sorted(kinds.keys() - pages().keys()):
        ledger.say(f"read no paged API, or held to their promises by tests of their own: {', '.join(unplayed)}")


def _verdict(kind: SourceKind, played: Played) -> tuple[str, int]:
    serve = played.many(REVIEWS)
    try:
        ids = [each.external_id for batch in read(kind, played.given, serve) for each in batch.records]
        expected = Expected(ids=ids, secret_in_url=played.key_in_url)
        return "kept", len(check_source_kind(kind, played.given, serve, expected))
    except (AssertionError, PlauditError) as error:
        return str(error)[:100], 0


def read(kind: SourceKind, given: Given, serve: Pages) -> list[Batch]:
    """Everything that a source says, undisturbed."""
    with serving(serve) as server, GuardedSession(LOOPBACK, clock=lambda: NOON) as http:
        return list(kind.collector(given(server.url), http).collect(None))
