"""Bringing the tables up to this program's version, forward only."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from engine.errors import StoreError
from engine.store.connect import open_engine, transaction

MIGRATIONS = Path(__file__).parent / "migrations"


def upgrade(url: str, revision: str = "head") -> None:
    """Runs the migrations that a database lacks, all in one transaction.

    Two processes may call it at once: the second waits and finds nothing to do. Raises StoreError when the database
    cannot be reached or is newer than this program.
    """
    engine = open_engine(url)
    try:
        with transaction(engine, writes=True) as connection:
            if engine.dialect.name == "postgresql":
                connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7311201)")
            found = MigrationContext.configure(connection).get_current_revision()
            if (found, revision) == (newest_revision(), "head"):
                return
            refuse_newer(found)
            config = _config()
            config.attributes["connection"] = connection
            command.upgrade(config, revision)
    finally:
        engine.dispose()


def current_version(url: str) -> str | None:
    """The revision that a database is at; None when it holds no tables of ours."""
    engine = open_engine(url)
    try:
        with transaction(engine, writes=False) as connection:
            return MigrationContext.configure(connection).get_current_revision()
    finally:
        engine.dispose()


def check_version(url: str) -> None:
    """Raises StoreError unless the database is at this program's revision."""
    found, wanted = current_version(url), newest_revision()
    if found != wanted:
        raise StoreError(
            f"the database is at revision {found}, this program needs {wanted}; run any plaudit command once"
        )


def refuse_newer(revision: str | None) -> None:
    """Raises StoreError for a revision that this program does not know."""
    known = {each.revision for each in _script().walk_revisions()}
    if revision is not None and revision not in known:
        raise StoreError(f"the database is at revision {revision}, which this program does not know: it is newer")


@cache
def newest_revision() -> str | None:
    """The revision of a database that this program has brought up to date."""
    return _script().get_current_head()


def _script() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
