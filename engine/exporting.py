"""A folder of files that is replaced as a whole: whoever reads it sees all of the old one or all of the new one.

The new folder is built beside the old one, takes over what did not change as hard links, and is exchanged with it in
one step. What a process that was killed left behind is cleared away by the next one.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Any

from engine.errors import RefusedError
from engine.exchanging import exchange
from engine.packing import BROTLI, GZIP, is_worth_packing, packed

MANIFEST = "manifest.json"
MADE_BY = "plaudit export"
ENDINGS: Mapping[str, str] = {BROTLI: ".br", GZIP: ".gz"}
PACKED_TYPES = (
    "text/",
    "application/json",
    "application/ld+json",
    "application/xml",
    "application/rss+xml",
    "application/atom+xml",
    "image/svg+xml",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """One file of an export."""

    path: str
    """Below the folder, with slashes, none before it."""
    body: bytes
    media_type: str
    packed: Mapping[str, bytes] | None = None
    """The body in other codings; None where that is still to be done."""


@dataclass(slots=True, kw_only=True)
class Counts:
    """What an export came to, in files; those that are packed beside another one do not count."""

    written: int = 0
    kept: int = 0
    removed: int = 0
    alike: list[tuple[str, str]] = field(default_factory=list)
    """Files that differ in capitals alone, which not every host tells apart."""


@dataclass(slots=True)
class _Unit:
    """Files that are made of the same things, and so change together."""

    state: str
    files: list[str] = field(default_factory=list)


class Export:
    """An export that is being written; nothing of it can be seen before it is finished."""

    def __init__(self, folder: Path, before: Path) -> None:
        self.counts = Counts()
        self._folder = folder
        self._before = before
        self._old = _manifest(before) or {"files": {}, "units": {}}
        self._files: dict[str, dict[str, Any]] = {}
        self._units: dict[str, _Unit] = {}

    def keep(self, unit: str, state: str) -> bool:
        """Takes over the files of a unit whose state is what it was; False where it has to be written anew."""
        known = self._old["units"].get(unit)
        if known is None or known["state"] != state or not all(map(self._is_whole, known["files"])):
            return False
        for path in known["files"]:
            self._keep(path, self._old["files"][path])
        self._units[unit] = _Unit(state, list(known["files"]))
        return True

    def write(self, unit: str, state: str, files: Iterator[File]) -> None:
        """Writes the files of a unit; one that is what it was is a link to it.

        Raises RefusedError for two files of one path that say different things.
        """
        made = self._units[unit] = _Unit(state)
        for each in files:
            self._write(each)
            made.files.append(each.path)

    def finish(self, version: str) -> None:
        """Writes down what there is; ``version`` is that of the program."""
        self.counts.removed = len(self._old["files"].keys() - self._files.keys())
        self.counts.alike = list(_alike(self._files))
        manifest = {
            "made_by": MADE_BY,
            "version": version,
            "files": dict(sorted(self._files.items())),
            "units": {name: {"state": each.state, "files": each.files} for name, each in sorted(self._units.items())},
        }
        text = json.dumps(manifest, ensure_ascii=False, indent=1)
        (self._folder / MANIFEST).write_text(text + "\n", encoding="utf-8")

    def _write(self, each: File) -> None:
        told = {"sha256": sha256(each.body).hexdigest(), "media_type": each.media_type, "bytes": len(each.body)}
        if each.path in self._files:
            # A picture can stand on several pages.
            if self._files[each.path] != told:
                raise RefusedError(f"two pages are to be the file {each.path}")
            return
        if self._old["files"].get(each.path) == told and self._is_whole(each.path):
            self._keep(each.path, told)
            return
        path = self._place(each.path)
        with path.open("xb") as file:
            # Where there is a file already, this disk takes it for one of another spelling.
            file.write(each.body)
        for coding, body in _packed(each).items():
            path.with_name(path.name + ENDINGS[coding]).write_bytes(body)
        self._files[each.path] = told
        self.counts.written += 1

    def _keep(self, path: str, told: dict[str, Any]) -> None:
        if path in self._files:
            return
        for name in (path, *(path + ending for ending in ENDINGS.values())):
            if (self._before / name).is_file():
                _link(self._before / name, self._place(name))
        self._files[path] = told
        self.counts.kept += 1

    def _is_whole(self, path: str) -> bool:
        try:
            bytes_there = (self._before / path).stat().st_size
            return bool(bytes_there == self._old["files"][path]["bytes"])
        except (OSError, KeyError):
            return False

    def _place(self, path: str) -> Path:
        parts = PurePosixPath(path).parts
        if not parts or PurePosixPath(path).is_absolute() or ".." in parts:
            raise RefusedError(f"{path!r} is no path within an export")
        place = self._folder.joinpath(*parts)
        place.parent.mkdir(parents=True, exist_ok=True)
        return place


@contextmanager
def exporting(folder: Path) -> Iterator[Export]:
    """An export into a folder, which holds it once the block ends; what is raised in it leaves the folder as it was.

    Raises RefusedError for a folder that holds anything else, while another export into it runs, and where it cannot
    be written.
    """
    # Asked for by a link, what is replaced is the folder that it leads to.
    target = folder.resolve()
    new = _building(target)
    with _named(target), _alone(target):
        _clear_away(target)
        _refuse_what_is_not_ours(target)
        new.mkdir()
        try:
            export = Export(new, target)
            yield export
            if not (new / MANIFEST).is_file():
                raise RefusedError(f"{target} was not finished; it is as it was")
            exchange(new, target, _aside(target))
        finally:
            shutil.rmtree(new, ignore_errors=True)
            shutil.rmtree(_aside(target), ignore_errors=True)


@contextmanager
def _alone(target: Path) -> Iterator[None]:
    """Holds a lock that ends with the process, however that ends."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with _beside(target, "lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise RefusedError(f"another export into {target} is running") from error
        yield


