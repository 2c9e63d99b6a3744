"""The hot path: one prepared SELECT by primary key on a connection of the thread's own, one reader per database.

Raw SQL on the driver, because SQLAlchemy's own share of a request was larger than all the rest together.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

from sqlalchemy import make_url

from engine.errors import StoreError
from engine.store.connect import BUSY_SECONDS


class Served(NamedTuple):
    """What is answered: ``gzip`` is None where the body is too small to be worth it."""

    body: bytes
    gzip: bytes | None
    media_type: str
    etag: str
    version: int


Read = Callable[[str, str, str, str], Served | None]

SELECT = (
    "SELECT body, gzip, media_type, etag, version FROM snippet"
    " WHERE scope = {0} AND scope_id = {0} AND name = {0} AND locale = {0} AND body IS NOT NULL"
)


class SnippetReader(Protocol):
    def read(self, scope: str, scope_id: str, name: str, locale: str) -> Served | None:
        """The snippet under a key, as it is committed at this moment; None when there is none."""
        ...

    def close(self) -> None:
        """Closes the connections of all threads."""
        ...


def snippet_reader(url: str) -> SnippetReader:
    """The reader for a database's address."""
    if make_url(url).get_backend_name() == "sqlite":
        return SqliteSnippets(make_url(url).database or "")
    return PostgresSnippets(url)


class SqliteSnippets:
    def __init__(self, path: str) -> None:
        self._path = path
        self._local = threading.local()
        self._open: list[sqlite3.Connection] = []

    def read(self, scope: str, scope_id: str, name: str, locale: str) -> Served | None:
        row = self._connection().execute(SQLITE_SELECT, (scope, scope_id, name, locale)).fetchone()
        return None if row is None else Served(*row)

    def close(self) -> None:
        while self._open:
            self._open.pop().close()

    def _connection(self) -> sqlite3.Connection:
        try:
            found: sqlite3.Connection = self._local.connection
        except AttributeError:
            found = sqlite3.connect(
                f"file:{self._path}?mode=ro",
                uri=True,
                isolation_level=None,
                timeout=BUSY_SECONDS,
                check_same_thread=False,
            )
            found.execute("PRAGMA query_only=ON")
            self._local.connection = found
            self._open.append(found)
        return found


SQLITE_SELECT = SELECT.format("?")
POSTGRES_SELECT = SELECT.format("%s")


class PostgresSnippets:
    def __init__(self, url: str) -> None:
        try:
            import psycopg  # noqa: PLC0415 - an extra: SQLite needs no driver
        except ModuleNotFoundError as error:
            raise StoreError("PostgreSQL needs its driver: pip install 'plaudit[postgres]'") from error
        self._psycopg: Any = psycopg
        self._address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        self._local = threading.local()
        self._open: list[Any] = []

    def read(self, scope: str, scope_id: str, name: str, locale: str) -> Served | None:
        key = (scope, scope_id, name, locale)
        try:
            row = self._row(key)
        except self._psycopg.OperationalError:
            # The server was restarted: one new connection, and whatever that says is the answer.
            self._local.__dict__.clear()
            row = self._row(key)
        return None if row is None else Served(*row)

    def close(self) -> None:
        while self._open:
            self._open.pop().close()

    def _row(self, key: tuple[str, str, str, str]) -> Any:
        return self._connection().execute(POSTGRES_SELECT, key, prepare=True, binary=True).fetchone()

    def _connection(self) -> Any:
        try:
            return self._local.connection
        except AttributeError:
            connection = self._psycopg.connect(self._address, autocommit=True)
            self._local.connection = connection
            self._open.append(connection)
            return connection
