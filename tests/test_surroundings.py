"""Tests of what the doctor says of what an instance stands on: each mistake is found, and its absence is too."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path

import pytest

from engine.domain import Permission
from review_site.complaints import Complaint
from review_site.surroundings import (
    about_address,
    about_backups,
    about_clock,
    about_disk,
    about_file_system,
    about_proxy,
    about_worker,
    file_system_of,
)
from review_site.wiring import now
from tests.doors import BASE, SETTINGS, Company, Site, execute, row
from tests.factories import NOON
from tests.keyed import make_key

MOUNTS = "\n".join(
    (
        "/dev/sda1 / ext4 rw 0 0",
        "files:/shop /srv/shop nfs4 rw 0 0",
        "tmpfs /srv/shop/fast tmpfs rw 0 0",
        "files:/b /srv/our\\040files cifs rw 0 0",
    )
)
DAY = timedelta(days=1)


def rules(complaints: Iterable[Complaint]) -> list[str]:
    return [each.rule for each in complaints]


def examined(company: Company) -> dict[str, str]:
    """The messages and ways out of the doctor's complaints, by rule."""
    said = json.loads(company.plaudit("doctor", "--format", "json").stdout)
    return {each["rule"]: f"{each['message']}: {each['fix']}" for each in said["complaints"]}


def forward(site: Site) -> None:
    """A request that a proxy beside the server hands on."""
    forwarded = {"X-Forwarded-For": "203.0.113.9"}
    site.client.get("/method", headers=forwarded, environ_overrides={"REMOTE_ADDR": "10.0.0.2"}, base_url=BASE)


@pytest.mark.parametrize(
    ("base_url", "host", "found"),
    [
        pytest.param("https://shop.example", "0.0.0.0", [], id="public"),  # noqa: S104 - compared, not bound
        pytest.param("http://127.0.0.1:8300", "127.0.0.1", [], id="tried at home"),
        pytest.param("http://localhost:8300", "0.0.0.0", ["base-url"], id="links to nowhere"),  # noqa: S104 - as above
        pytest.param("http://shop.example", "127.0.0.1", ["https"], id="no https"),
    ],
)
def test_an_address_that_visitors_cannot_use_is_a_complaint(base_url: str, host: str, found: list[str]) -> None:
    assert rules(about_address(base_url, host)) == found


@pytest.mark.parametrize(
    ("free", "needed", "found"),
    [(5 << 30, 1 << 20, []), (1 << 20, 0, ["disk"]), (5 << 30, 6 << 30, ["disk"])],
    ids=["room", "full", "no room to clean"],
)
def test_a_disk_that_is_nearly_full_is_a_complaint(free: int, needed: int, found: list[str]) -> None:
    assert rules(about_disk(free, needed)) == found


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/var/lib/plaudit", "ext4"),
        ("/srv/shop/store", "nfs4"),
        ("/srv/shop/fast/store", "tmpfs"),
        ("/srv/our files/store", "cifs"),
        ("/srv/shopping", "ext4"),
    ],
)
def test_the_innermost_mount_says_what_a_folder_is_on(folder: str, kind: str) -> None:
    assert file_system_of(Path(folder), MOUNTS) == kind


def test_a_database_file_on_a_network_is_a_complaint() -> None:
    assert rules(about_file_system(Path("/srv/shop/store"), MOUNTS)) == ["file-system"]
    assert rules(about_file_system(Path("/var/lib/plaudit"), MOUNTS)) == []


def test_clocks_that_differ_are_a_complaint() -> None:
    late = NOON + timedelta(seconds=20)

    assert rules(about_clock(NOON, late, None)) == ["clock"]
    assert rules(about_clock(NOON, None, late)) == ["clock"]
    assert rules(about_clock(NOON, NOON + timedelta(seconds=1), NOON)) == []


def test_work_that_nobody_does_is_a_complaint() -> None:
    assert rules(about_worker(NOON, NOON - timedelta(hours=1))) == ["worker"]
    assert rules(about_worker(NOON, NOON - timedelta(minutes=1))) == []
    assert rules(about_worker(NOON, None)) == []


