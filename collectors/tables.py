"""Files as tables: which kind a file is of, how it is encoded, and the rows that each kind yields."""

from __future__ import annotations

import codecs
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import TextIOWrapper
from pathlib import Path
from typing import Any, Protocol

from engine.errors import UnreadableFileError

MOST_CELL = 1_048_576
"""Characters in one cell; what is longer is refused, never cut."""
# A line without an end would be read into memory whole, before anything could refuse its cells.
MOST_LINE = 8 * MOST_CELL
_CHUNK = 1 << 20
_MARKS: Mapping[str, int] = {"utf-8-sig": 3, "utf-16": 2}
"""The bytes of the byte order mark that begins a file."""


@dataclass(frozen=True, slots=True)
class Row:
    number: int
    """As people count: in tables the header is row 1 and a cell with line breaks makes no more rows; in JSON Lines it
    is the line, in JSON the place in the list."""
    cells: Mapping[str, str]
    """Each cell as text, by the name of its column."""
    source: Mapping[str, Any]
    """The row as received, before anything became text."""
    end: int = 0
    """The byte after it, where its table can be entered there."""


@dataclass(frozen=True, slots=True)
class UnreadableRow:
    number: int
    message: str
    fix: str
    end: int = 0


class Table(Protocol):
    @property
    def columns(self) -> Sequence[str]: ...

    def rows(self) -> Iterator[Row | UnreadableRow]:
        """All rows from the first one on; each call reads the file anew.

        Raises UnreadableFileError where the file breaks off in a way that leaves nothing to go on with.
        """
        ...

    def rows_after(self, number: int, end: int) -> Iterator[Row | UnreadableRow]:
        """The rows after the one that has this number and end, without reading those before it where that can be."""
        ...

    def count(self) -> int | None:
        """About how many rows there are, for showing progress; None when only reading them would tell."""
        ...


class TextLines:
    """The lines of a text file from a byte on, which must be the first of a line, and how far they have been read."""

    def __init__(self, path: Path, encoding: str, start: int = 0) -> None:
        self._path = path
        self._file = path.open("rb")
        mark = 0 if start else _MARKS.get(encoding, 0)
        self.end = start or mark
        self._file.seek(self.end)
        self._encoding = _without_mark(path, encoding)
        self._text = TextIOWrapper(self._file, encoding=self._encoding, newline="")
        self._is_one_byte = not self._encoding.startswith("utf-16")

    def __enter__(self) -> TextLines:
        return self

    def __exit__(self, *_error: object) -> None:
        self._text.close()

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._text.readline(MOST_LINE)
        if not line:
            raise StopIteration
        if len(line) == MOST_LINE:
            raise UnreadableFileError(f"{self._path} has a line of more than {MOST_LINE:,} characters")
        self.end += len(line) if self._is_one_byte and line.isascii() else len(line.encode(self._encoding))
        return line


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


def filled(number: int, columns: Sequence[str], cells: Sequence[str], end: int = 0) -> Row | UnreadableRow:
    """The row under its columns: missing cells are empty, and cells beyond the last column make it unreadable."""
    if any(cells[len(columns) :]):
        return UnreadableRow(
            number,
            f"has {len(cells)} cells, but there are {len(columns)} columns",
            "put cells that hold the delimiter or a quote in quotes, and double the quotes in them",
            end,
        )
    by_column = dict(zip(columns, cells, strict=False))
    if len(cells) < len(columns):
        by_column = dict.fromkeys(columns, "") | by_column
    return bounded(number, by_column, by_column, end)


def bounded(number: int, cells: Mapping[str, str], source: Mapping[str, Any], end: int = 0) -> Row | UnreadableRow:
    """The row, unless one of its cells is too long."""
    if sum(map(len, cells.values())) > MOST_CELL:
        for column, cell in cells.items():
            if len(cell) > MOST_CELL:
                return UnreadableRow(
                    number,
                    f"has {len(cell):,} characters in {column!r}; {MOST_CELL:,} are allowed",
                    "shorten the cell; it is refused whole, never cut",
                    end,
                )
    return Row(number, cells, source, end)


def _without_mark(path: Path, encoding: str) -> str:
    """The encoding of what follows the byte order mark."""
    if encoding == "utf-16":
        return "utf-16-le" if start_of(path).startswith(codecs.BOM_UTF16_LE) else "utf-16-be"
    return "utf-8" if encoding == "utf-8-sig" else encoding


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
