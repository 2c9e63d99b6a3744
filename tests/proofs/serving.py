"""Proof: a finished snippet costs at most five times the CPU that nginx needs for the same bytes from a file."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path

from tests.proofs.clothing import COLUMNS, SHOP, clothing_file
from tests.proofs.instances import Ground, Instance, Server, ground
from tests.proofs.load import (
    Loaded,
    measure,
    median_of,
    need_tools,
    nginx,
    read_result,
    write_requests,
    wrk,
)
from tests.proofs.measuring import Ledger, Ran, load_average, table

SUBJECTS = 1000
REVIEWS_OF_EACH = 10
BIG_SUBJECT = "everything"
SLOW_PAGE = f"/reviews/{BIG_SUBJECT}?sort=lowest"
MOST_TIMES_NGINX = 5.0
ROUNDS = 3
SECONDS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two servers with the same bytes under the same paths, and the files that say what to ask each of them for."""

    ours: Server
    theirs: Server
    fresh: Path
    known_to_us: Path
    known_to_them: Path
    slow: Path
    bytes_each: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    nginx: Loaded
    plaudit: Loaded
    nginx_304: Loaded
    plaudit_304: Loaded

    @property
    def ratio(self) -> float:
        return self.plaudit.cpu / self.nginx.cpu

    @property
    def ratio_304(self) -> float:
        return self.plaudit_304.cpu / self.nginx_304.cpu


def prove(ledger: Ledger) -> None:
    need_tools()
    with ground() as place:
        instance = place.instance("shop")
        fill(instance, place.folder / "subjects.csv")
        with beside_nginx(place, instance) as pair:
            ledger.say(f"{SUBJECTS} list snippets of {pair.bytes_each / 1000:.1f} KB; load average {load_average()}")
            compared = compare(pair)
            slowed = {connections: _beside_slow(pair, connections) for connections in (1, 2)}
    for line in table(("16 connections", "CPU us", "req/s", "p50 ms", "p99 ms", "failed"), _rows(compared, slowed)):
        ledger.say(line)
    ledger.say(f"CPU of a 304: {compared.ratio_304:.1f} times nginx's")
    ledger.at_most("CPU of a request", compared.ratio, MOST_TIMES_NGINX, "times nginx's for the same bytes")
    ours = (compared.plaudit, compared.plaudit_304, *(each for runs in slowed.values() for each in runs))
    failed = sum(each.failed for each in ours)
    ledger.claim("no request failed", holds=failed == 0, found=failed)


def fill(instance: Instance, path: Path, subjects: int = SUBJECTS) -> Ran:
    """So many subjects of ten real reviews each and one with a thousand, published; what publishing cost."""
    write_subjects(path, subjects)
    instance.plaudit("import", path, *SHOP, "--map", "external_id=id", *COLUMNS, "--set", "language=en")
    instance.plaudit("approve", "--source", "shop", "--all")
    return instance.plaudit("publish")


def write_subjects(path: Path, subjects: int) -> None:
    with clothing_file().open(newline="", encoding="utf-8") as file:
        header, *rows = csv.reader(file)
    column = header.index("Clothing ID")
    named = [f"garment-{number}" for number in range(subjects) for _ in range(REVIEWS_OF_EACH)]
    named += [BIG_SUBJECT] * len(rows)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["id", *header[1:]])
        for number, (row, name) in enumerate(zip(islice(cycle(rows), len(named)), named, strict=True), 1):
            writer.writerow([number, *(name if at == column else cell for at, cell in enumerate(row) if at)])


@contextmanager
def beside_nginx(place: Ground, instance: Instance, subjects: int = SUBJECTS) -> Iterator[Pair]:
    """Our server with its shipped settings, and nginx with what ours answered written to files."""
    folder = place.folder / "nginx"
    folder.mkdir()
    paths = [f"/v1/subjects/garment-{number}/snippets/list" for number in range(subjects)]
    with ExitStack() as stack:
        ours = stack.enter_context(instance.serving())
        answers = {path: ours.get(path) for path in paths}
        bodies: Mapping[str, bytes] = {path: answer.body for path, answer in answers.items()}
        theirs = stack.enter_context(nginx(folder, bodies))
        if any(theirs.get(path).body != body for path, body in bodies.items()):
            raise RuntimeError("nginx does not serve the same bytes")
        known_to_us = [(path, answer.headers["etag"]) for path, answer in answers.items()]
        known_to_them = [(path, theirs.get(path).headers["etag"]) for path in paths]
        for server, known in ((ours, known_to_us), (theirs, known_to_them)):
            if {server.get(path, {"If-None-Match": etag}).status for path, etag in known} != {304}:
                raise RuntimeError("an ETag is not known to the server that gave it")
        yield Pair(
            ours=ours,
            theirs=theirs,
            fresh=write_requests(folder / "fresh", [(path, "") for path in paths]),
            known_to_us=write_requests(folder / "known-to-us", known_to_us),
            known_to_them=write_requests(folder / "known-to-them", known_to_them),
            slow=write_requests(folder / "slow", [(SLOW_PAGE, "")]),
            bytes_each=sum(map(len, bodies.values())) // len(bodies),
        )


def compare(pair: Pair) -> Compared:
    """Both servers in turn, three times: the machine's moods meet both alike."""
    runs: dict[str, list[Loaded]] = {name: [] for name in ("nginx", "plaudit", "nginx_304", "plaudit_304")}
    for _ in range(ROUNDS):
        runs["nginx"].append(measure(pair.theirs, pair.fresh, seconds=SECONDS))
        runs["plaudit"].append(measure(pair.ours, pair.fresh, seconds=SECONDS))
        runs["nginx_304"].append(measure(pair.theirs, pair.known_to_them, seconds=SECONDS))
        runs["plaudit_304"].append(measure(pair.ours, pair.known_to_us, seconds=SECONDS))
    return Compared(**{name: median_of(each) for name, each in runs.items()})


def _beside_slow(pair: Pair, connections: int) -> tuple[Loaded, Loaded]:
    """The snippets and the slow page, while ``connections`` ask for the slow page without a pause."""
    both: list[tuple[Loaded, Loaded]] = []
    for _ in range(ROUNDS):
        with wrk(pair.ours, pair.slow, connections=connections, seconds=SECONDS) as beside:
            fast = measure(pair.ours, pair.fresh, seconds=SECONDS)
            both.append((fast, read_result(beside)))
    return median_of([fast for fast, _ in both]), median_of([slow for _, slow in both])


def _rows(compared: Compared, slowed: Mapping[int, tuple[Loaded, Loaded]]) -> Iterator[tuple[object, ...]]:
    yield _row("nginx, file", compared.nginx)
    yield _row("plaudit, snippet", compared.plaudit)
    yield _row("nginx, 304", compared.nginx_304)
    yield _row("plaudit, 304", compared.plaudit_304)
    for connections, (fast, slow) in slowed.items():
        # Both kinds of request were paid from one account, so neither has a CPU figure of its own.
        yield f"snippet, slow page x{connections}", "", *_row("", fast)[2:]
        yield "  the slow page", "", *_row("", slow)[2:]


def _row(name: str, each: Loaded) -> tuple[object, ...]:
    return name, f"{each.cpu:.1f}", f"{each.rate:,.0f}", f"{each.p50:.2f}", f"{each.p99:.2f}", each.failed
