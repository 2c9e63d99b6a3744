"""Backups: one zip file with a copy of the database, the secret of the instance, and a manifest of both.

A backup is there whole or not at all, and only its owner reads it.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from engine.errors import StoreError, UnreadableFileError

FORMAT = "plaudit-backup/1"
MANIFEST = "manifest.json"
DATABASE = "database"
SECRET = "secret"  # noqa: S105 - the name of a member
LONGEST_MANIFEST = 1 << 20
PIECE = 1 << 20
PURPOSE = b"plaudit backup 1"
# A member that is locked is a RuntimeError to zipfile, one packed in a way it does not know a NotImplementedError.
UNREADABLE = (zipfile.BadZipFile, zlib.error, KeyError, TypeError, ValueError, EOFError, RuntimeError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a backup says of itself."""

    made_at: datetime
    """The moment before the copy was begun."""
    program: str
    """The version of Plaudit that made it."""
    kind: str
    """Of the database: a copy fits no other."""
    revision: str
    """Of its tables."""
    counts: Mapping[str, int]
    """Rows by table."""
    seal: str
    """By which the instance's secret is known again; whoever has it learns nothing about the secret."""
    digests: Mapping[str, str]
    """SHA-256 of each file in it, in hexadecimal."""
    sizes: Mapping[str, int]
    """Bytes of each."""

    def as_mapping(self) -> dict[str, Any]:
        return {
            "format": FORMAT,
            "made_at": self.made_at.isoformat(),
            "program": self.program,
            "database": self.kind,
            "revision": self.revision,
            "counts": dict(self.counts),
            "seal": self.seal,
            "files": {name: {"sha256": self.digests[name], "bytes": self.sizes[name]} for name in self.digests},
        }


def seal_of(secret: str) -> str:
    """By what a secret is known again."""
    return hmac.digest(secret.encode(), PURPOSE, "sha256").hex()


def digest_of(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def pack(target: Path, manifest: Manifest, files: Mapping[str, Path]) -> None:
    """Writes a backup, in place of whatever has its name; raises StoreError where that cannot be done."""
    aside = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
                archive.writestr(MANIFEST, json.dumps(manifest.as_mapping(), indent=2) + "\n")
                for name, path in files.items():
                    archive.write(path, name)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(target)
    except OSError as error:
        raise StoreError(f"{target} cannot be written: {error.strerror}") from error
    finally:
        aside.unlink(missing_ok=True)


def read_manifest(backup: Path) -> Manifest:
    """What a backup says of itself; raises UnreadableFileError for a file that is none."""
    with _opened(backup) as archive:
        with archive.open(MANIFEST) as member:
            said = json.loads(member.read(LONGEST_MANIFEST))
            if not _is_manifest(said):
                raise ValueError(MANIFEST)
        if said["format"] != FORMAT:
            raise UnreadableFileError(f"{backup} has the format {said['format']!r}; this program reads {FORMAT}")
        return Manifest(
            made_at=datetime.fromisoformat(said["made_at"]),
            program=str(said["program"]),
            kind=str(said["database"]),
            revision=str(said["revision"]),
            counts={str(name): int(count) for name, count in said["counts"].items()},
            seal=str(said["seal"]),
            digests={str(name): str(each["sha256"]) for name, each in said["files"].items()},
            sizes={str(name): int(each["bytes"]) for name, each in said["files"].items()},
        )


def unpack(backup: Path, manifest: Manifest, name: str, target: Path) -> Path:
    """Writes one file of a backup; raises UnreadableFileError unless it is, to the byte, what the manifest promised."""
    hashed, left = hashlib.sha256(), manifest.sizes[name]
    with _opened(backup) as archive, archive.open(name) as member:
        try:
            with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                while piece := member.read(min(PIECE, left + 1)):
                    left -= len(piece)
                    if left < 0:
                        break
                    hashed.update(piece)
                    file.write(piece)
        except OSError as error:
            raise StoreError(f"{target} cannot be written: {error.strerror}") from error
    if left or hashed.hexdigest() != manifest.digests[name]:
        raise UnreadableFileError(f"{backup} is damaged: {name} is not what was written into it")
    return target


def _is_manifest(said: Any) -> bool:
    """Whether it has the members of one; a name in it becomes the name of a file."""
    if not isinstance(said, dict) or not all(isinstance(said.get(each), dict) for each in ("counts", "files")):
        return False
    files = said["files"]
    return (
        {DATABASE} <= files.keys() <= {DATABASE, SECRET}
        and all(isinstance(each, dict) and isinstance(each["bytes"], int) for each in files.values())
        and all(each["bytes"] >= 0 for each in files.values())
        and datetime.fromisoformat(said["made_at"]).tzinfo is not None
    )


@contextmanager
def _opened(backup: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(backup) as archive:
            yield archive
    except OSError as error:
        raise UnreadableFileError(f"{backup} cannot be read: {error.strerror}") from error
    except UNREADABLE as error:
        raise UnreadableFileError(f"{backup} is no backup, or a damaged one") from error
