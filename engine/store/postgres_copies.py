"""Copies of a PostgreSQL database, made by pg_dump and put back by pg_restore, which have to be installed."""

from __future__ import annotations

import os
import secrets
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import which

from sqlalchemy import URL, Connection, NullPool, create_engine
from sqlalchemy.exc import DBAPIError

from engine.errors import InUseError, StoreError
from engine.store.connect import first_line
from engine.store.copies import Counts, Proved

# The owner and the grants of a database are the place's own: a copy is put back under whoever restores it.
BARE = ("--no-owner", "--no-privileges")
# The server's own workers, such as those of VACUUM, harm nothing.
OTHERS = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    " AND backend_type = 'client backend'"
)
NO_RIGHT = "42501"
"""https://www.postgresql.org/docs/current/errcodes-appendix.html: insufficient_privilege."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PostgresCopies:
    """See ``engine.store.copies.Copies``."""

    url: URL

    @property
    def kind(self) -> str:
        return "postgresql"

    def save(self, target: Path) -> Counts:
        # The dump is of the snapshot that was counted: https://www.postgresql.org/docs/current/app-pgdump.html.
        with _connected(self.url, isolation_level="REPEATABLE READ") as connection:
            snapshot = str(connection.exec_driver_sql("SELECT pg_export_snapshot()").scalar_one())
            counts = _counts(connection)
            _run("pg_dump", self.url, "--format=custom", *BARE, f"--snapshot={snapshot}", f"--file={target}")
        return counts

    def prove(self, saved: Path) -> Proved:
        beside = self.url.set(database=f"plaudit_scratch_{secrets.token_hex(6)}")
        with _connected(self.url, isolation_level="AUTOCOMMIT") as connection:
            try:
                connection.exec_driver_sql(f"CREATE DATABASE {beside.database} TEMPLATE template0")
            except DBAPIError as error:
                if getattr(error.orig, "sqlstate", None) != NO_RIGHT:
                    raise
                _run("pg_restore", None, f"--file={os.devnull}", str(saved))
                return Proved(counts=None, because=f"{self.url.username} may not create a database to restore it into")
            try:
                _restore(beside, saved)
                with _connected(beside) as restored:
                    return Proved(counts=_counts(restored))
            finally:
                connection.exec_driver_sql(f"DROP DATABASE {beside.database} WITH (FORCE)")

    def is_empty(self) -> bool:
        with _connected(self.url) as connection:
            return not _tables(connection)

    def load(self, saved: Path) -> None:
        with _connected(self.url) as connection:
            if connection.exec_driver_sql(OTHERS).scalar():
                raise InUseError(
                    "another program is connected to the database: stop plaudit serve and plaudit work first"
                )
            for each in _tables(connection):
                connection.exec_driver_sql(f'DROP TABLE "{each}" CASCADE')
            connection.commit()
        # Functions of triggers outlive their tables.
        _restore(self.url, saved, "--clean", "--if-exists")


def _restore(url: URL, saved: Path, *options: str) -> None:
    _run("pg_restore", url, *BARE, *options, "--exit-on-error", "--single-transaction", str(saved))


def _tables(connection: Connection) -> list[str]:
    statement = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename"
    return list(connection.exec_driver_sql(statement).scalars())


def _counts(connection: Connection) -> Counts:
    statement = 'SELECT count(*) FROM "{}"'
    return {each: connection.exec_driver_sql(statement.format(each)).scalar_one() for each in _tables(connection)}


@contextmanager
def _connected(url: URL, **options: str) -> Iterator[Connection]:
    engine = create_engine(url, poolclass=NullPool, hide_parameters=True)
    try:
        with engine.connect() as connection:
            connection.execution_options(**options)
            yield connection
    except DBAPIError as error:
        raise StoreError(f"the database refused: {first_line(error)}") from error
    finally:
        engine.dispose()


def _run(program: str, url: URL | None, *arguments: str) -> None:
    """Runs a program of PostgreSQL; raises StoreError when it is missing, or for what it says."""
    found = which(program)
    if found is None:
        raise StoreError(f"{program} is not installed: it belongs to PostgreSQL's client programs (postgresql-client)")
    command, environment = [found, "--no-password", *arguments], dict(os.environ)
    if url is None:
        command.remove("--no-password")
    else:
        # Every user of this machine sees the arguments of a process; nobody else its environment.
        address = url.set(drivername="postgresql", password=None)
        command.append(f"--dbname={address.render_as_string(hide_password=False)}")
        if url.password:
            environment["PGPASSWORD"] = str(url.password)
    done = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    if done.returncode:
        # What follows the first line may hold rows.
        said = done.stderr.decode(errors="replace").strip().partition("\n")[0]
        raise StoreError(f"{program} failed: {said or done.returncode}")
