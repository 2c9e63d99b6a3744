"""Proof: sources that go round in circles or open a window only are never called complete, and nothing is withdrawn."""

from __future__ import annotations

import json

from engine.plugins import load_kinds
from engine.testing import Asked, Pages, Reply, serving
from tests.proofs.collecting_bulk import configured
from tests.proofs.instances import Ground, Instance, ground
from tests.proofs.measuring import Ledger
from tests.proofs.source_pages import pages

THERE_ARE, GIVEN = 12_000, 10_000


def prove(ledger: Ledger) -> None:
    with ground() as place:
        _prove_circles(ledger, place)
        _prove_window(ledger, place)


def _prove_circles(ledger: Ledger, place: Ground) -> None:
    """A source that was read whole once, and then begins to go round in circles."""
    played, kind = pages()["judgeme"], load_kinds()["judgeme"]
    whole, bent = played.many(THERE_ARE), [False]
    circling = _in_circles(whole)
    with serving(lambda asked: circling(asked) if bent[0] else whole(asked)) as server:
        instance = configured(place, kind, played, server)
        instance.plaudit("collect", limit=600)
        before, calls, bent[0] = _state(instance), server.calls, True
        done = instance.plaudit("collect", "--full", allowed=(0, 1), limit=600)
        calls = server.calls - calls
    after = _state(instance)
    ledger.say(f"judgeme, {THERE_ARE:,} there are: {before}; in circles after {GIVEN:,}, {calls} calls: {after}")
    ledger.claim("the whole reading is complete", holds=before.startswith("complete:"))
    ledger.claim("the one in circles is not", holds="the source repeats itself" in after and done.status == 1)
    ledger.claim("nothing is withdrawn", holds=_kept(instance) == THERE_ARE, found=f"{_kept(instance):,} kept")


def _prove_window(ledger: Ledger, place: Ground) -> None:
    """A source that opens a window of 10,000 only."""
    played, kind = pages()["powerreviews"], load_kinds()["powerreviews"]
    with serving(played.many(THERE_ARE)) as server:
        instance = configured(place, kind, played, server)
        done = instance.plaudit("collect", allowed=(0, 1), limit=600)
    said = _state(instance)
    ledger.say(f"powerreviews, {THERE_ARE:,} there are, {server.calls} calls: {said}")
    ledger.claim("a window is not called complete", holds=said.startswith("not complete") and done.status == 1)
    ledger.claim("what it shows is there", holds=_kept(instance) == GIVEN, found=f"{_kept(instance):,} kept")


def _state(instance: Instance) -> str:
    [state] = json.loads(instance.plaudit("sources", "--format", "json").out)
    return str(state["completeness"])


def _kept(instance: Instance) -> int:
    [[kept]] = instance.rows("SELECT count(*) FROM review WHERE state != 'withdrawn'")
    return int(kept)


def _in_circles(serve: Pages) -> Pages:
    """Judge.me as it was seen: after 10,000 reviews every further page is the last one again."""

    def answer(asked: Asked) -> Reply:
        last = GIVEN // min(asked.number("per_page", 10), 100)
        if asked.number("page", 1) > last:
            asked = Asked(asked.method, asked.path, {**asked.query, "page": str(last)}, asked.headers, asked.body)
        return serve(asked)

    return answer
