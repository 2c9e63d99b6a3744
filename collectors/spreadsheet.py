"""XLSX files: the first sheet that is not hidden, formulas as the text that they are, never calculated."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator, Sequence
from datetime import datetime, time
from pathlib import Path
from typing import Any

from collectors.tables import Row, UnreadableRow, filled, named
from engine.errors import UnreadableFileError

_MOST_UNPACKED = 300_000_000
_MOST_PARTS = 10_000
_MOST_ROWS = 1_048_576
# Cells this far right of the table are not part of it; without a bound one cell at XFD1 makes 16,384 of each row.
_MOST_STRAY = 200
_MOST_COLUMNS = 1000
# What openpyxl and the parsers below it raise on files that are not what they claim to be.
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
)


class SpreadsheetTable:
    """The rows of the first sheet, read one by one; openpyxl keeps the texts of the whole file in memory."""

    def __init__(self, path: Path) -> None:
        self._path = path
        refuse_bombs(path)
        self._header, header = self._find_header()
        self.columns: Sequence[str] = named(header)

    def rows(self) -> Iterator[Row | UnreadableRow]:
        return self.rows_after(self._header, 0)

    def rows_after(self, number: int, end: int) -> Iterator[Row | UnreadableRow]:  # noqa: ARG002 - it cannot be entered
        for which, cells in self._sheet(len(self.columns) + _MOST_STRAY, max(number, self._header) + 1):
            if any(cells):
                yield filled(which, self.columns, cells)

    def count(self) -> None:
        """Only reading tells: the size that a sheet states of itself is often wrong."""
        return

    def _find_header(self) -> tuple[int, list[str]]:
        for number, cells in self._sheet(_MOST_COLUMNS):
            if any(cells):
                return number, cells
        raise UnreadableFileError(f"{self._path}: the first sheet is empty: there is no header row")

    def _sheet(self, width: int, first: int = 1) -> Iterator[tuple[int, list[str]]]:
        # It takes a tenth of a second to import, and most files are CSV.
        from openpyxl import load_workbook  # noqa: PLC0415

        try:
            # Given a path, openpyxl would judge the file by its suffix.
            with self._path.open("rb") as file:
                book = load_workbook(file, read_only=True, data_only=False, keep_links=False)
                sheet = next((each for each in book.worksheets if each.sheet_state == "visible"), book.worksheets[0])
                sheet.reset_dimensions()
                rows = sheet.iter_rows(values_only=True, min_row=first, max_col=width)
                for number, row in enumerate(rows, start=first):
                    if number > _MOST_ROWS:
                        raise UnreadableFileError(f"{self._path} has more than {_MOST_ROWS:,} rows")
                    yield number, _texts(row)
        except _BROKEN as error:
            raise UnreadableFileError(f"{self._path} is no XLSX that can be read: {error}") from error


def _texts(row: Sequence[Any]) -> list[str]:
    """The cells as text up to the last that is not empty; sheets often go on for a million empty rows."""
    if row.count(None) == len(row):
        return []
    texts = [_as_text(value) for value in row]
    while texts and not texts[-1]:
        texts.pop()
    return texts


def _as_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat()
    # An array formula is an object that has its text in it.
    return str(getattr(value, "text", value))


def refuse_bombs(path: Path, most_unpacked: int = _MOST_UNPACKED) -> None:
    """Raises UnreadableFileError when the file unpacks to more than any table of reviews needs.

    zipfile reads no part beyond the size that its entry states, so the stated sizes can be relied on.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise UnreadableFileError(f"{path} is no XLSX that can be read: {error}") from error
    unpacked = sum(part.file_size for part in parts)
    if unpacked > most_unpacked or len(parts) > _MOST_PARTS:
        raise UnreadableFileError(
            f"{path} unpacks to {unpacked:,} bytes in {len(parts):,} parts; {most_unpacked:,} bytes are allowed: "
            "save it as CSV"
        )
