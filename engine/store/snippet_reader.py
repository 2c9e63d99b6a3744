"""The hot path: one prepared SELECT by primary key on a connection of the thread's own, one reader per database.

Raw SQL on the driver, because SQLAlchemy's own share of a request was larger than all the rest together.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Mapping
from itertools import product
from typing import Any, NamedTuple, Protocol
from weakref import WeakSet

from sqlalchemy import make_url

from engine.errors import StoreError
from engine.packing import BROTLI, GZIP
from engine.store.connect import BUSY_SECONDS


class Served(NamedTuple):
    """What is answered, packed in the best way that the client takes and the snippet has."""

    body: bytes
    coding: str
    """``br``, ``gzip``, or nothing where the body is as it is."""
    media_type: str
    etag: str
    version: int


MAPPED = 1 << 30
"""Bytes of an SQLite file that are read where the system has them (https://sqlite.org/mmap.html): a body lies on many
pages, and a call for each was a sixth of a request."""

Read = Callable[[str, str, str, str, bool, bool], Served | None]
"""Scope, scope id, name and locale, and whether Brotli and gzip are taken."""

SELECT = (
    "SELECT {body}, {coding}, media_type, etag, version FROM snippet"
    " WHERE scope = {0} AND scope_id = {0} AND name = {0} AND locale = {0} AND body IS NOT NULL"
)
Statements = Mapping[tuple[bool, bool], str]
"""The SELECT for who takes Brotli, gzip, both or neither."""


def statements(mark: str) -> Statements:
    """Each reads one form of a body and leaves the others where they are; ``mark`` stands for a parameter."""
    either = (False, True)
    return {(brotli, gzip): _statement(mark, brotli, gzip) for brotli, gzip in product(either, either)}


def _statement(mark: str, takes_brotli: bool, takes_gzip: bool) -> str:
    wanted = [*(["brotli"] if takes_brotli else []), *(["gzip"] if takes_gzip else [])]
    names = {"brotli": BROTLI, "gzip": GZIP}
    cases = " ".join(f"WHEN {each} IS NOT NULL THEN '{names[each]}'" for each in wanted)
    body = f"coalesce({', '.join([*wanted, 'body'])})" if wanted else "body"
    return SELECT.format(mark, body=body, coding=f"CASE {cases} ELSE '' END" if wanted else "''")


class SnippetReader(Protocol):
    def read(
        self, scope: str, scope_id: str, name: str, locale: str, takes_brotli: bool = False, takes_gzip: bool = False
    ) -> Served | None:
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


class _Owner:
    """Closes the connection of a thread when that ends: a server starts and ends its threads as it needs them."""

    __slots__ = ("__weakref__", "close")

    def __init__(self, connection: Any, others: WeakSet[_Owner]) -> None:
        self.close: Callable[[], None] = connection.close
        others.add(self)

    def __del__(self) -> None:
        self.close()


class SqliteSnippets:
    def __init__(self, path: str) -> None:
        self._path = path
        self._local = threading.local()
        self._open: WeakSet[_Owner] = WeakSet()

    def read(
        self, scope: str, scope_id: str, name: str, locale: str, takes_brotli: bool = False, takes_gzip: bool = False
    ) -> Served | None:
        statement = SQLITE[takes_brotli, takes_gzip]
        row = self._connection().execute(statement, (scope, scope_id, name, locale)).fetchone()
        return None if row is None else Served(*row)

    def close(self) -> None:
        for each in list(self._open):
            each.close()

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
            found.execute(f"PRAGMA mmap_size={MAPPED}")
            self._local.connection = found
            self._local.owner = _Owner(found, self._open)
        return found


SQLITE = statements("?")
POSTGRES = statements("%s")


class PostgresSnippets:
    def __init__(self, url: str) -> None:
        try:
            import psycopg  # noqa: PLC0415 - an extra: SQLite needs no driver
        except ModuleNotFoundError as error:
            raise StoreError("PostgreSQL needs its driver: pip install 'plaudit[postgres]'") from error
        self._psycopg: Any = psycopg
        self._address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        self._local = threading.local()
        self._open: WeakSet[_Owner] = WeakSet()

    def read(
        self, scope: str, scope_id: str, name: str, locale: str, takes_brotli: bool = False, takes_gzip: bool = False
    ) -> Served | None:
        statement, key = POSTGRES[takes_brotli, takes_gzip], (scope, scope_id, name, locale)
        try:
            row = self._row(statement, key)
        except self._psycopg.OperationalError:
            # The server was restarted: one new connection, and whatever that says is the answer.
            self._local.__dict__.clear()
            row = self._row(statement, key)
        return None if row is None else Served(*row)

    def close(self) -> None:
        for each in list(self._open):
            each.close()

    def _row(self, statement: str, key: tuple[str, str, str, str]) -> Any:
        return self._connection().execute(statement, key, prepare=True, binary=True).fetchone()

    def _connection(self) -> Any:
        try:
            return self._local.connection
        except AttributeError:
            connection = self._psycopg.connect(self._address, autocommit=True)
            self._local.connection = connection
            self._local.owner = _Owner(connection, self._open)
            return connection
