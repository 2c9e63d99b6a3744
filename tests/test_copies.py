"""Tests of copies of a database, on both: one moment of it, taken while others write, and put back."""

from __future__ import annotations

import os
from pathlib import Path
from threading import Event, Thread

import pytest
import sqlalchemy
from sqlalchemy.engine import make_url

from engine.errors import InUseError, StoreError
from engine.store import Store
from engine.store.copying import copies_of, differences
from engine.store.migrate import upgrade
from tests.factories import fill, make_review, make_subject


def remembered(url: str) -> str | None:
    store = Store(url)
    try:
        with store.reading() as transaction:
            return transaction.memory.find("counted")
    finally:
        store.close()


def remember(url: str, value: str) -> None:
    store = Store(url)
    try:
        with store.writing() as transaction:
            transaction.memory.save("counted", value)
    finally:
        store.close()


def test_a_copy_holds_what_the_database_held_when_it_was_counted(store: Store, tmp_path: Path) -> None:
    fill(store, [make_review()], subjects=[make_subject()])
    copies = copies_of(store.url)

    counts = copies.save(tmp_path / "copy")
    proved = copies.prove(tmp_path / "copy")

    assert counts["review"] == 1
    assert proved.counts == counts


def test_a_copy_is_of_one_moment_while_others_write(store: Store, tmp_path: Path) -> None:
    stop, begun = Event(), Event()

    def write() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            with store.writing() as transaction:
                # Two rows of one transaction: a copy has both or none.
                transaction.memory.save(f"left {number}", "1")
                transaction.memory.save(f"right {number}", "1")
            begun.set()

    writer = Thread(target=write)
    writer.start()
    begun.wait(30)
    try:
        copies = copies_of(store.url)
        promised = copies.save(tmp_path / "copy")
        found = copies.prove(tmp_path / "copy").counts
    finally:
        stop.set()
        writer.join()

    assert found == promised
    assert promised["setting"] % 2 == 0


def test_what_is_loaded_takes_the_place_of_what_was_there(database_url: str, tmp_path: Path) -> None:
    upgrade(database_url)
    remember(database_url, "before")
    copies = copies_of(database_url)
    copies.save(tmp_path / "copy")
    remember(database_url, "after")

    copies.load(tmp_path / "copy")

    assert remembered(database_url) == "before"


def test_a_database_without_tables_is_empty(database_url: str) -> None:
    copies = copies_of(database_url)

    before = copies.is_empty()
    upgrade(database_url)

    assert before
    assert not copies.is_empty()


def test_a_database_that_somebody_has_open_is_not_replaced(store: Store, tmp_path: Path) -> None:
    copies = copies_of(store.url)
    copies.save(tmp_path / "copy")
    with store.reading() as transaction:
        transaction.memory.find("counted")

    with pytest.raises(InUseError, match="stop plaudit serve"):
        copies.load(tmp_path / "copy")


def test_a_damaged_copy_is_refused(store: Store, tmp_path: Path) -> None:
    copies = copies_of(store.url)
    copies.save(tmp_path / "copy")
    whole = (tmp_path / "copy").read_bytes()
    (tmp_path / "copy").write_bytes(whole[: len(whole) // 2])

    with pytest.raises(StoreError):
        copies.prove(tmp_path / "copy")


@pytest.mark.postgres
def test_without_pg_dump_there_is_a_clear_refusal(
    postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(StoreError, match="pg_dump is not installed"):
        copies_of(postgres_url).save(tmp_path / "copy")


@pytest.mark.postgres
def test_who_may_not_create_databases_hears_that_the_copy_was_only_read(postgres_url: str, tmp_path: Path) -> None:
    role = f"plain_{os.getpid()}"
    engine = sqlalchemy.create_engine(postgres_url, isolation_level="AUTOCOMMIT", poolclass=sqlalchemy.NullPool)
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE ROLE {role} LOGIN")
    plain = make_url(postgres_url).set(username=role).render_as_string(hide_password=False)
    copies = copies_of(plain)
    copies.save(tmp_path / "copy")

    proved = copies.prove(tmp_path / "copy")

    assert proved.counts is None
    assert f"{role} may not create a database" in proved.because


def test_a_difference_names_its_table() -> None:
    found = differences({"review": 4, "subject": 1}, {"review": 3, "subject": 1, "flag": 2})

    assert found == ["flag: 0 rows were counted, 2 are in the copy", "review: 4 rows were counted, 3 are in the copy"]
