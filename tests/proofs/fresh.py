"""Proof: a fresh clone without a virtual environment serves the demo by one command and passes its tests by another."""

from __future__ import annotations

import os
import socket
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from tests.proofs.instances import Server
from tests.proofs.measuring import Ledger, SkippedError, run, started, wait_until
from tests.tree import ROOT

PORT = 8300
SUBJECT = "k2-kettle"
SNIPPET = f"/v1/subjects/{SUBJECT}/snippets/jsonld"
LONGEST_SET_UP, LONGEST_TEST = 900, 1500
TEN_MINUTES = 600


def prove(ledger: Ledger) -> None:
    _need_port()
    with tempfile.TemporaryDirectory(prefix="plaudit-fresh-") as folder:
        clone = Path(folder) / "plaudit"
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("PLAUDIT_", "PYTHON"))}
        environment.pop("VIRTUAL_ENV", None)
        cloned = run(["git", "clone", "--quiet", ROOT, clone], cwd=Path(folder), env=environment)
        if cloned.status:
            raise RuntimeError(f"git clone failed:\n{cloned.err}")
        _prove_run(ledger, clone, environment)
        _prove_test(ledger, clone, environment)


def _need_port() -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", PORT))
        except OSError as error:
            raise SkippedError(f"port {PORT}, where make run serves, is taken") from error


def _prove_run(ledger: Ledger, clone: Path, environment: Mapping[str, str]) -> None:
    begun = time.monotonic()
    with started(["make", "run"], cwd=clone, env=environment, log=clone / "run.log") as process:
        server = Server(port=PORT, pid=process.pid)
        wait_until("the demo", lambda: process.poll() is not None or server.is_ready(), limit=LONGEST_SET_UP, every=0.2)
        if process.poll() is not None:
            raise RuntimeError(f"make run ended:\n{(clone / 'run.log').read_text()[-3000:]}")
        ledger.say(f"make run serves the demo after {time.monotonic() - begun:.0f} s")
        command = ["curl", "--silent", "--include", f"http://127.0.0.1:{PORT}{SNIPPET}"]
        first = run(command, cwd=clone, env=environment)
        status, etag = _head(first.out)
        ledger.say(f"curl -i {SNIPPET}: {status}, ETag {etag}")
        ledger.claim("a jsonld snippet is 200 with an ETag", holds=" 200 " in f"{status} " and bool(etag))
        second = run([*command, "--header", f"If-None-Match: {etag}"], cwd=clone, env=environment)
        ledger.claim("asked with it, 304", holds=" 304 " in f"{_head(second.out)[0]} ", found=_head(second.out)[0])


def _head(answer: str) -> tuple[str, str]:
    """The status line and the ETag."""
    status, *headers = answer.splitlines() or [""]
    found = next((each for each in headers if each.lower().startswith("etag:")), "")
    value = found.partition(": ")[2]
    return status, value


def _prove_test(ledger: Ledger, clone: Path, environment: Mapping[str, str]) -> None:
    tested = run(["make", "test"], cwd=clone, env=environment, limit=LONGEST_TEST)
    lines = tested.out.strip().splitlines()
    for line in lines[-1:] if tested.status == 0 else lines[-30:]:
        ledger.say(line)
    ledger.claim("make test passes", holds=tested.status == 0)
    ledger.at_most("make test", tested.seconds, TEN_MINUTES, "s")
