"""Backups of an instance and their restoring: what is written was restored once, what is restored forgets whom it must.

Neither asks for the tables of this program's version: a backup can be made before an upgrade.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

from engine.backups import DATABASE, SECRET, Manifest, digest_of, pack, read_manifest, seal_of, unpack
from engine.collections import mark_all_collections
from engine.config import Config
from engine.domain import Scope
from engine.errors import InUseError, NotFoundError, RefusedError, StoreError
from engine.outbox import Work, page_key
from engine.reburying import Known, Reburied, known_to, leap, merged, read_list, rebury, write_list
from engine.store import Store
from engine.store.copies import Copies, Counts
from engine.store.copying import copies_of, differences
from engine.store.migrate import current_version, refuse_newer
from engine.tombstones import Seal
from engine.topics_run import mark_all_topics
from review_site.data_folder import RESTORING, SECRET_FILE, put_back_secret, read_secret
from review_site.wiring import database_url

BACKED_UP = "backed up"
"""Under this the instance remembers when it was last backed up."""
ERASED_LIST = Path("plaudit-erased.jsonl")
"""Beside the backups: who was erased and what was taken back, as of the newest of them."""
NAMES = "plaudit-*.zip"
BY = "restore"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A backup that was made."""

    path: Path
    manifest: Manifest
    doubt: str
    """Why it was not restored to prove it; empty where it was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What a restore did."""

    manifest: Manifest
    reburied: Reburied
    erasures_as_of: datetime | None
    """Until when it is known who was erased; None where nothing told it."""


def back_up(config: Config, target: Path, *, with_secret: bool, now: datetime) -> Kept:
    """Makes a backup, restores it in a scratch place and keeps it only when all of it is there.

    ``target`` is a file, where it ends in ``.zip``, else a folder, which is made. Raises StoreError with the reason.
    """
    path = target if target.suffix == ".zip" else target / f"plaudit-{now:%Y%m%dT%H%M%SZ}.zip"
    url, secret = database_url(config), config.data_dir / SECRET_FILE
    copies = copies_of(url)
    if not secret.exists() or copies.is_empty():
        raise NotFoundError(f"there is no instance in {config.data_dir} yet")
    with _scratch(path.parent) as scratch:
        counts = copies.save(scratch / DATABASE)
        files = {DATABASE: scratch / DATABASE, **({SECRET: secret} if with_secret else {})}
        manifest = Manifest(
            made_at=now,
            program=version("plaudit"),
            kind=copies.kind,
            revision=current_version(url) or "",
            counts=counts,
            seal=seal_of(read_secret(config.data_dir)),
            digests={name: digest_of(each) for name, each in files.items()},
            sizes={name: each.stat().st_size for name, each in files.items()},
        )
        pack(scratch / path.name, manifest, files)
        (scratch / DATABASE).unlink()
        doubt = _prove(copies, scratch / path.name, scratch)
        (scratch / path.name).replace(path)
    _remember(config, path.parent / ERASED_LIST, counts, now)
    return Kept(path=path, manifest=manifest, doubt=doubt)


def thin_out(folder: Path, keep: int) -> list[Path]:
    """Deletes the oldest backups of a folder until ``keep`` are left; those that were given names stay."""
    # Their names sort as their times do.
    old = sorted(folder.glob(NAMES))[:-keep]
    for each in old:
        each.unlink()
    return old


def restore(config: Config, backup: Path, *, lists: Sequence[Path], force: bool, now: datetime) -> Restored:
    """Puts a backup into the place of the instance; its pages are marked to be built anew.

    What was erased or taken back since is so again, as far as the database that was here, the list beside the backup
    and ``lists`` know it. Raises RefusedError, with nothing changed, where there is an instance already and nobody said
    that it may go. Interrupted, it has to be done again: until then nobody can open the instance.
    """
    manifest, url = read_manifest(backup), database_url(config)
    copies, marker = copies_of(url), config.data_dir / RESTORING
    _refuse_unfit(manifest, copies)
    is_going_on = marker.exists()
    if _is_there(copies) and not force and not is_going_on:
        raise RefusedError(
            f"there is an instance in {config.data_dir}: name an empty --data, or replace it with --force"
        )
    with _scratch(config.data_dir) as scratch:
        secret = _secret_of(config, backup, manifest, scratch)
        _prove(copies, backup, scratch)
        lists = [each for each in (backup.parent / ERASED_LIST, marker, *lists) if each in lists or each.exists()]
        # Once begun, what is here may be the copy already; what was here before is in the marker.
        here = [] if is_going_on else _known_here(config, copies, secret, now)
        known = merged(*map(read_list, lists), *here)
        unpacked = unpack(backup, manifest, DATABASE, scratch / DATABASE)
        write_list(marker, known)
        try:
            copies.load(unpacked)
        except InUseError:
            if not is_going_on:
                marker.unlink()
            raise
    put_back_secret(config.data_dir, secret)
    reburied = _finish(url, Seal.of_secret(secret), known, manifest, now)
    marker.unlink()
    return Restored(manifest=manifest, reburied=reburied, erasures_as_of=known.as_of)


