"""Readiness: it says what is wrong, and takes a server away only for what the server cannot do."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy

from engine.outbox import Work
from engine.store import Store
from engine.store.search import APPLIED
from review_site.observing.backlog import backlog, beat
from review_site.observing.readiness import OK, readiness
from tests.factories import NOON


def test_a_database_that_is_written_at_this_moment_is_ready_and_nobody_waits(store: Store, tmp_path: Path) -> None:
    beat(store, NOON)
    with store.writing() as transaction:
        transaction.memory.save(APPLIED, "1")
    with store.writing():
        found = readiness(store, tmp_path, NOON)

    assert (found.is_ready, set(found.checks.values())) == (True, {OK})


def test_a_database_that_cannot_be_written_is_not_ready(store: Store, tmp_path: Path) -> None:
    locked = Store(read_only(store.url))

    found = readiness(locked, tmp_path, NOON)

    locked.close()
    assert (found.is_ready, found.checks["database"]) == (False, "cannot be written")


def read_only(url: str) -> str:
    if url.startswith("sqlite"):
        return f"sqlite:///file:{url.removeprefix('sqlite:///')}?mode=ro&uri=true"
    return f"{url}{'&' if '?' in url else '?'}options=-c%20default_transaction_read_only%3Don"


def test_a_database_of_another_version_is_not_ready(store: Store, tmp_path: Path) -> None:
    engine = sqlalchemy.create_engine(store.url)
    with engine.begin() as connection:
        connection.execute(sqlalchemy.text("UPDATE alembic_version SET version_num = '0001'"))
    engine.dispose()

    found = readiness(store, tmp_path, NOON)

    assert (found.is_ready, found.checks["migrations"]) == (False, "of another version")


def test_an_index_that_is_not_made_yet_is_said_and_takes_no_server_away(store: Store, tmp_path: Path) -> None:
    found = readiness(store, tmp_path, NOON)

    assert (found.is_ready, found.checks["search"]) == (True, "not made yet")


def test_a_full_disk_is_not_ready(store: Store, tmp_path: Path) -> None:
    found = readiness(store, tmp_path, NOON, least_disk=1 << 62)

    assert (found.is_ready, found.checks["disk"]) == (False, "almost full")


@pytest.mark.parametrize(("minutes", "said"), [(9, OK), (11, "late")])
def test_a_late_worker_is_said_and_takes_no_server_away(store: Store, tmp_path: Path, minutes: int, said: str) -> None:
    beat(store, NOON)

    found = readiness(store, tmp_path, NOON + timedelta(minutes=minutes))

    assert (found.is_ready, found.checks["worker"]) == (True, said)


def test_the_backlog_counts_what_is_due_and_since_when(store: Store) -> None:
    with store.writing() as transaction:
        transaction.marks.set(Work.PUBLISH, ["a"], NOON - timedelta(seconds=90))
        transaction.marks.set(Work.PUBLISH, ["b"], NOON)
        transaction.marks.set(Work.MINE, ["c"], NOON + timedelta(seconds=1))

    found = backlog(store, ["shop"], NOON)

    assert found.due == {"publish": (2, 90.0)}
    assert (found.failing, found.sources, found.worker_seen) == (0, [("never read", 1)], None)
