"""The real ``plaudit serve``, with its worker, on a port of loopback that nobody else has."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from time import monotonic
from typing import TypeVar

import requests

PATIENCE = 20.0
"""Seconds within which whatever is waited for happens, or the test has failed."""

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Served:
    """A server that answers."""

    url: str
    log: Path
    """What it says."""
    process: subprocess.Popen[bytes]

    @property
    def worker(self) -> int | None:
        """The process id of the worker beside the server; None while there is none."""
        found = [pid for pid in children(self.process.pid) if "work" in command_of(pid)]
        return found[0] if found else None

    def stop(self) -> int:
        """Asks the server to end, as a process manager does; its exit code."""
        self.process.terminate()
        return self.process.wait(PATIENCE)


@contextmanager
def serving(
    folder: Path, *options: str | Path, port: int | None = None, patience: float = PATIENCE
) -> Iterator[Served]:
    """``plaudit serve`` for the instance in a data folder, once it is ready, until the block is left.

    ``port`` is for an instance whose own links have to lead to it; otherwise it is one that nobody else has.
    """
    port = port or free_port()
    command = [sys.executable, "-m", "review_site.cli", "serve", "--data", folder, "--port", str(port), *options]
    log = folder.parent / f"serve-{port}.log"
    with log.open("wb") as written, subprocess.Popen(command, stdout=written, stderr=written) as process:
        served = Served(url=f"http://127.0.0.1:{port}", log=log, process=process)
        try:
            until(lambda: is_ready(served), patience)
            yield served
        finally:
            if process.poll() is None:
                process.terminate()
            try:
                process.wait(patience)
            finally:
                process.kill()


def until(condition: Callable[[], Found | None], patience: float = PATIENCE) -> Found:
    """What the condition gives once it gives something; asked again and again until patience ends."""
    end = monotonic() + patience
    between = Event()
    while not (found := condition()):
        assert monotonic() < end, "it did not happen in time"
        between.wait(0.02)
    return found


def is_ready(served: Served) -> bool:
    assert served.process.poll() is None, served.log.read_text(encoding="utf-8", errors="replace")
    try:
        return requests.get(f"{served.url}/readyz", timeout=5).ok
    except requests.ConnectionError:
        return False


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_running(pid: int) -> bool:
    """Whether there is such a process that has not ended: one that nobody has waited for yet has."""
    return state_of(pid) not in ("", "Z")


def children(parent: int) -> list[int]:
    numbers = (int(each.name) for each in Path("/proc").iterdir() if each.name.isdigit())
    return sorted(pid for pid in numbers if parent_of(pid) == parent)


def command_of(pid: int) -> list[str]:
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8", errors="replace").split("\0")
    return []


def parent_of(pid: int) -> int:
    return int((_stat(pid) or ["", "0"])[1])


def state_of(pid: int) -> str:
    return (_stat(pid) or [""])[0]


def _stat(pid: int) -> list[str]:
    """State, parent and so on: what follows the name, which may hold anything, in ``/proc/<pid>/stat``."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    return []


def owner_that_is_gone() -> str:
    """The name, as a holder of leases, of a process of this machine that has ended."""
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        ended.wait()
    return f"{socket.gethostname()[:40]}/{ended.pid}/abc"
