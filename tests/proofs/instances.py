"""Instances of Plaudit for proofs: their own folder, their own database, driven through the real command."""

from __future__ import annotations

import http.client
import os
import secrets
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy
from sqlalchemy.engine import make_url

from tests.proofs.measuring import Ran, SkippedError, run, started, wait_until
from tests.servers import MissingPostgresError, postgres_cluster

PLAUDIT = Path(sys.executable).with_name("plaudit")
DATABASE_VARIABLE = "PROOF_DATABASE"
SQLITE, POSTGRES = "SQLite", "PostgreSQL"
STORES = (SQLITE, POSTGRES)


@dataclass(frozen=True, kw_only=True)
class Instance:
    """One instance; ``url`` is the address of its database."""

    folder: Path
    url: str
    environment: Mapping[str, str]

    def plaudit(self, *arguments: str | Path, allowed: Sequence[int] = (0,), limit: float = 900) -> Ran:
        """Runs a verb of the command; raises RuntimeError when it ends with another status than allowed."""
        ran = run(self.command(*arguments), cwd=self.folder, env=self.environment, limit=limit)
        if ran.status not in allowed:
            raise RuntimeError(f"plaudit {arguments[0]} ended with {ran.status}:\n{ran.out[-2000:]}{ran.err[-2000:]}")
        return ran

    def command(self, *arguments: str | Path) -> list[str | Path]:
        return [PLAUDIT, *arguments, "--data", self.folder / "data"]

    @contextmanager
    def running(self, *arguments: str | Path) -> Iterator[subprocess.Popen[bytes]]:
        """A verb that runs until the block is left."""
        command = self.command(*arguments)
        with started(command, cwd=self.folder, env=self.environment, log=self.folder / "log") as process:
            yield process

    @contextmanager
    def serving(self, *options: str) -> Iterator[Server]:
        """`plaudit serve` with the shipped settings, ready to answer."""
        port = free_port()
        with self.running("serve", "--host", "127.0.0.1", "--port", str(port), *options) as process:
            server = Server(port=port, pid=process.pid)
            wait_until("readiness", lambda: process.poll() is not None or server.is_ready(), limit=30)
            if process.poll() is not None:
                raise RuntimeError(f"the server ended:\n{(self.folder / 'log').read_text()[-2000:]}")
            yield server

    def rows(self, statement: str, **values: object) -> list[Any]:
        """What a SELECT finds; whatever else is executed is committed."""
        with database(self.url) as engine, engine.begin() as connection:
            found = connection.execute(sqlalchemy.text(statement), values)
            return list(found) if found.returns_rows else []


@dataclass(frozen=True, kw_only=True)
class Server:
    port: int
    pid: int
    _connections: list[http.client.HTTPConnection] = field(default_factory=list)

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> Answer:
        """One request on a connection that is kept; not for use from two threads."""
        if not self._connections:
            self._connections.append(self.connection())
        return ask(self._connections[0], path, headers)

    def connection(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)

    def is_ready(self) -> bool:
        try:
            with closing(self.connection()) as connection:
                return ask(connection, "/readyz").status == 200
        except OSError:
            return False


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    """By their names in lower case."""
    body: bytes


def ask(connection: http.client.HTTPConnection, path: str, headers: Mapping[str, str] | None = None) -> Answer:
    connection.request("GET", path, headers=dict(headers or {}))
    response = connection.getresponse()
    return Answer(response.status, {name.lower(): value for name, value in response.getheaders()}, response.read())


@dataclass(frozen=True, kw_only=True)
class Ground:
    """Where a proof takes place: a temporary folder, and a database server where one is asked for."""

    folder: Path
    cluster: str | None

    def instance(self, name: str, settings: str = "") -> Instance:
        """A new, empty instance; ``settings`` is the text of its configuration, none being what is shipped."""
        folder = self.folder / name
        folder.mkdir()
        environment = {key: value for key, value in os.environ.items() if not key.startswith("PLAUDIT_")}
        url = f"sqlite:///{folder / 'data' / 'plaudit.sqlite3'}"
        if self.cluster:
            url = environment[DATABASE_VARIABLE] = _new_database(self.cluster)
            settings += f'\n[store]\nurl_env = "{DATABASE_VARIABLE}"\n'
        if settings:
            (folder / "config.toml").write_text(settings)
        return Instance(folder=folder, url=url, environment=environment)


@contextmanager
def ground(store: str = SQLITE) -> Iterator[Ground]:
    """Raises SkippedError when there is no PostgreSQL to start."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="plaudit-proof-")))
        # Servers that give up root's rights read in it.
        folder.chmod(0o755)
        try:
            cluster = stack.enter_context(postgres_cluster()) if store == POSTGRES else None
        except MissingPostgresError as error:
            raise SkippedError(str(error)) from error
        yield Ground(folder=folder, cluster=cluster)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def database(url: str) -> Iterator[sqlalchemy.Engine]:
    engine = sqlalchemy.create_engine(url, poolclass=sqlalchemy.NullPool)
    try:
        yield engine
    finally:
        engine.dispose()


def _new_database(cluster: str) -> str:
    name = f"proof_{secrets.token_hex(6)}"
    with database(cluster) as engine, engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(sqlalchemy.text(f"CREATE DATABASE {name}"))
    return make_url(cluster).set(database=name).render_as_string(hide_password=False)
