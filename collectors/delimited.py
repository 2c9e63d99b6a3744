"""CSV and TSV files, whatever their delimiter."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from collectors.tables import MOST_CELL, Row, TextLines, UnreadableRow, encoding_of, filled, line_count, named
from engine.errors import UnreadableFileError

_DELIMITERS = (",", ";", "\t", "|")
_TOLD = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)
_SAMPLED_ROWS = 20
_MOST_COLUMNS = 1000
_FIXES = {
    "unexpected end of data": "a quote is opened in this row and never closed: close it, or double it where it is text",
    "field larger than field limit": "shorten the cell, or close a quote that was opened and never closed",
}


class DelimitedTable:
    """The rows of a CSV or TSV file, read one by one; quoting as in https://www.rfc-editor.org/rfc/rfc4180."""

    def __init__(self, path: Path) -> None:
        # The limit is one for the whole process; its default, 131,072, is less than a long HTML body.
        csv.field_size_limit(MOST_CELL)
        self._path = path
        self._encoding = encoding_of(path)
        told = self._told_delimiter()
        self._is_told = bool(told)
        self._delimiter = told or self._find_delimiter()
        self._header, header = self._find_header()
        if len(header) > _MOST_COLUMNS:
            raise UnreadableFileError(f"{path} has {len(header)} columns; {_MOST_COLUMNS} are allowed")
        self.columns: Sequence[str] = named(header)

    def rows(self) -> Iterator[Row | UnreadableRow]:
        return self.rows_after(0, 0)

    def rows_after(self, number: int, end: int) -> Iterator[Row | UnreadableRow]:
        for which, cells, ends_at in self._records(self._delimiter, number, end):
            if isinstance(cells, UnreadableRow):
                yield cells
            elif which > self._header and any(cells):
                yield filled(which, self.columns, cells, ends_at)

    def count(self) -> int:
        return max(0, line_count(self._path) - self._header)

    def _told_delimiter(self) -> str:
        """The one that the first line tells Excel, as in ``sep=;``; empty where it tells none."""
        with TextLines(self._path, self._encoding) as lines:
            told = _TOLD.fullmatch(next(lines, ""))
        return told[1] if told else ""

    def _find_delimiter(self) -> str:
        """The one that cuts the first rows into the most cells, as many in each row as in the header."""

        def fitness(delimiter: str) -> tuple[int, int]:
            sample = [
                len(cells)
                for _, cells, _ in islice(self._records(delimiter), _SAMPLED_ROWS)
                if not isinstance(cells, UnreadableRow) and any(cells)
            ]
            width = sample[0] if sample else 0
            return (sum(1 for each in sample if each == width) if width > 1 else 0, width)

        return max(_DELIMITERS, key=fitness)

    def _find_header(self) -> tuple[int, list[str]]:
        for number, cells, _ in self._records(self._delimiter):
            if isinstance(cells, UnreadableRow):
                raise UnreadableFileError(f"{self._path}: the header row cannot be read: it {cells.message}")
            is_told = self._is_told and number == 1
            if any(cell.strip() for cell in cells) and not is_told:
                return number, cells
        raise UnreadableFileError(f"{self._path} is empty: there is no header row")

    def _records(
        self, delimiter: str, number: int = 0, start: int = 0
    ) -> Iterator[tuple[int, list[str] | UnreadableRow, int]]:
        """Each record after the one with this number, which ends before the byte ``start``, and where it ends.

        A reader of CSV takes the lines of one record and no more, so where it stands is where a record ends.
        """
        with TextLines(self._path, self._encoding, start) as lines:
            reader = csv.reader(lines, delimiter=delimiter, strict=True)
            while True:
                number += 1
                try:
                    yield number, next(reader), lines.end
                except StopIteration:
                    return
                except csv.Error as error:
                    yield number, _unreadable(number, str(error), lines.end), lines.end


def _unreadable(number: int, message: str, end: int) -> UnreadableRow:
    fix = next((fix for start, fix in _FIXES.items() if message.startswith(start)), "")
    fix = fix or "put the cell in quotes, and double the quotes in it"
    return UnreadableRow(number, f"is no CSV: {message}", fix, end)