def test_a_week_without_a_backup_is_a_complaint() -> None:
    assert rules(about_backups(NOON, NOON - 8 * DAY, None)) == ["backup"]
    assert rules(about_backups(NOON, NOON - 90 * DAY, NOON - 8 * DAY)) == ["backup"]
    assert rules(about_backups(NOON, NOON - 90 * DAY, NOON - DAY)) == []
    assert rules(about_backups(NOON, NOON - DAY, None)) == []
    assert rules(about_backups(NOON, None, None)) == []


def test_a_proxy_that_is_trusted_by_now_is_no_complaint() -> None:
    assert rules(about_proxy("10.0.0.2", [])) == ["proxy"]
    assert rules(about_proxy("10.0.0.2", [ip_network("10.0.0.0/8")])) == []
    assert rules(about_proxy(None, [])) == []


def test_a_proxy_that_is_not_trusted_is_noticed_when_it_forwards(company: Company) -> None:
    with company.serving() as site:
        forward(site)

    assert 'add "10.0.0.2" to serve.trusted_proxies' in examined(company)["proxy"]


def test_a_trusted_proxy_may_forward(company: Company) -> None:
    company.configured(SETTINGS + '[serve]\ntrusted_proxies = ["10.0.0.0/8"]\n')
    with company.serving() as site:
        forward(site)

    assert "proxy" not in examined(company)


def test_keys_that_never_expire_are_a_complaint(company: Company) -> None:
    with company.instance() as instance:
        make_key(instance, Permission.READ)

    assert "1 API keys never expire" in examined(company)["keys"]


def test_accounts_of_whom_none_may_administer_are_a_complaint(company: Company) -> None:
    company.plaudit("account", "create", "ann@example.com", "--name", "Ann", "--role", "writer")

    assert "nobody can administer" in examined(company)["admin"]


def test_what_waits_since_long_ago_is_a_complaint_until_a_worker_comes(company: Company) -> None:
    company.publish(row("1"))
    before = examined(company)
    execute(company, "UPDATE mark SET due_at = due_at - 7200000000")

    after = examined(company)

    assert "worker" not in before
    assert "worker" in after


def test_an_old_instance_without_a_backup_is_told_so_until_it_has_one(company: Company) -> None:
    company.publish(row("1"))
    # Events cannot be changed; the one that stands before them all is older.
    month_ago = int((now() - 30 * DAY).timestamp() * 1_000_000)
    columns = "(seq, at, kind, by, details)"
    execute(company, f"INSERT INTO event {columns} VALUES (-1, {month_ago}, 'snippet.updated', 'publish', '{{}}')")  # noqa: S608

    before = examined(company)
    company.plaudit("backup", company.folder / "kept")

    assert "there has never been a backup" in before["backup"]
    assert "backup" not in examined(company)


def test_a_secret_that_others_can_read_is_a_complaint_without_forms_too(company: Company) -> None:
    company.plaudit("publish")
    (company.store / "secret").chmod(0o644)

    assert "chmod 600" in examined(company)["secret"]


def test_the_doctor_changes_no_tables_of_another_version(company: Company) -> None:
    company.plaudit("publish")
    execute(company, "UPDATE alembic_version SET version_num = '0005'")

    done = company.plaudit("doctor")

    assert done.exit_code == 2
    assert "the database is at revision 0005, this program needs" in done.output


def test_the_report_for_programs_has_the_lines_and_the_complaints(company: Company) -> None:
    company.configured('[site]\nbase_url = "http://shop.example"\n')

    done = company.plaudit("doctor", "--format", "json")

    said = json.loads(done.stdout)
    assert done.exit_code == 1
    assert said["complaints"] == [
        {"rule": "https", "message": "site.base_url is not https: browsers and search engines will say so", "fix": ""}
    ]
    assert any(each.startswith("base URL") for each in said["lines"])
