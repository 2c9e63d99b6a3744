"""Tests of backups: what is written was restored once, and what comes back is what there was."""

from __future__ import annotations

import json
import shutil
import sqlite3
import stat
import zipfile
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from tests.doors import Company, row

PUBLISHED = "SELECT scope, scope_id, name, locale, etag, body FROM snippet WHERE body IS NOT NULL ORDER BY 1, 2, 3, 4"
VERSIONS = "SELECT scope, scope_id, name, locale, version FROM snippet"
LIST = "plaudit-erased.jsonl"


@pytest.fixture
def shop(company: Company) -> Company:
    company.publish(
        row("1", email="ann@mail.example"), row("2", body="It is heavy, and pours well."), row("3", author="Eve")
    )
    return company


def backed_up(company: Company, *options: str) -> Path:
    done = company.plaudit("backup", company.folder / "kept" / "shop.zip", *options)
    assert done.exit_code == 0, done.output
    return company.folder / "kept" / "shop.zip"


def restored(company: Company, backup: Path, *options: str | Path) -> str:
    done = company.plaudit("restore", backup, *options)
    assert done.exit_code == 0, done.output
    return done.output


def elsewhere(company: Company) -> Company:
    """Another machine, with the same configuration and nothing else."""
    other = Company(company.folder.with_name("elsewhere")).configured()
    shutil.copy(company.config, other.config)
    return other


def rows(company: Company, statement: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(company.store / "plaudit.sqlite3")) as connection:
        return connection.execute(statement).fetchall()


def manifest_of(backup: Path) -> dict[str, object]:
    with zipfile.ZipFile(backup) as archive:
        found: dict[str, object] = json.loads(archive.read("manifest.json"))
    return found


def test_a_restored_instance_serves_the_same_bytes(shop: Company) -> None:
    backup, other = backed_up(shop), elsewhere(shop)

    said = restored(other, backup)

    assert rows(other, PUBLISHED) == rows(shop, PUBLISHED) != []
    assert (other.store / "secret").read_bytes() == (shop.store / "secret").read_bytes()
    assert "3 reviews" in said


def test_a_backup_says_what_is_in_it_and_only_its_owner_reads_it(shop: Company) -> None:
    backup = backed_up(shop)

    said = manifest_of(backup)

    assert said["format"] == "plaudit-backup/1"
    assert said["database"] == "sqlite"
    assert isinstance(said["counts"], dict)
    assert said["counts"]["review"] == 3
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    assert sorted(each.name for each in backup.parent.iterdir()) == [LIST, "shop.zip"]


def test_a_folder_keeps_the_newest_backups_and_those_that_were_named(shop: Company) -> None:
    folder = shop.folder / "kept"
    named = backed_up(shop)
    for name in ("plaudit-20260101T000000Z.zip", "plaudit-20260102T000000Z.zip"):
        shutil.copy(named, folder / name)

    done = shop.plaudit("backup", folder, "--keep", "2")

    left = sorted(each.name for each in folder.glob("*.zip"))
    assert done.exit_code == 0
    assert left[0] == "plaudit-20260102T000000Z.zip"
    assert len(left) == 3
    assert left[-1] == "shop.zip"


@pytest.mark.parametrize("cut", [100, 5000])
def test_a_damaged_backup_is_refused_and_changes_nothing(shop: Company, cut: int) -> None:
    backup, other = backed_up(shop), elsewhere(shop)
    whole = backup.read_bytes()
    backup.write_bytes(whole[: len(whole) // 2] + bytes(cut) + whole[len(whole) // 2 + cut :])

    done = other.plaudit("restore", backup)

    assert done.exit_code == 2
    assert "damaged" in done.output
    assert not (other.store / "plaudit.sqlite3").exists()


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"files": []}, id="files in a list"),
        pytest.param({"files": {}}, id="no database"),
        pytest.param({"files": {"database": 5}}, id="a file that is a number"),
        pytest.param({"counts": [1]}, id="counts in a list"),
        pytest.param({"files": {"database": {"sha256": "0", "bytes": -2}}}, id="a size below nothing"),
        pytest.param({"files": {"database": {"sha256": "0", "bytes": float("inf")}}}, id="a size without end"),
        pytest.param({"made_at": "2026-01-01T00:00:00"}, id="a time without a zone"),
    ],
)
def test_a_manifest_that_promises_anything_else_is_refused(shop: Company, change: dict[str, object]) -> None:
    backup, other = backed_up(shop), elsewhere(shop)
    said = manifest_of(backup)

    done = _with_manifest(other, backup, json.dumps({**said, **change}))

    assert (done.exit_code, "Traceback" in done.output) == (2, False)
    assert "damaged" in done.output
    assert not (other.store / "plaudit.sqlite3").exists()


