"""Copies of an SQLite database, made by its backup API: https://www.sqlite.org/backup.html."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from engine.errors import InUseError, StoreError
from engine.store.connect import BUSY_SECONDS
from engine.store.copies import Counts, Proved

BESIDE = ("-wal", "-shm", "-journal")
"""What SQLite keeps beside a database."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SqliteCopies:
    """See ``engine.store.copying.Copies``."""

    path: Path

    @property
    def kind(self) -> str:
        return "sqlite"

    def save(self, target: Path) -> Counts:
        with _said(), _opened(self.path) as source, closing(sqlite3.connect(target)) as copy:
            # The counts and the copy are of this one snapshot. In WAL mode it keeps no writer waiting, and all pages in
            # one step need no second start, however much is written meanwhile.
            source.execute("BEGIN")
            counts = _counts(source)
            source.backup(copy)
            source.execute("ROLLBACK")
            # A copy is one file, and stays one when it is read.
            copy.execute("PRAGMA journal_mode=DELETE")
        return counts

    def prove(self, saved: Path) -> Proved:
        # Unpacked, it is restored: nothing but its place makes it the database.
        with _said(), _opened(saved) as connection:
            problems = [row[0] for row in connection.execute("PRAGMA integrity_check")]
            if problems != ["ok"]:
                raise StoreError(f"the copy is damaged: {problems[0]}")
            if astray := connection.execute("PRAGMA foreign_key_check").fetchone():
                raise StoreError(f"the copy is damaged: a row of {astray[0]} belongs to none of {astray[2]}")
            return Proved(counts=_counts(connection))

    def is_empty(self) -> bool:
        if not self.path.exists():
            return True
        with _said(), _opened(self.path) as connection:
            return not _counts(connection)

    def load(self, saved: Path) -> None:
        if self.path.exists():
            with _opened(self.path) as connection:
                _refuse_company(connection)
        for each in BESIDE:
            self.path.with_name(self.path.name + each).unlink(missing_ok=True)
        saved.chmod(0o600)
        os.replace(saved, self.path)  # noqa: PTH105 - says what it does


def _refuse_company(connection: sqlite3.Connection) -> None:
    # Whoever has a file in WAL mode open, even idle, keeps everybody else from leaving that mode:
    # https://www.sqlite.org/wal.html. What is still in the log is put into the file by it.
    connection.execute("PRAGMA busy_timeout=0")
    try:
        connection.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.OperationalError as error:
        raise InUseError("another program has the database open: stop plaudit serve and plaudit work first") from error
    except sqlite3.DatabaseError:
        # It is damaged, and goes.
        return


def _counts(connection: sqlite3.Connection) -> dict[str, int]:
    statement = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!'"
    names = sorted(row[0] for row in connection.execute(statement))
    return {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}  # noqa: S608


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    if not path.exists():
        raise StoreError(f"there is no database at {path}")
    with closing(sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)) as connection:
        yield connection


@contextmanager
def _said() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise StoreError(f"the database refused: {error}") from error
