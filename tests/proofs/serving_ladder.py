"""Proof: our server beside nginx, a plain Flask route and Isso in one run; a minute at 500 connections; its memory.

``PROOF_SECONDS`` in the environment is another length of that minute.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.request import Request, urlopen

from tests.proofs.instances import Ground, Instance, Server, free_port, ground
from tests.proofs.load import Loaded, measure, median_of, need_tools, write_requests
from tests.proofs.measuring import Ledger, SkippedError, load_average, memory_of, started, table, tree_of, wait_until
from tests.proofs.scratch import python_with
from tests.proofs.serving import beside_nginx, fill

SUBJECTS = 200
"""Their snippets are more than SQLite keeps in memory for a connection (2 MB): each is read anew."""
ROUNDS = 3
SECONDS = 5
CROWD = 500
MINUTE = int(os.environ.get("PROOF_SECONDS", "60"))
COMMENTS = 20
MOST_P99 = 25.0
FLASK = (
    "from granian.constants import Interfaces; from granian.server import Server;"
    "Server('tests.proofs.flask_peer:app', port={port}, interface=Interfaces.WSGI, blocking_threads=2).serve()"
)


def prove(ledger: Ledger) -> None:
    need_tools()
    with ground() as place, ExitStack() as stack:
        instance = place.instance("shop")
        fill(instance, place.folder / "subjects.csv", SUBJECTS)
        pair = stack.enter_context(beside_nginx(place, instance, SUBJECTS))
        servers = {"nginx, file": (pair.theirs, pair.fresh), "plaudit": (pair.ours, pair.fresh)}
        servers["plain Flask route"] = (stack.enter_context(_flask(place, instance)), pair.fresh)
        try:
            isso = stack.enter_context(_isso(place))
            servers[f"Isso, {COMMENTS} comments"] = (
                isso,
                write_requests(place.folder / "isso-paths", [("/?uri=/p", "")]),
            )
        except SkippedError as error:
            ledger.leave_out("Isso", error)
        runs: dict[str, list[Loaded]] = {name: [] for name in servers}
        for _ in range(ROUNDS):
            for name, (server, asked) in servers.items():
                runs[name].append(measure(server, asked, seconds=SECONDS))
        memory = {name: _memory(server) for name, (server, _) in servers.items()}
        crowd = measure(pair.ours, pair.fresh, seconds=MINUTE, connections=CROWD)
        grown = _memory(pair.ours)
    found = {name: median_of(each) for name, each in runs.items()}
    _say(ledger, found, memory)
    ledger.say(
        f"{CROWD} connections, {MINUTE} s: {crowd.rate:,.0f} req/s, p50 {crowd.p50:.1f} ms, p99 {crowd.p99:.1f} ms"
    )
    ledger.say(f"memory of all our processes: {memory['plaudit']:.0f} MB, then {grown:.0f} MB; load {load_average()}")
    ledger.claim(f"{MINUTE} s at {CROWD} connections without an error", holds=not crowd.failed, found=crowd.failed)
    ledger.at_most("p99 of a snippet, 16 connections", found["plaudit"].p99, MOST_P99, "ms")


def _say(ledger: Ledger, found: Mapping[str, Loaded], memory: Mapping[str, float]) -> None:
    least = found["nginx, file"].cpu
    rows = [
        (
            name,
            f"{each.cpu:,.1f}",
            f"{each.cpu / least:,.1f}",
            f"{each.rate:,.0f}",
            f"{each.p99:.2f}",
            f"{memory[name]:.0f}",
        )
        for name, each in found.items()
    ]
    for line in table(("16 connections", "CPU us", "x nginx", "req/s", "p99 ms", "MB"), rows):
        ledger.say(line)


def _memory(server: Server) -> float:
    return sum(memory_of(pid) for pid in tree_of(server.pid))


@contextmanager
def _flask(place: Ground, instance: Instance) -> Iterator[Server]:
    port = free_port()
    environment = {**instance.environment, "PROOF_SQLITE": instance.url.removeprefix("sqlite:///")}
    command: list[str | Path] = [Path(sys.executable), "-c", FLASK.format(port=port)]
    root = Path(__file__).resolve().parents[2]
    with started(command, cwd=root, env=environment, log=place.folder / "flask.log") as process:
        server = Server(port=port, pid=process.pid)
        wait_until("Flask", lambda: _status(server, "/v1/subjects/garment-1/snippets/list") == 200, limit=30)
        yield server


@contextmanager
def _isso(place: Ground) -> Iterator[Server]:
    """Isso with its own server, as pip brings it, and a page with comments."""
    folder, port = place.folder / "isso", free_port()
    python, settings = python_with(folder, "isso", "setuptools<81"), place.folder / "isso.cfg"
    host = "http://127.0.0.1:1/"
    settings.write_text(
        f"[general]\ndbpath = {place.folder / 'isso.db'}\nhost = {host}\n"
        f"[server]\nlisten = http://127.0.0.1:{port}/\n[guard]\nenabled = false\n"
    )
    command: list[str | Path] = [python.with_name("isso"), "-c", settings, "run"]
    with started(command, cwd=place.folder, env={}, log=place.folder / "isso.log") as process:
        server = Server(port=port, pid=process.pid)
        wait_until("Isso", lambda: _status(server, "/info") == 200, limit=60, every=0.2)
        for number in range(COMMENTS):
            said = json.dumps({"text": f"It pours well, cup {number}.", "title": "Page"}).encode()
            headers = {"Content-Type": "application/json", "Origin": host.rstrip("/")}
            urlopen(Request(f"http://127.0.0.1:{port}/new?uri=/p", said, headers), timeout=30).close()
        yield server


def _status(server: Server, path: str) -> int:
    connection = server.connection()
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except OSError:
        return 0
    finally:
        connection.close()