@pytest.mark.parametrize("name", ["../../secret", "/secret", "secret/../../x", "manifest.json"])
def test_a_name_that_leads_elsewhere_is_refused(shop: Company, name: str) -> None:
    backup, other = backed_up(shop), elsewhere(shop)
    said: Any = manifest_of(backup)
    said["files"][name] = said["files"]["database"]

    done = _with_manifest(other, backup, json.dumps(said))

    assert (done.exit_code, "damaged" in done.output) == (2, True)


def test_a_manifest_nested_too_deep_is_refused(shop: Company) -> None:
    backup, other = backed_up(shop), elsewhere(shop)

    done = _with_manifest(other, backup, "[" * 200_000)

    assert (done.exit_code, "damaged" in done.output) == (2, True)


def test_an_archive_that_is_locked_is_refused(shop: Company) -> None:
    backup, other = backed_up(shop), elsewhere(shop)
    archive = bytearray(backup.read_bytes())
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        archive[archive.index(signature) + flags] |= 1
    backup.write_bytes(archive)

    done = other.plaudit("restore", backup)

    assert (done.exit_code, "damaged" in done.output) == (2, True)


def _with_manifest(other: Company, backup: Path, said: str) -> Result:
    with zipfile.ZipFile(backup) as archive:
        kept = {name: archive.read(name) for name in archive.namelist() if name != "manifest.json"}
    with zipfile.ZipFile(backup, "w") as archive:
        archive.writestr("manifest.json", said)
        for name, body in kept.items():
            archive.writestr(name, body)
    return other.plaudit("restore", backup)


def test_a_backup_with_fewer_rows_than_it_promises_is_refused(shop: Company, tmp_path: Path) -> None:
    backup, other = backed_up(shop), elsewhere(shop)
    with zipfile.ZipFile(backup) as archive:
        said = json.loads(archive.read("manifest.json"))
        kept = {name: archive.read(name) for name in said["files"]}
    said["counts"]["review"] = 4
    with zipfile.ZipFile(backup, "w") as archive:
        archive.writestr("manifest.json", json.dumps(said))
        for name, body in kept.items():
            archive.writestr(name, body)

    done = other.plaudit("restore", backup)

    assert done.exit_code == 2
    assert "review: 4 rows were counted, 3 are in the copy" in done.output


def test_an_instance_is_replaced_only_when_somebody_says_so(shop: Company) -> None:
    backup = backed_up(shop)
    shop.publish(row("4"))

    refused = shop.plaudit("restore", backup)
    before = rows(shop, "SELECT count(*) FROM review")
    restored(shop, backup, "--force")

    assert refused.exit_code == 2
    assert "--force" in refused.output
    assert before == [(4,)]
    assert rows(shop, "SELECT count(*) FROM review") == [(3,)]


def test_an_instance_that_runs_is_not_replaced(shop: Company) -> None:
    backup = backed_up(shop)

    with shop.serving() as site:
        site.get("/readyz")
        done = shop.plaudit("restore", backup, "--force")
    after = shop.plaudit("doctor")

    assert done.exit_code == 2
    assert "stop plaudit serve and plaudit work first" in done.output
    assert after.exit_code == 0


def test_a_damaged_database_can_be_replaced(shop: Company) -> None:
    backup = backed_up(shop)
    for each in shop.store.glob("plaudit.sqlite3*"):
        each.write_bytes(b"no database any more" * 100)

    restored(shop, backup, "--force")

    assert rows(shop, "SELECT count(*) FROM review") == [(3,)]


def test_whoever_was_erased_after_the_backup_stays_erased(shop: Company) -> None:
    backup = backed_up(shop)
    assert shop.plaudit("person", "erase", "ann@mail.example").exit_code == 0

    said = restored(shop, backup, "--force")
    again = shop.plaudit(
        "import", shop.reviews([row("1", email="ann@mail.example")]), "--source", "shop", "--rights", "own"
    )

    assert "1 reviews and 0 other records erased again" in said
    assert rows(shop, "SELECT external_id FROM review ORDER BY 1") == [("2",), ("3",)]
    assert "1 passed over" in again.output


