"""Files as tables: which kind a file is of, how it is encoded, and the rows that each kind yields."""

from __future__ import annotations

import codecs
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from engine.errors import UnreadableFileError

MOST_CELL = 1_048_576
"""Characters in one cell; what is longer is refused, never cut."""
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Row:
    number: int
    """As people count: in tables the header is row 1 and a cell with line breaks makes no more rows; in JSON Lines it
    is the line, in JSON the place in the list."""
    cells: Mapping[str, str]
    """Each cell as text, by the name of its column."""
    source: Mapping[str, Any]
    """The row as received, before anything became text."""


@dataclass(frozen=True, slots=True)
class UnreadableRow:
    number: int
    message: str
    fix: str


class Table(Protocol):
    @property
    def columns(self) -> Sequence[str]: ...

    def rows(self) -> Iterator[Row | UnreadableRow]:
        """All rows from the first one on; each call reads the file anew.

        Raises UnreadableFileError where the file breaks off in a way that leaves nothing to go on with.
        """
        ...

    def count(self) -> int | None:
        """About how many rows there are, for showing progress; None when only reading them would tell."""
        ...


def fingerprint(path: Path) -> str:
    """The SHA-256 of a file's content; raises UnreadableFileError when it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise UnreadableFileError(f"{path} cannot be read: {error.strerror}") from error


def start_of(path: Path) -> bytes:
    """The first bytes of a file, enough to tell its kind; raises UnreadableFileError when it cannot be read."""
    try:
        with path.open("rb") as file:
            return file.read(_CHUNK)
    except OSError as error:
        raise UnreadableFileError(f"{path} cannot be read: {error.strerror}") from error


def encoding_of(path: Path) -> str:
    """What its byte order mark says, else UTF-8 where all of it is valid UTF-8, else Windows-1252.

    Raises UnreadableFileError when it is none of them, or no text at all.
    """
    start = start_of(path)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        candidates = ["utf-16"]
    elif b"\0" in start:
        raise UnreadableFileError(f"{path} is not a text file; CSV, TSV, JSON, JSON Lines and XLSX can be read")
    else:
        candidates = ["utf-8-sig"] if start.startswith(codecs.BOM_UTF8) else ["utf-8", "cp1252"]
    for encoding in candidates:
        if _is_valid(path, encoding):
            return encoding
    raise UnreadableFileError(f"{path} is not valid {' or '.join(candidates)}; save it as UTF-8")


def line_count(path: Path) -> int:
    """How many lines a file has, an unfinished last one included."""
    lines, last = 0, b"\n"
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            lines += chunk.count(b"\n")
            last = chunk
    return lines + (not last.rstrip(b"\0").endswith(b"\n"))


def named(header: Sequence[str]) -> tuple[str, ...]:
    """Names for columns, each its own: the second ``Title`` is ``Title (2)``, one without a name is ``column 3``."""
    names: list[str] = []
    for number, cell in enumerate(header, start=1):
        name = wanted = " ".join(cell.split()) or f"column {number}"
        copies = 1
        while name in names:
            copies += 1
            name = f"{wanted} ({copies})"
        names.append(name)
    return tuple(names)


def filled(number: int, columns: Sequence[str], cells: Sequence[str]) -> Row | UnreadableRow:
    """The row under its columns: missing cells are empty, and cells beyond the last column make it unreadable."""
    if any(cells[len(columns) :]):
        return UnreadableRow(
            number,
            f"has {len(cells)} cells, but there are {len(columns)} columns",
            "put cells that hold the delimiter or a quote in quotes, and double the quotes in them",
        )
    by_column = dict.fromkeys(columns, "") | dict(zip(columns, cells, strict=False))
    return bounded(number, by_column, by_column)


def bounded(number: int, cells: Mapping[str, str], source: Mapping[str, Any]) -> Row | UnreadableRow:
    """The row, unless one of its cells is too long."""
    if sum(map(len, cells.values())) > MOST_CELL:
        for column, cell in cells.items():
            if len(cell) > MOST_CELL:
                return UnreadableRow(
                    number,
                    f"has {len(cell):,} characters in {column!r}; {MOST_CELL:,} are allowed",
                    "shorten the cell; it is refused whole, never cut",
                )
    return Row(number, cells, source)


def _is_valid(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as file:
        try:
            while chunk := file.read(_CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True