def _clear_away(target: Path) -> None:
    """Takes away what a process that was killed left; its last step but one may have moved the folder aside."""
    aside = _aside(target)
    if _manifest(aside) is not None and not target.exists():
        aside.rename(target)
    for each in (aside, _building(target)):
        if each.is_dir():
            shutil.rmtree(each)


def _building(target: Path) -> Path:
    return _beside(target, "new")


def _aside(target: Path) -> Path:
    return _beside(target, "old")


def _beside(target: Path, what: str) -> Path:
    """A place beside the folder that is nobody else's: ``site.old`` may be a copy that somebody keeps."""
    return target.with_name(f".{target.name}.plaudit-{what}")


def _refuse_what_is_not_ours(target: Path) -> None:
    if target.is_dir() and (not any(target.iterdir()) or _manifest(target) is not None):
        return
    if target.exists():
        raise RefusedError(f"{target} holds what no export wrote: name a folder that is empty or not there yet")


def _manifest(folder: Path) -> dict[str, Any] | None:
    """What a folder says it holds; None for one that no export wrote."""
    with suppress(OSError, ValueError):
        found = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        if isinstance(found, dict) and found.get("made_by") == MADE_BY:
            return found
    return None


def _alike(paths: Iterable[str]) -> Iterator[tuple[str, str]]:
    known: dict[str, str] = {}
    for each in sorted(paths):
        first = known.setdefault(each.casefold(), each)
        if first != each:
            yield first, each


def _packed(each: File) -> Mapping[str, bytes]:
    if each.packed is not None:
        return each.packed
    if not is_worth_packing(each.body) or not each.media_type.startswith(PACKED_TYPES):
        return {}
    return {coding: packed(each.body, coding) for coding in ENDINGS}


def _link(old: Path, new: Path) -> None:
    try:
        os.link(old, new)
    except FileExistsError:
        raise
    except OSError:
        # A file system without hard links, or with too many to one file.
        shutil.copyfile(old, new)


@contextmanager
def _named(target: Path) -> Iterator[None]:
    """What the system says of a folder, with its name."""
    try:
        yield
    except OSError as error:
        raise RefusedError(f"{target} cannot be written: {error.strerror or error}") from error