def test_the_list_beside_the_backups_tells_another_machine_who_was_erased(shop: Company) -> None:
    older = backed_up(shop)
    assert shop.plaudit("person", "erase", "ann@mail.example").exit_code == 0
    assert shop.plaudit("backup", older.parent).exit_code == 0
    other = elsewhere(shop)

    said = restored(other, older)

    assert "1 reviews and 0 other records erased again" in said
    assert "ann@" not in (older.parent / LIST).read_text()
    assert rows(other, "SELECT external_id FROM review ORDER BY 1") == [("2",), ("3",)]


def test_what_an_author_took_back_after_the_backup_stays_taken_back(shop: Company) -> None:
    backup = backed_up(shop)
    [(second,)] = rows(shop, "SELECT id FROM review WHERE external_id = '2'")
    assert shop.plaudit("withdraw", str(second)).exit_code == 0

    said = restored(shop, backup, "--force")

    assert "1 withdrawn again" in said
    assert rows(shop, "SELECT state FROM review WHERE external_id = '2'") == [("withdrawn",)]


def test_who_was_let_in_again_before_the_backup_stays_in(shop: Company) -> None:
    older = backed_up(shop)
    entry = {"kind": "review", "digest": "0" * 64, "at": "2020-01-01T00:00:00+00:00"}
    head = {"format": "plaudit-erased/1", "as_of": "2020-01-02T00:00:00+00:00"}
    (older.parent / LIST).write_text(f"{json.dumps(head)}\n{json.dumps(entry)}\n")
    other = elsewhere(shop)

    restored(other, older)

    assert rows(other, "SELECT count(*) FROM tombstone") == [(0,)]


def test_without_a_list_somebody_is_told_to_erase_again(shop: Company) -> None:
    backup, other = backed_up(shop), elsewhere(shop)
    (backup.parent / LIST).unlink()

    said = restored(other, backup)

    assert "nothing here tells who was erased since" in said


def test_versions_go_on_after_those_that_a_receiver_may_have_seen(shop: Company) -> None:
    backup = backed_up(shop)
    shop.publish(row("4"))
    seen = max(version for *_, version in rows(shop, VERSIONS))

    restored(shop, backup, "--force")

    assert min(version for *_, version in rows(shop, VERSIONS)) > seen


def test_a_restore_that_was_interrupted_is_to_be_done_again(shop: Company) -> None:
    backup, other = backed_up(shop), elsewhere(shop)
    other.store.mkdir()
    shutil.copy(backup.parent / LIST, other.store / "restoring")

    refused = other.plaudit("publish")
    restored(other, backup)

    assert refused.exit_code == 2
    assert "run plaudit restore again" in refused.output
    assert other.plaudit("publish").exit_code == 0


def test_a_restore_that_was_interrupted_before_its_secret_is_done_again_over_another_secret(shop: Company) -> None:
    assert shop.plaudit("person", "erase", "ann@mail.example").exit_code == 0
    backup, other = backed_up(shop), elsewhere(shop)
    other.store.mkdir()
    (other.store / "secret").write_text("another secret of another instance, long enough")
    shutil.copy(shop.store / "plaudit.sqlite3", other.store / "plaudit.sqlite3")
    shutil.copy(backup.parent / LIST, other.store / "restoring")

    restored(other, backup)

    assert (other.store / "secret").read_bytes() == (shop.store / "secret").read_bytes()


def test_only_its_owner_reads_who_was_erased(shop: Company) -> None:
    backup = backed_up(shop)

    assert stat.S_IMODE((backup.parent / LIST).stat().st_mode) == 0o600


def test_a_backup_without_the_secret_asks_for_it(shop: Company) -> None:
    backup, other = backed_up(shop, "--without-secret"), elsewhere(shop)

    refused = other.plaudit("restore", backup)
    other.store.mkdir(exist_ok=True)
    shutil.copy(shop.store / "secret", other.store / "secret")
    restored(other, backup)

    assert refused.exit_code == 2
    assert "was made without the secret" in refused.output
    assert rows(other, PUBLISHED) == rows(shop, PUBLISHED)


def test_what_was_erased_under_another_secret_is_not_forgotten_in_silence(shop: Company) -> None:
    backup, other = backed_up(shop), elsewhere(shop)
    other.publish(row("9", email="bob@mail.example"))
    assert other.plaudit("person", "erase", "bob@mail.example").exit_code == 0

    done = other.plaudit("restore", backup, "--force")

    assert done.exit_code == 2
    assert "is not that of the backup" in done.output


def test_there_is_nothing_to_back_up_where_there_is_no_instance(unopened: Company) -> None:
    done = unopened.plaudit("backup", unopened.folder / "kept")

    assert done.exit_code == 2
    assert "there is no instance" in done.output
    assert not unopened.store.exists()
