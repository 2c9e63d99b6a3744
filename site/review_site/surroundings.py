"""What `plaudit doctor` says of all that an instance stands on: disk, clock, addresses, proxies, keys, backups."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from engine.config import Network
from engine.domain import Role
from engine.store import Transaction
from review_site.complaints import Complaint, is_loopback, is_this_machine
from review_site.data_folder import SECRET_FILE, is_read_by_others
from review_site.keeping import BACKED_UP
from review_site.visitors import UNKNOWN_PROXY
from review_site.wiring import Instance

WEEK = timedelta(days=7)
LEAST_FREE = 1 << 30
"""Bytes."""
LARGEST_SKEW = timedelta(seconds=5)
LONGEST_REST = timedelta(minutes=15)
"""A worker takes marks within seconds of their time; a long run of one kind may keep it busy for minutes."""
NETWORK_FILE_SYSTEMS = re.compile(r"9p|afs|ceph|cifs|(fuse\.)?glusterfs|fuse\.(s3|ssh)fs|lustre|nfs4?|smb3|smbfs")
MOUNTS = Path("/proc/mounts")


def examine_surroundings(instance: Instance, transaction: Transaction, now: datetime) -> Iterator[Complaint]:
    """Reads everything and changes nothing."""
    config = instance.config
    begun_at = transaction.events.first()
    yield from about_address(config.site_base_url, config.serve_host)
    yield from about_secret(config.data_dir)
    yield from about_disk(shutil.disk_usage(config.data_dir).free, _bytes_of(config.data_dir))
    if instance.store.url.startswith("sqlite") and MOUNTS.exists():
        yield from about_file_system(config.data_dir.resolve(), MOUNTS.read_text("utf-8", "replace"))
    yield from about_clock(now, transaction.moment(), transaction.events.last()[1])
    yield from about_worker(now, transaction.marks.overdue(now))
    backed_up = transaction.memory.find(BACKED_UP)
    yield from about_backups(now, begun_at, datetime.fromisoformat(backed_up) if backed_up else None)
    yield from about_proxy(transaction.memory.find(UNKNOWN_PROXY), config.serve_trusted_proxies)
    yield from _about_access(transaction, now, begun_at)


def about_address(base_url: str, host: str) -> Iterator[Complaint]:
    if is_this_machine(base_url) and not is_loopback(host):
        yield Complaint(
            rule="base-url",
            message=f"others reach this server at {host}, and every link and all markup lead to {base_url}",
            fix="set site.base_url to where visitors reach it",
        )
    if base_url.startswith("http://") and not is_this_machine(base_url):
        yield Complaint(rule="https", message="site.base_url is not https: browsers and search engines will say so")


def about_secret(folder: Path) -> Iterator[Complaint]:
    if is_read_by_others(folder):
        yield Complaint(
            rule="secret",
            message=f"{folder / SECRET_FILE} can be read by others, who could sign links with it",
            fix="chmod 600",
        )


def about_disk(free: int, needed: int) -> Iterator[Complaint]:
    """Of bytes that are free where the data are, and those that cleaning the database's files takes."""
    if free < max(LEAST_FREE, needed):
        yield Complaint(
            rule="disk",
            message=f"{free / 1e9:.1f} GB are free for the data folder, cleaning it takes {needed / 1e9:.1f}",
            fix="make room: a full disk stops every write",
        )


def about_file_system(folder: Path, mounts: str) -> Iterator[Complaint]:
    """Of the mount table of Linux: https://man7.org/linux/man-pages/man5/proc_pid_mounts.5.html."""
    kind = file_system_of(folder, mounts)
    if NETWORK_FILE_SYSTEMS.fullmatch(kind):
        yield Complaint(
            rule="file-system",
            message=f"{folder} lies on {kind}: SQLite's locks do not hold on a network file system, and data get lost",
            fix="use a local disk, or PostgreSQL",
        )


def file_system_of(folder: Path, mounts: str) -> str:
    """The kind of file system that a folder is on; empty where no mount holds it."""
    found = (Path("/"), "")
    for line in mounts.splitlines():
        fields = line.split(" ")
        # Spaces stand in the table as octal escapes; a later mount hides an earlier one of the same place.
        place = Path(fields[1].replace("\\040", " ")) if len(fields) > 2 else folder / "nowhere"
        if folder.is_relative_to(place) and len(place.parts) >= len(found[0].parts):
            found = place, fields[2]
    return found[1]


def about_clock(ours: datetime, theirs: datetime | None, last_event: datetime | None) -> Iterator[Complaint]:
    if theirs is not None and abs(ours - theirs) > LARGEST_SKEW:
        yield Complaint(
            rule="clock",
            message=f"the clock of the database is {abs(ours - theirs).total_seconds():.0f} s off from this machine's",
            fix="synchronise both (NTP): leases and signatures are judged by them",
        )
    if last_event is not None and last_event - ours > LARGEST_SKEW:
        yield Complaint(
            rule="clock",
            message=f"the newest event is of {last_event:%Y-%m-%d %H:%M:%S} UTC, which is still to come",
            fix="synchronise the clocks of all machines (NTP)",
        )


def about_worker(now: datetime, overdue: datetime | None) -> Iterator[Complaint]:
    if overdue is not None and now - overdue > LONGEST_REST:
        yield Complaint(
            rule="worker",
            message=f"work is due since {overdue:%Y-%m-%d %H:%M} UTC, and nobody does it",
            fix="no worker seems to run: plaudit serve without --no-worker, or plaudit work",
        )


def about_backups(now: datetime, begun_at: datetime | None, backed_up_at: datetime | None) -> Iterator[Complaint]:
    if begun_at is None or now - (backed_up_at or begun_at) <= WEEK:
        return
    last = f"the last backup is of {backed_up_at:%Y-%m-%d}" if backed_up_at else "there has never been a backup"
    yield Complaint(rule="backup", message=last, fix="run plaudit backup every night")


def about_proxy(peer: str | None, trusted: Sequence[Network]) -> Iterator[Complaint]:
    """Of the last one inside our networks who sent X-Forwarded-For and was not trusted then."""
    if peer and not any(ip_address(peer) in each for each in trusted):
        yield Complaint(
            rule="proxy",
            message=f"{peer} sends X-Forwarded-For and is not trusted: all visitors behind it are counted as one",
            fix=f'if it is your proxy, add "{peer}" to serve.trusted_proxies',
        )


def _about_access(transaction: Transaction, now: datetime, begun_at: datetime | None) -> Iterator[Complaint]:
    endless = sorted(each.id for each in transaction.keys.valid(now) if each.expires_at is None)
    if endless:
        yield Complaint(
            rule="keys",
            message=f"{len(endless)} API keys never expire: {', '.join(endless)}",
            fix="replace them by keys with --days, then plaudit key revoke",
        )
    accounts = transaction.accounts.all()
    may_administer = any(
        each.password and each.account.role is Role.ADMIN and each.account.disabled_at is None for each in accounts
    )
    if not may_administer and (accounts or (begun_at is not None and now - begun_at > WEEK)):
        yield Complaint(
            rule="admin",
            message="nobody can administer the console",
            fix="open the link that plaudit serve prints, or plaudit account create EMAIL --role admin",
        )


def _bytes_of(folder: Path) -> int:
    return sum(each.stat().st_size for each in folder.glob("plaudit.sqlite3*"))
