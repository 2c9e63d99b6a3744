"""Cleaning the files of a database of what was deleted from its tables."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from engine.errors import StoreError
from engine.store.connect import first_line


@dataclass(frozen=True, slots=True, kw_only=True)
class Scrubbed:
    """What is left of deleted rows in the files."""

    is_clean: bool
    """Whether nothing is: the file was written anew and its log emptied."""
    because: str = ""
    """Why something may be."""


def scrub(engine: Engine) -> Scrubbed:
    """Writes an SQLite file anew without its free pages and empties its write-ahead log; on PostgreSQL, runs VACUUM.

    VACUUM of PostgreSQL frees the space of deleted rows and does not overwrite it: it is used again later, and its
    write-ahead log keeps them until it is recycled. https://sqlite.org/lang_vacuum.html,
    https://www.postgresql.org/docs/current/sql-vacuum.html. Raises StoreError when there is no space for it.
    """
    try:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql("VACUUM")
                return Scrubbed(is_clean=False, because="PostgreSQL overwrites deleted rows later, not at once")
            return _scrub_sqlite(connection)
    except DBAPIError as error:
        raise StoreError(f"the database refused: {first_line(error)}") from error


def _scrub_sqlite(connection: Connection) -> Scrubbed:
    # The transaction that SQLAlchemy begins by itself is ended by hand: nothing of this runs within one.
    driver = connection.connection.driver_connection
    if driver is None:
        raise StoreError("the connection to the database is gone")
    driver.rollback()
    driver.execute("VACUUM")
    busy, _, _ = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return Scrubbed(is_clean=not busy, because="a reader holds the write-ahead log open" if busy else "")
