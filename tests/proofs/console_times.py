"""Proof: beside 100,000 reviews every page of the console is answered within 200 ms, 95 times of 100, on the server.

``PLAUDIT_PROOF_CONSOLE`` may name a folder in which the instance is kept: filling it takes longer than measuring.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

import requests

from tests.proofs.console_ground import PAGES
from tests.proofs.console_large import fill
from tests.proofs.instances import Instance, Server, ground
from tests.proofs.measuring import Ledger, cpu_of_tree, load_average, percentile, table
from tests.signing import EMAIL, PASSWORD

KEPT = "PLAUDIT_PROOF_CONSOLE"
TIMES, WARM = 20, 2
MOST = 200
MOST_CPU = 100
"""Milliseconds of the server's CPU: what a page may take on a machine that has other work, too."""
FILES = ("/console/validator/reports/", "/console/validator/runs/", "/console/sources/import/<")
"""Pages about a file of the data folder, which no review makes larger."""
MORE = (
    "/console/reviews?state=approved",
    "/console/reviews?state=approved&star=5&language=de",
    "/console/reviews?q=battery",
    "/console/search?q=battery&rating=5&language=en",
    "/console/search?q=%22very+good%22",
    "/console/search/suggest?q=batt",
    "/console/faq?show=all",
    "/console/insights?period=2025",
    "/console/settings/deliveries?state=failed",
    "/console/settings?thorough=1",
)
"""Further addresses, those with the heaviest questions."""
UNBOUND = {"/console/settings?thorough=1": "counts every review, as its link says"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Timed:
    address: str
    status: int
    walls: Sequence[float]
    """Milliseconds from the request to the last byte of its answer, on loopback."""
    cpu: float
    """Milliseconds of the server's CPU for one request, on average."""

    @property
    def p95(self) -> float:
        return percentile(self.walls, 0.95)


def prove(ledger: Ledger) -> None:
    with _instance(ledger) as instance, instance.serving("--no-worker") as server:
        session = _signed_in(server)
        found = [_timed(session, server, each) for each in _addresses(instance)]
    found.sort(key=lambda each: -each.p95)
    rows = [
        (each.address, f"{percentile(each.walls, 0.5):.0f}", f"{each.p95:.0f}", f"{each.cpu:.0f}") for each in found
    ]
    for line in table((f"{TIMES} times each", "p50 ms", "p95 ms", "CPU ms"), rows):
        ledger.say(line)
    ledger.say(f"load average {load_average()}")
    bound = [each for each in found if each.address not in UNBOUND]
    slow = [each.address for each in bound if each.p95 > MOST]
    for address, why in UNBOUND.items():
        ledger.say(f"bound by nothing: {address}: {why}")
    refused = [f"{each.address}: {each.status}" for each in found if each.status != HTTPStatus.OK]
    ledger.claim("every page is answered", holds=not refused, found=refused or f"{len(found)} addresses")
    # What other programs of the machine do to the clock, they do not do to this.
    ledger.at_most("the server's CPU for the costliest page", max(each.cpu for each in bound), MOST_CPU, "ms")
    ledger.claim(f"every page, p95: at most {MOST} ms", holds=not slow, found=slow or f"{len(found)} addresses")


@contextmanager
def _instance(ledger: Ledger) -> Iterator[Instance]:
    """A filled instance, kept for the next time where the environment names a folder for it."""
    if not (kept := os.environ.get(KEPT)):
        with ground() as place:
            made = place.instance("large")
            fill(ledger, made)
            yield made
        return
    folder = Path(kept)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PLAUDIT_")}
    url = f"sqlite:///{folder / 'data' / 'plaudit.sqlite3'}"
    instance = Instance(folder=folder, url=url, environment=environment)
    if not folder.exists():
        folder.mkdir(parents=True)
        fill(ledger, instance)
    yield instance


def _addresses(instance: Instance) -> list[str]:
    ids = {name: str(instance.rows(question)[0][0]) for name, question in IDS.items()}
    rules = [rule for rule in PAGES if not rule.startswith(FILES)]
    named = [PAGES[rule][0].format_map(ids) for rule in rules]
    largest = ids["subject"]
    return [*(each.replace("k2-kettle", largest) for each in named), *MORE]


IDS = {
    "review": "SELECT review_id FROM flag LIMIT 1",
    "entry": "SELECT id FROM faq_entry LIMIT 1",
    "page": "SELECT id FROM monitored_page LIMIT 1",
    "subject": (
        "SELECT p.subject_id FROM phrase p JOIN review r ON r.subject_id = p.subject_id"
        " GROUP BY p.subject_id ORDER BY count(DISTINCT r.id) DESC LIMIT 1"
    ),
}
"""What addresses need, and where it is found; the subject is the largest that was mined."""


def _signed_in(server: Server) -> requests.Session:
    session, origin = requests.Session(), f"http://127.0.0.1:{server.port}"
    form = {"email": EMAIL, "password": PASSWORD}
    answer = session.post(f"{origin}/console/login", form, headers={"Origin": origin}, timeout=60)
    if not re.search(r"/console$", answer.url):
        raise RuntimeError(f"nobody was signed in: {answer.status_code}")
    return session


def _timed(session: requests.Session, server: Server, address: str) -> Timed:
    def ask() -> int:
        return session.get(f"http://127.0.0.1:{server.port}{address}", timeout=120).status_code

    status = max(ask() for _ in range(WARM))
    before = cpu_of_tree(server.pid)
    walls = [_milliseconds(ask) for _ in range(TIMES)]
    return Timed(address=address, status=status, walls=walls, cpu=1000 * (cpu_of_tree(server.pid) - before) / TIMES)


def _milliseconds(act: Callable[[], object]) -> float:
    begun = time.perf_counter()
    act()
    return 1000 * (time.perf_counter() - begun)
