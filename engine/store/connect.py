"""Opening the database, and transactions that say whether they write."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, Table, create_engine, event, make_url
from sqlalchemy.dialects.postgresql import Insert as PostgresInsert
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import Insert as SqliteInsert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from engine.errors import StoreError

BUSY_SECONDS = 60


def open_engine(url: str) -> Engine:
    """A pool of connections to ``sqlite:///path`` or ``postgresql+psycopg://…``.

    Raises StoreError when the address names another database or a driver is missing.
    """
    try:
        if make_url(url).get_backend_name() not in ("sqlite", "postgresql"):
            raise StoreError("the database must be SQLite or PostgreSQL")
        engine = create_engine(
            url,
            pool_pre_ping=not url.startswith("sqlite"),
            # The values of a statement are somebody's words, and an error of it ends in the log.
            hide_parameters=True,
        )
    except (ArgumentError, NoSuchModuleError) as error:
        raise StoreError("the address of the database cannot be understood") from error
    except ModuleNotFoundError as error:
        raise StoreError("PostgreSQL needs its driver: pip install 'plaudit[postgres]'") from error
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # The driver's own notion of when a transaction begins is switched off: we say it.
    connection.isolation_level = None
    for pragma in (
        f"busy_timeout={BUSY_SECONDS * 1000}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "cache_size=-65536",
        # What is deleted is overwritten at once, not when its page is used again.
        "secure_delete=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that will write takes the lock at once: one that asks for it later fails where it could have waited.
    writes = connection.get_execution_options().get("plaudit_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def transaction(engine: Engine, *, writes: bool) -> Iterator[Connection]:
    """One transaction: committed when the block ends, undone whole when it raises.

    Raises StoreError for whatever the database refuses: a full disk, a lock that stays, a row that another process
    wrote first. Nothing is half-written then, and the same call may be made again.
    """
    try:
        with engine.connect() as connection:
            connection.execution_options(plaudit_writes=writes)
            with connection.begin():
                yield connection
    except DBAPIError as error:
        raise StoreError(f"the database refused: {first_line(error)}") from error


def first_line(error: DBAPIError) -> str:
    """What the database said, without the statement and its values: those may be somebody's words."""
    return str(error.orig).partition("\n")[0]


def upsert(connection: Connection, table: Table) -> SqliteInsert | PostgresInsert:
    """An insert that knows ON CONFLICT, in the words of the connection's database."""
    return sqlite_insert(table) if connection.dialect.name == "sqlite" else postgres_insert(table)
