"""Real servers for tests: HTTP on loopback with a port that the system picks, and a private PostgreSQL cluster."""

from __future__ import annotations

import os
import pwd
import shutil
import ssl
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from engine.testing.server import Reply

__all__ = [
    "Answering",
    "Heard",
    "LoopbackServer",
    "MissingPostgresError",
    "Reply",
    "loopback",
    "postgres_cluster",
    "postgres_programs",
]


@dataclass(frozen=True, slots=True)
class Heard:
    """One request as a server heard it."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


Answering = Callable[[Heard], Reply | Callable[[BaseHTTPRequestHandler], None]]
"""What to answer: a reply, or a function that writes whatever it likes to the handler's ``wfile``."""


class LoopbackServer(ThreadingHTTPServer):
    """An HTTP server that remembers what it heard, and how many connections it took."""

    daemon_threads = True

    def __init__(self, answering: Answering, host: str, port: int) -> None:
        self.answering = answering
        self.heard: list[Heard] = []
        self.connections = 0
        super().__init__((host, port), _Handler)

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    @property
    def url(self) -> str:
        return f"http://{self.server_address[0]!s}:{self.port}"

    def process_request(self, request: Any, client_address: Any) -> None:
        self.connections += 1
        super().process_request(request, client_address)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Nothing: a client that hangs up in the middle is what many tests are about."""


@contextmanager
def loopback(
    answering: Answering, *, host: str = "127.0.0.1", port: int = 0, certificate: Path | None = None
) -> Iterator[LoopbackServer]:
    """A server that answers until the block is left; with a certificate (key and chain in one file) it speaks TLS."""
    server = LoopbackServer(answering, host, port)
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: LoopbackServer

    def _answer(self) -> None:
        length = int(self.headers.get("content-length") or 0)
        heard = Heard(self.command, self.path, dict(self.headers.items()), self.rfile.read(length))
        self.server.heard.append(heard)
        answer = self.server.answering(heard)
        if callable(answer):
            self.close_connection = True
            answer(self)
            return
        self.send_response_only(answer.status)
        for name, value in {"Content-Length": str(len(answer.body)), **answer.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer.body)

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = _answer  # noqa: N815  # the names http.server looks for

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the name is the base class's
        """Nothing: the test reads ``heard``."""


class MissingPostgresError(Exception):
    """There is no PostgreSQL server to start on this machine."""


@contextmanager
def postgres_cluster() -> Iterator[str]:
    """A private cluster in a temporary folder, reached through a socket in it: the URL of its first database.

    Durability is off: it lives as long as the tests. Raises MissingPostgresError when the programs are missing.
    """
    programs = postgres_programs()
    owner = _owner()
    with tempfile.TemporaryDirectory(prefix="plaudit-pg-", ignore_cleanup_errors=True) as folder:
        cluster = Path(folder)
        if owner:
            shutil.chown(cluster, owner)
        # Text is sorted by language here and by code point in SQLite: what leans on the order of either shows.
        locale = ["--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=en", "--encoding=UTF8"]
        _run(owner, cluster, programs / "initdb", "-D", cluster / "db", "-U", "plaudit", "-A", "trust", "-N", *locale)
        _start(owner, cluster, programs)
        try:
            yield f"postgresql+psycopg://plaudit@/postgres?host={cluster}"
        finally:
            _run(owner, cluster, programs / "pg_ctl", "-D", cluster / "db", "-w", "-m", "immediate", "stop")


def _start(owner: str | None, cluster: Path, programs: Path) -> None:
    settings = (
        "listen_addresses=''",
        f"unix_socket_directories='{cluster}'",
        "fsync=off",
        "synchronous_commit=off",
        "full_page_writes=off",
        "shared_buffers=32MB",
    )
    options = " ".join(f"-c {setting}" for setting in settings)
    log = cluster / "server.log"
    _run(owner, cluster, programs / "pg_ctl", "-D", cluster / "db", "-l", log, "-w", "-o", options, "start")


def _run(owner: str | None, folder: Path, *command: str | Path) -> None:
    done = subprocess.run(
        command,
        user=owner,
        group=pwd.getpwnam(owner).pw_gid if owner else None,
        extra_groups=[] if owner else None,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{Path(command[0]).name} failed:\n{done.stdout}{done.stderr}")


def postgres_programs() -> Path:
    """The folder of ``initdb``: Debian keeps the server's programs out of PATH, by version."""
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    found = installed[-1] if installed else shutil.which("initdb")
    if not found:
        raise MissingPostgresError("no initdb in /usr/lib/postgresql/*/bin or PATH")
    return Path(found).resolve().parent


def _owner() -> str | None:
    """The user that runs the server: PostgreSQL refuses to be started by root."""
    if os.geteuid() != 0:
        return None
    known = {user.pw_name for user in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"
