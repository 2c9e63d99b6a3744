"""Whether a database can be used: read, written, and of this program's version."""

from __future__ import annotations

from dataclasses import dataclass

from alembic.migration import MigrationContext
from sqlalchemy import Engine, text

from engine.store.connect import transaction
from engine.store.migrate import newest_revision


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    is_current: bool
    """Whether its tables are those that this program knows."""
    is_writable: bool


def condition(engine: Engine) -> Condition:
    """Looks without changing anything, and without waiting for whoever writes. Raises StoreError when it cannot."""
    with transaction(engine, writes=False) as connection:
        revision = MigrationContext.configure(connection).get_current_revision()
    return Condition(is_current=revision == newest_revision(), is_writable=_is_writable(engine))


def _is_writable(engine: Engine) -> bool:
    if engine.dialect.name != "sqlite":
        with transaction(engine, writes=False) as connection:
            return bool(connection.scalar(text("SHOW transaction_read_only")) == "off")
    driver = engine.raw_connection()
    try:
        driver.execute("PRAGMA busy_timeout=0")
        driver.execute("BEGIN IMMEDIATE")
        # A file that is only read begins such a transaction all the same; it shows at the first change.
        driver.execute("UPDATE alembic_version SET version_num = version_num")
    except Exception as error:  # noqa: BLE001 - the driver's own, which only its module names
        # Somebody else writes at this moment, so it can be written.
        return "locked" in str(error)
    else:
        driver.rollback()
        return True
    finally:
        # Not back into the pool: this connection no longer waits for a lock.
        driver.invalidate()
