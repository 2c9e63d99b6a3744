"""Proof: what slow pages do to snippets that are served by the same process, and by one of another role."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

from tests.proofs.instances import Server, ground
from tests.proofs.load import Loaded, measure, median_of, need_tools, read_result, write_requests, wrk
from tests.proofs.measuring import Ledger, load_average, table
from tests.proofs.serving import SLOW_PAGE, fill

SUBJECTS = 200
ROUNDS = 3
SECONDS = 5
SLOW_CONNECTIONS = 4
MOST_P99 = 25.0


def prove(ledger: Ledger) -> None:
    need_tools()
    with ground() as place, ExitStack() as stack:
        instance = place.instance("shop")
        fill(instance, place.folder / "subjects.csv", SUBJECTS)
        paths = [(f"/v1/subjects/garment-{number}/snippets/list", "") for number in range(SUBJECTS)]
        fresh, slow = place.folder / "fresh", write_requests(place.folder / "slow", [(SLOW_PAGE, "")])
        write_requests(fresh, paths)
        # The pages of the console are not slow yet: the slowest view that there is stands for them in either process.
        one, other = (stack.enter_context(instance.serving("--no-worker")) for _ in range(2))
        alone = median_of([measure(one, fresh, seconds=SECONDS) for _ in range(ROUNDS)])
        same = _beside(one, one, fresh, slow)
        separate = _beside(one, other, fresh, slow)
        public = stack.enter_context(instance.serving("--no-worker", "--role", "public"))
        console = stack.enter_context(instance.serving("--no-worker", "--role", "console"))
        refused = public.get("/console/login").status, console.get("/").status
    ledger.say(f"{SLOW_CONNECTIONS} connections ask for a slow page; load average {load_average()}")
    rows = (("alone", alone), ("slow pages in the same process", same), ("slow pages in another", separate))
    for line in table(("snippets, 16 connections", "req/s", "p50 ms", "p99 ms", "failed"), map(_row, rows)):
        ledger.say(line)
    ledger.claim("each role has nothing of the other", holds=refused == (404, 404), found=refused)
    ledger.claim("no snippet failed", holds=not sum(each.failed for _, each in rows))
    ledger.at_most("p99 of snippets with slow pages in another process", separate.p99, MOST_P99, "ms")


def _beside(snippets: Server, pages: Server, fresh: Path, slow: Path) -> Loaded:
    found = []
    for _ in range(ROUNDS):
        with wrk(pages, slow, connections=SLOW_CONNECTIONS, seconds=SECONDS) as beside:
            found.append(measure(snippets, fresh, seconds=SECONDS))
            read_result(beside)
    return median_of(found)


def _row(named: tuple[str, Loaded]) -> tuple[object, ...]:
    name, each = named
    return name, f"{each.rate:,.0f}", f"{each.p50:.2f}", f"{each.p99:.2f}", each.failed
