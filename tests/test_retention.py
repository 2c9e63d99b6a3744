"""Retention, on both databases: what was kept long enough goes, some rows at a time; all else stays."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, create_engine, func, insert, select

from engine.domain import Reason, review_id
from engine.erasure import DATABASE
from engine.errors import LeaseLostError
from engine.moderation import Moderation
from engine.outbox import Work
from engine.retention import AT_ONCE, EVERY, PATIENCE, Kept, Pruned, Retention
from engine.store import Store
from engine.store.tables import (
    account,
    answered_request,
    ask,
    contact,
    flag,
    hook_receipt,
    login_link,
    raw_record,
    session,
)
from engine.store.values import to_micros
from tests.factories import NOON, lease, make_intake, make_record, make_source, take_in
from tests.planting import SEAL, plant, told

DAYS = 30
OLD = NOON - timedelta(days=DAYS + 1)
YOUNG = NOON - timedelta(days=DAYS - 1)
SHOP = make_source().id


def retention_of(store: Store, *kinds: Kept, days: int = DAYS, **changes: Any) -> Retention:
    periods = dict.fromkeys(kinds, timedelta(days=days))
    return Retention(store=store, seal=SEAL, periods=periods, clock=lambda: NOON, **changes)


def prune(store: Store, kind: Kept, **changes: Any) -> Pruned | None:
    retention = retention_of(store, kind, **changes)
    retention.schedule()
    return retention.prune(lease(store, Work.PRUNE, kind))


def keep(store: Store, table: Table, *rows: dict[str, Any]) -> None:
    engine = create_engine(store.url)
    with engine.begin() as connection:
        connection.execute(insert(table), list(rows))
    engine.dispose()


def count(store: Store, table: Table) -> int:
    engine = create_engine(store.url)
    with engine.connect() as connection:
        found = connection.scalar(select(func.count()).select_from(table))
    engine.dispose()
    return found or 0


def receipt(key: str, at: datetime, body: bytes | None = None) -> dict[str, Any]:
    return {"source_id": SHOP, "key": key, "received_at": to_micros(at), "body": body}


def test_receipts_of_webhooks_go_when_they_were_worked_off(store: Store) -> None:
    keep(store, hook_receipt, receipt("old", OLD), receipt("young", YOUNG), receipt("waits", OLD, b"{}"))

    pruned = prune(store, Kept.HOOK_RECEIPTS)

    assert pruned == Pruned(kind=Kept.HOOK_RECEIPTS, rows=1)
    assert count(store, hook_receipt) == 2


def test_contacts_go_and_their_reviews_stay(store: Store) -> None:
    for number, at in enumerate((OLD, YOUNG)):
        take_in(store, make_record(str(number), contact={"email": "a@mail.example"}), now=at)

    pruned = prune(store, Kept.CONTACTS)

    with store.reading() as transaction:
        assert transaction.reviews.count() == 2
    assert pruned == Pruned(kind=Kept.CONTACTS, rows=1)
    assert count(store, contact) == 1


def test_payloads_go_but_for_the_sheets_that_authors_change(store: Store) -> None:
    plant(store)
    assert count(store, raw_record) == 3
    later = Retention(
        store=store,
        seal=SEAL,
        periods={Kept.RAW_PAYLOADS: timedelta(days=1)},
        clock=lambda: NOON + timedelta(days=2),
    )
    later.schedule()

    pruned = later.prune(lease(store, Work.PRUNE, Kept.RAW_PAYLOADS, now=NOON + timedelta(days=2)))

    assert pruned == Pruned(kind=Kept.RAW_PAYLOADS, rows=2)
    assert count(store, raw_record) == 1


def test_answered_flags_go_and_open_ones_wait(store: Store) -> None:
    one = {"review_id": "r1", "reason": "spam", "at": to_micros(OLD), "details": "{}"}
    keep(store, flag, {"id": "f1", "state": "upheld", **one}, {"id": "f2", "state": "open", **one})

    prune(store, Kept.FLAGS)

    assert count(store, flag) == 1


def test_asks_go_when_they_were_answered_or_ended(store: Store) -> None:
    one = {"form": "shop", "subject_id": "kettle", "made_at": to_micros(OLD)}
    ended, lasts = (f'{{"expires_at":{to_micros(at)}}}' for at in (OLD, NOON))
    rows = [("a1", None, ended), ("a2", to_micros(OLD), lasts), ("a3", None, lasts)]
    keep(store, ask, *({"id": key, "used_at": used, "details": details, **one} for key, used, details in rows))

    pruned = prune(store, Kept.ASKS)

    assert pruned == Pruned(kind=Kept.ASKS, rows=2)


def test_sessions_and_links_go_when_they_ended_long_ago(store: Store) -> None:
    keep(store, account, {"id": "a1", "email": "a@mail.example", "role": "viewer", "created_at": 0, "details": "{}"})
    for number, at in enumerate((OLD, YOUNG)):
        one = {"account_id": "a1", "created_at": 0, "expires_at": to_micros(at), "digest": f"d{number}"}
        keep(store, session, {**one, "seen_at": 0, "details": "{}"})
        keep(store, login_link, one)

    prune(store, Kept.SESSIONS)

    assert (count(store, session), count(store, login_link)) == (1, 1)


def test_answers_to_requests_go(store: Store) -> None:
    one = {"by": "key/1", "digest": "d", "media_type": "", "body": b""}
    keep(store, answered_request, *({**one, "key": str(at), "at": to_micros(at)} for at in (OLD, YOUNG)))

    prune(store, Kept.ANSWERED_REQUESTS)

    assert count(store, answered_request) == 1


def test_rejected_reviews_are_erased_and_no_source_brings_them_back(store: Store) -> None:
    take_in(store, make_record("1"), make_record("2"), make_record("3"))
    for number, at in (("1", OLD), ("2", YOUNG)):
        with store.writing() as transaction:
            moderation = Moderation(transaction=transaction, now=at)
            moderation.reject([review_id(SHOP, number)], by="operator", reason=Reason.SPAM)

    pruned = prune(store, Kept.REJECTED_REVIEWS)
    again = take_in(store, make_record("1"), make_record("2"), make_record("3"), intake=make_intake(seal=SEAL))

    assert pruned == Pruned(kind=Kept.REJECTED_REVIEWS, rows=1)
    assert (again.erased, again.unchanged) == (1, 2)
    with store.reading() as transaction:
        assert transaction.marks.find(Work.SCRUB, DATABASE) is not None


def test_rows_go_some_at_a_time_and_each_time_is_told(store: Store) -> None:
    keep(store, hook_receipt, *(receipt(str(number), OLD) for number in range(AT_ONCE + 1)))
    told_of: list[tuple[Kept, int]] = []

    prune(store, Kept.HOOK_RECEIPTS, progress=lambda kind, rows: told_of.append((kind, rows)))

    assert told_of == [(Kept.HOOK_RECEIPTS, AT_ONCE), (Kept.HOOK_RECEIPTS, 1)]


def test_nothing_is_scheduled_for_what_is_kept_for_good(store: Store) -> None:
    retention_of(store, *Kept, days=0).schedule()

    with store.reading() as transaction:
        assert [each for each in Kept if transaction.marks.find(Work.PRUNE, each)] == []


def test_the_next_run_is_tomorrow_and_a_restart_does_not_hasten_it(store: Store) -> None:
    prune(store, Kept.FLAGS)

    retention_of(store, Kept.FLAGS).schedule()

    with store.reading() as transaction:
        mark = transaction.marks.find(Work.PRUNE, Kept.FLAGS)
    assert mark is not None
    assert mark.due_at == NOON + EVERY


@pytest.mark.parametrize("key", ["flags", "unknown"])
def test_a_kind_that_ends_no_longer_is_given_up(store: Store, key: str) -> None:
    plant(store)
    before = told(store)
    with store.writing() as transaction:
        transaction.marks.set(Work.PRUNE, [key], NOON)

    pruned = retention_of(store).prune(lease(store, Work.PRUNE, key))

    assert pruned is None
    assert told(store) == before
    with store.reading() as transaction:
        assert transaction.marks.find(Work.PRUNE, key) is None


def test_a_worker_that_lost_its_lease_takes_nothing_away(store: Store) -> None:
    keep(store, hook_receipt, receipt("old", OLD))
    retention = retention_of(store, Kept.HOOK_RECEIPTS)
    retention.schedule()
    lost = lease(store, Work.PRUNE, Kept.HOOK_RECEIPTS)
    with store.writing() as transaction:
        transaction.marks.release(lost, due_at=NOON)

    with pytest.raises(LeaseLostError):
        retention.prune(lost)

    assert count(store, hook_receipt) == 1


def test_cleaning_the_files_takes_its_mark_away(store: Store) -> None:
    with store.writing() as transaction:
        transaction.marks.set(Work.SCRUB, [DATABASE], NOON)

    scrubbed = retention_of(store).scrub(lease(store, Work.SCRUB, DATABASE))

    assert scrubbed is not None
    assert scrubbed.is_clean == store.url.startswith("sqlite")
    with store.reading() as transaction:
        assert transaction.marks.find(Work.SCRUB, DATABASE) is None


def test_the_files_are_cleaned_after_what_was_made_of_the_words_but_not_never(store: Store) -> None:
    with store.writing() as transaction:
        transaction.marks.set(Work.PROFILE, ["kettle"], NOON)
        transaction.marks.set(Work.SCRUB, [DATABASE], NOON)
    retention = retention_of(store)

    tries = [retention.scrub(lease(store, Work.SCRUB, DATABASE)) for _ in range(PATIENCE + 1)]

    assert tries[:-1] == [None] * PATIENCE
    assert tries[-1] is not None


def test_what_is_erased_while_the_files_are_cleaned_has_them_cleaned_again(store: Store) -> None:
    with store.writing() as transaction:
        transaction.marks.set(Work.SCRUB, [DATABASE], NOON)
    taken = lease(store, Work.SCRUB, DATABASE)
    with store.writing() as transaction:
        transaction.marks.set(Work.SCRUB, [DATABASE], NOON)

    with pytest.raises(LeaseLostError):
        retention_of(store).scrub(taken)

    with store.reading() as transaction:
        assert transaction.marks.find(Work.SCRUB, DATABASE) is not None


def test_what_is_taken_away_is_overwritten_in_the_file_at_once(tmp_path: Path) -> None:
    path = tmp_path / "plaudit.sqlite"
    store = Store.open(f"sqlite:///{path}")
    for number in range(50):
        take_in(store, make_record(str(number), contact={"email": f"zyxcanary{number}@mail.example"}), now=OLD)

    prune(store, Kept.CONTACTS)

    # The last to leave moves the write-ahead log into the file.
    store.close()
    assert not path.with_name("plaudit.sqlite-wal").exists()
    assert b"zyxcanary" not in path.read_bytes()


def test_what_an_earlier_release_left_in_free_pages_goes_when_the_files_are_cleaned(tmp_path: Path) -> None:
    path = tmp_path / "plaudit.sqlite"
    store = Store.open(f"sqlite:///{path}")
    take_in(store, *(make_record(str(number), payload="zyxcanary" * 900) for number in range(9)))
    with closing(sqlite3.connect(path)) as earlier:
        earlier.execute("PRAGMA secure_delete=OFF")
        earlier.execute("DELETE FROM raw_record")
        earlier.commit()
        earlier.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert b"zyxcanary" in path.read_bytes()

    scrubbed = store.scrub()

    assert scrubbed.is_clean
    assert b"zyxcanary" not in path.read_bytes()
    store.close()


def test_the_write_ahead_log_is_emptied_while_the_database_is_in_use(tmp_path: Path) -> None:
    path = tmp_path / "plaudit.sqlite"
    store, server = (Store.open(f"sqlite:///{path}") for _ in range(2))
    take_in(store, make_record("1", payload="zyxcanary"))
    log = path.with_name("plaudit.sqlite-wal")
    assert b"zyxcanary" in log.read_bytes()

    store.scrub()

    assert log.read_bytes() == b""
    server.close()
    store.close()