def _refuse_unfit(manifest: Manifest, copies: Copies) -> None:
    if manifest.kind != copies.kind:
        raise RefusedError(
            f"this is a backup of {manifest.kind}, the instance is configured for {copies.kind}: see store.url_env"
        )
    refuse_newer(manifest.revision)


def _is_there(copies: Copies) -> bool:
    try:
        return not copies.is_empty()
    except StoreError:
        # A damaged database is one too; it is what a backup is for.
        return True


def _secret_of(config: Config, backup: Path, manifest: Manifest, scratch: Path) -> str:
    """The secret that belongs to a backup: what is in it, else what is in the data folder already."""
    if SECRET in manifest.digests:
        unpack(backup, manifest, SECRET, scratch / SECRET_FILE)
        return read_secret(scratch)
    if (config.data_dir / SECRET_FILE).exists() and seal_of(read_secret(config.data_dir)) == manifest.seal:
        return read_secret(config.data_dir)
    raise RefusedError(
        f"{backup} was made without the secret: put the instance's own at {config.data_dir / SECRET_FILE} first, or"
        " nobody who was erased is known any more"
    )


def _known_here(config: Config, copies: Copies, secret: str, now: datetime) -> list[Known]:
    """What the database that is to be replaced knows to be erased; nothing where it cannot be read any more."""
    if not _is_there(copies) or not (config.data_dir / SECRET_FILE).exists():
        return []
    own = read_secret(config.data_dir)
    try:
        store = Store.open(database_url(config))
    except StoreError:
        return []
    try:
        erased = known_to(store, Seal.of_secret(own))
    finally:
        store.close()
    if own == secret:
        return [Known(as_of=now, tombstones=erased)]
    if erased:
        raise RefusedError(
            f"the secret in {config.data_dir} is not that of the backup: who was erased here would come back unseen;"
            " restore into an empty folder"
        )
    return []


def _prove(copies: Copies, backup: Path, scratch: Path) -> str:
    """Raises StoreError when a backup does not hold what it says; returns why it was not restored, if it was not."""
    manifest = read_manifest(backup)
    for name in manifest.digests:
        unpack(backup, manifest, name, scratch / f"proved-{name}")
    proved = copies.prove(scratch / f"proved-{DATABASE}")
    if proved.counts is not None and (wrong := differences(manifest.counts, proved.counts)):
        raise StoreError(f"{backup.name} does not hold what it should:\n" + "\n".join(wrong))
    return proved.because


def _remember(config: Config, path: Path, counts: Counts, now: datetime) -> None:
    store = Store(database_url(config))
    try:
        if "tombstone" in counts:
            before = [read_list(path)] if path.exists() else []
            here = Known(as_of=now, tombstones=known_to(store, Seal.of_secret(read_secret(config.data_dir))))
            write_list(path, merged(*before, here))
        with store.writing() as transaction:
            transaction.memory.save(BACKED_UP, now.isoformat())
    finally:
        store.close()


@contextmanager
def _scratch(folder: Path) -> Iterator[Path]:
    """A folder that nobody else reads, on the disk that the result is for, gone afterwards."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=folder, prefix=".plaudit-") as made:
            yield Path(made)
    except OSError as error:
        raise StoreError(f"{folder} cannot be used: {error.strerror}") from error


def _finish(url: str, seal: Seal, known: Known, manifest: Manifest, now: datetime) -> Reburied:
    store = Store.open(url)
    try:
        reburied = rebury(store, seal, known.tombstones, made_at=manifest.made_at, by=BY, now=now)
        with store.writing() as transaction:
            transaction.marks.release_all()
            leap(transaction, made_at=manifest.made_at, by=BY, now=now)
            subjects = transaction.subjects.ids()
            transaction.marks.set(Work.MINE, subjects, now)
            transaction.marks.set(Work.PUBLISH, (page_key(Scope.SUBJECT, each) for each in subjects), now)
            mark_all_topics(transaction, now)
            mark_all_collections(transaction, now)
    finally:
        store.close()
    return reburied
