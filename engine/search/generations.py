"""The folders of an index: one for each generation, and a small file that names the present one.

The name is replaced as a whole, and only when everything that it stands for is on the disk: whoever reads it finds the
old generation or the new one.
"""

from __future__ import annotations

import os
import shutil
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from engine.errors import IndexBusyError, IndexUnusableError, PluginError
from engine.search.postings import INDEX_NAME, schema
from engine.search.whoosh_parts import FileIndex, FileLock, FileStorage


class Files(FileStorage):  # type: ignore[misc]  # Whoosh has no types
    """A folder whose files are closed when nobody has them any more, also those that could not be read to their end."""

    def open_file(self, name: str, **options: Any) -> Any:
        """A file that is read."""
        opened = super().open_file(name, **options)
        weakref.finalize(opened, opened.file.close)
        return opened


FORKS = ("whoosh-reloaded", "whoosh3")
PINNED = "2.7.4"
_PRESENT = "present"
_LOCK = "lock"


def refuse_forks() -> None:
    """Raises PluginError when another package than Whoosh 2.7.4 may have written into its folder."""
    if there := [fork for fork in FORKS if _version(fork)]:
        raise PluginError(
            f"{' and '.join(there)} is installed into the folder of whoosh {PINNED}, and finds deleted reviews: "
            f"uninstall it, then install whoosh=={PINNED} anew"
        )
    if (found := _version("whoosh")) != PINNED:
        raise PluginError(f"the index needs whoosh=={PINNED}, and {found or 'none'} is installed")


@dataclass(frozen=True, slots=True)
class Generations:
    """The folder of all of them."""

    folder: Path

    def present(self) -> str | None:
        """The name of the generation that is read; None before the first."""
        try:
            return (self.folder / _PRESENT).read_text(encoding="utf-8").strip() or None
        except FileNotFoundError:
            return None

    def opened(self, name: str) -> Any:
        """The index of a generation. Raises IndexUnusableError."""
        with whole(self.folder / name):
            return FileIndex(Files(str(self.folder / name)), indexname=INDEX_NAME)

    def begun(self) -> tuple[str, Any]:
        """A new generation without documents, which nobody reads yet."""
        numbers = [int(each.name) for each in self.folder.iterdir() if each.name.isdigit()]
        name = f"{max(numbers, default=0) + 1:06}"
        (self.folder / name).mkdir()
        return name, FileIndex.create(Files(str(self.folder / name)), schema(), INDEX_NAME)

    def put_in_place(self, name: str) -> None:
        """Makes a generation the present one, and removes all others."""
        for each in (*(self.folder / name).iterdir(), self.folder / name):
            _to_disk(each)
        new = self.folder / f"{_PRESENT}.new"
        new.write_text(name, encoding="utf-8")
        _to_disk(new)
        new.replace(self.folder / _PRESENT)
        _to_disk(self.folder)
        self._remove_all_but(name)

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Held by the one process that changes the index. Raises IndexBusyError when another one does."""
        self.folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(str(self.folder / _LOCK))
        if not lock.acquire():
            raise IndexBusyError(f"{self.folder}: another process is changing the index")
        try:
            yield
        finally:
            lock.release()

    def size(self, name: str) -> int:
        """The bytes of a generation."""
        return sum(each.stat().st_size for each in (self.folder / name).iterdir() if each.is_file())

    def _remove_all_but(self, name: str) -> None:
        for each in self.folder.iterdir():
            if each.name.isdigit() and each.name != name:
                # A reader that has its files open keeps them; what cannot be removed now goes with the next generation.
                shutil.rmtree(each, ignore_errors=True)


@contextmanager
def whole(path: Path | str) -> Iterator[None]:
    """What is read of an index within; raises IndexUnusableError where its files are not what they should be."""
    try:
        yield
    except (IndexUnusableError, MemoryError):
        raise
    except Exception as error:
        # Broken bytes are read as lengths, pickles and packed blocks: any exception can come of it.
        raise IndexUnusableError(
            f"{path}: the index is broken, build it anew ({type(error).__name__}: {error})"
        ) from error


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _to_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
