"""The data folder of an instance and the secret in it, which signs forms, invitations and authors' links."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

from engine.errors import StoreError

SECRET_FILE = Path("secret")
RESTORING = Path("restoring")
"""There while a backup is being restored: nobody serves what may hold persons who were erased since it was made."""
SHORTEST_SECRET = 32
"""Characters: with fewer, or none, strangers could sign links themselves."""
OTHERS = 0o077


def prepare_data_dir(folder: Path) -> None:
    """Makes the data folder and the instance's secret, readable by its owner alone.

    Raises StoreError when the folder cannot be used, or what is in it is no secret.
    """
    if (folder / RESTORING).exists():
        raise StoreError(
            f"a restore into {folder} was begun and not ended: run plaudit restore again, with the same file"
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        secret = folder / SECRET_FILE
        if not secret.exists():
            _make_secret(secret)
        read_secret(folder)
    except OSError as error:
        raise StoreError(f"the data folder {folder} cannot be used: {error.strerror}") from error


def read_secret(folder: Path) -> str:
    """What links are signed with; raises StoreError where that is too short to be a secret."""
    path = folder / SECRET_FILE
    found = path.read_bytes().strip().decode("utf-8", "replace")
    if len(found) < SHORTEST_SECRET:
        raise StoreError(
            f"{path} is no secret: it has {len(found)} characters, {SHORTEST_SECRET} are needed. Put back the one of"
            " your backup, or remove the file: a new one is made then, and no link works that was sent before"
        )
    return found


def is_read_by_others(folder: Path) -> bool:
    """Whether other users of this machine may read or change the secret, as far as the system tells (POSIX)."""
    return os.name == "posix" and bool((folder / SECRET_FILE).stat().st_mode & OTHERS)


def put_back_secret(folder: Path, secret: str) -> None:
    """Makes this the instance's secret, in place of what was."""
    aside = _written_aside(folder / SECRET_FILE, secret)
    aside.replace(folder / SECRET_FILE)


def _written_aside(path: Path, secret: str) -> Path:
    aside = path.with_name(f".secret-{os.getpid()}")
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(f"{secret}\n")
    return aside


def _make_secret(path: Path) -> None:
    # Written aside and linked into place: of two processes that start at once, one secret wins for both.
    aside = _written_aside(path, secrets.token_urlsafe(48))
    with suppress(FileExistsError):
        path.hardlink_to(aside)
    aside.unlink()
