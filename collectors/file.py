"""The collector of files: CSV, TSV, JSON, JSON Lines and XLSX, each row a record."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any

from collectors.delimited import DelimitedTable
from collectors.json_rows import JsonLinesTable, JsonTable, cell_of, compact, flattened
from collectors.layout import MEDIA_FIELDS, REPLY_FIELDS, Layout, media_of, reply_of
from collectors.mapping import CONTACT_FIELDS, FIELD_HELP, FIELDS, columns_by_field
from collectors.occurrences import Occurrences
from collectors.presets import Preset
from collectors.spreadsheet import SpreadsheetTable
from collectors.tables import Row, Table, UnreadableRow, fingerprint, start_of
from engine.domain import Batch, Problem, Record, Severity, Standing, digest
from engine.errors import UnreadableFileError

__all__ = ["FIELDS", "FIELD_HELP", "FileCollector", "open_table"]

_BY_SUFFIX: Mapping[str, Callable[[Path], Table]] = {
    ".csv": DelimitedTable,
    ".tsv": DelimitedTable,
    ".tab": DelimitedTable,
    ".json": JsonTable,
    ".jsonl": JsonLinesTable,
    ".ndjson": JsonLinesTable,
    ".xlsx": SpreadsheetTable,
    ".xlsm": SpreadsheetTable,
}
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
_APART = frozenset({"external_id", "standing", *CONTACT_FIELDS, *MEDIA_FIELDS, *REPLY_FIELDS})


@dataclass(frozen=True, kw_only=True)
class FileCollector:
    """Reads one file row by row.

    ``mapping`` names the column of a field; a column that is called like a field is mapped by itself, unless a preset
    says which column is which. ``constants`` gives a field one value in all rows. A row without an external id is known
    by the hash of its mapped fields and by being the n-th row with that hash, so that the same file always gives the
    same ids.
    """

    path: Path
    mapping: Mapping[str, str]
    constants: Mapping[str, str]
    preset: Preset | None = None
    batch_size: int = 1000

    def collect(self, cursor: str | None) -> Iterator[Batch]:
        """Batches of rows; rows that cannot be read are problems of the batch they would have stood in.

        The cursor tells how many rows are done and where the next one is, in which file and under which mapping: after
        the file or the mapping has changed it starts anew. Raises UnreadableFileError, and RefusedError with all
        mistakes of the mapping, before any row is read.
        """
        constants, layout = self._constants(), self._layout()
        mark = digest(
            fingerprint(self.path), repr(layout), *sorted(f"{name}={each}" for name, each in constants.items())
        )
        return self._batches(_Reader(self.path, layout, constants), mark, _Done.read(cursor, mark))

    @property
    def columns(self) -> Sequence[str]:
        """The names of the columns; raises UnreadableFileError when the file has none."""
        return self._table.columns

    @property
    def columns_read(self) -> frozenset[str]:
        """Those that something of a review is read from; raises RefusedError as ``collect`` does."""
        return self._layout().read

    def count(self) -> int | None:
        """About how many rows there are, for showing progress; None when only reading them would tell."""
        return self._table.count()

    @cached_property
    def _table(self) -> Table:
        return open_table(self.path)

    def _layout(self) -> Layout:
        if self.preset:
            return self.preset.laid_out(self.columns, self.mapping, self.constants)
        return _laid_out(self.columns, self.mapping, self.constants)

    def read_one(self, raw: Mapping[str, Any], known_as: str) -> Record:
        """The record of one row as it was received, known as this id where it has none of its own.

        Nothing is read from the file: it may be gone. What the row lacks, its file may have had.
        """
        layout = self.layout_of(raw)
        reader = _Reader(self.path, layout, self._constants())
        cells = {column: text for column in sorted(layout.read) if (text := cell_of(raw, column))}
        record = reader.to_record(Row(0, cells, raw))
        return record if "external_id" in layout.fields(cells) else replace(record, external_id=known_as)

    def layout_of(self, raw: Mapping[str, Any]) -> Layout:
        """Which column of a row holds what; raises RefusedError where nothing of it is mapped."""
        there = [*flattened(raw), *self.mapping.values()]
        if not self.preset:
            return _laid_out(list(dict.fromkeys(there)), self.mapping, self.constants)
        there += sorted({*self.preset.known_by[0], *self.preset.layout.read})
        return self.preset.laid_out(list(dict.fromkeys(there)), self.mapping, self.constants)

    def _constants(self) -> Mapping[str, str]:
        return self.preset.fixed(self.mapping, self.constants) if self.preset else self.constants

    def _batches(self, reader: _Reader, mark: str, done: _Done) -> Iterator[Batch]:
        rows = self._rows_left(reader, done)
        following = next(rows, None)
        if following is None:
            yield Batch(records=(), cursor=None)
        count = done.rows
        while following is not None:
            chunk = [following, *islice(rows, self.batch_size - 1)]
            count += len(chunk)
            following = next(rows, None)
            batch = reader.to_batch(chunk)
            at = _Done(count, chunk[-1].number, chunk[-1].end, counted=reader.has_counted)
            yield batch if following is None else replace(batch, cursor=at.written(mark))

    def _rows_left(self, reader: _Reader, done: _Done) -> Iterator[Row | UnreadableRow]:
        """The rows after those that are done.

        Where some had no id of their own they are read again and counted, so that copies of them are numbered on.
        """
        if not done.counted:
            return self._table.rows_after(done.number, done.end) if done.rows else self._table.rows()
        rows = self._table.rows()
        for row in islice(rows, done.rows):
            reader.pass_by(row)
        return rows


@dataclass(frozen=True, slots=True)
class _Done:
    """How far a file has been read."""

    rows: int = 0
    number: int = 0
    """The number of the last row."""
    end: int = 0
    counted: bool = False
    """Whether a row so far was known by its content, and counted."""

    @classmethod
    def read(cls, cursor: str | None, mark: str) -> _Done:
        """What a cursor says; nothing is done where it is of another file or mapping, or none of ours."""
        numbers, _, of = (cursor or "").rpartition(":")
        parts = numbers.split(":")
        if of != mark or len(parts) != 4 or not all(each.isascii() and each.isdecimal() for each in parts):
            return cls()
        rows, number, end, counted = map(int, parts)
        return cls(rows, number, end, counted=bool(counted))

    def written(self, mark: str) -> str:
        return f"{self.rows}:{self.number}:{self.end}:{self.counted:d}:{mark}"


class _Reader:
    """Makes records of rows, and counts those that it knows by their content only."""

    def __init__(self, path: Path, layout: Layout, constants: Mapping[str, str]) -> None:
        # A file name need not be UTF-8, but a place that is stored must be.
        self._name = os.fsencode(path.name).decode("utf-8", "replace")
        self._layout = layout
        self._constants = {field: value for field, value in constants.items() if value.strip()}
        self._seen = Occurrences()

    @property
    def has_counted(self) -> bool:
        return bool(self._seen)

    def pass_by(self, row: Row | UnreadableRow) -> None:
        """Counts a row that an earlier run has done."""
        if isinstance(row, Row):
            self._external_id(self._layout.fields(row.cells))

    def to_batch(self, rows: Iterable[Row | UnreadableRow]) -> Batch:
        records: list[Record] = []
        problems: list[Problem] = []
        for row in rows:
            if isinstance(row, Row):
                records.append(self.to_record(row))
            else:
                problems.append(self._problem(row))
        return Batch(
            records=tuple(each for each in records if each.standing is not Standing.DELETED),
            cursor=None,
            problems=tuple(problems),
            deleted=tuple(each.external_id for each in records if each.standing is Standing.DELETED),
        )

    def to_record(self, row: Row) -> Record:
        mapped = self._layout.fields(row.cells)
        values = mapped | self._constants
        return Record(
            fields={field: value for field, value in values.items() if field not in _APART},
            external_id=self._external_id(mapped),
            place=self._place(row.number),
            payload=compact(row.source),
            contact={field: values[field] for field in CONTACT_FIELDS if field in values} or None,
            replies=reply_of(values),
            media=media_of(values),
            aspects=self._layout.rated(row.cells),
            standing=_standing(values.get("standing", "")),
        )

    def _external_id(self, mapped: Mapping[str, str]) -> str:
        if given := mapped.get("external_id"):
            return given.strip()
        known_by = digest(*(f"{field}={value}" for field, value in mapped.items()))
        return f"h{known_by}-{self._seen.count(known_by)}"

    def _problem(self, row: UnreadableRow) -> Problem:
        return Problem(
            rule="file-row",
            severity=Severity.ERROR,
            path=self._place(row.number),
            message=row.message,
            fix=row.fix,
        )

    def _place(self, number: int) -> str:
        return f"{self._name} row {number}"


def open_table(path: Path) -> Table:
    """The file as a table: of the kind that its suffix names, else of the kind that its first bytes look like.

    Raises UnreadableFileError when it cannot be read as such.
    """
    start = start_of(path)
    if start.startswith(_OLD_EXCEL):
        raise UnreadableFileError(f"{path} is an old Excel file (.xls) or has a password; save it as .xlsx or CSV")
    make = _BY_SUFFIX.get(path.suffix.lower()) or _by_content(start)
    return make(path)


def _laid_out(columns: Sequence[str], mapping: Mapping[str, str], constants: Mapping[str, str]) -> Layout:
    chosen = columns_by_field(columns, mapping, constants)
    return Layout(columns={name: (column,) for name, column in chosen.items()})


def _by_content(start: bytes) -> Callable[[Path], Table]:
    if start.startswith(b"PK"):
        return SpreadsheetTable
    text = start.decode("utf-8-sig", "replace").lstrip()
    if text.startswith("["):
        return JsonTable
    if not text.startswith("{"):
        return DelimitedTable
    return JsonLinesTable if text.partition("\n")[0].rstrip().endswith("}") else JsonTable


def _standing(said: str) -> Standing:
    """Whatever is not plainly public is not."""
    word = said.strip().casefold() or Standing.PUBLIC
    return Standing(word) if word in set(Standing) else Standing.HIDDEN
