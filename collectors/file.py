"""The collector of files: CSV, TSV, JSON, JSON Lines and XLSX, each row a record."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path

from collectors.delimited import DelimitedTable
from collectors.json_rows import JsonLinesTable, JsonTable, compact
from collectors.mapping import CONTACT_FIELDS, FIELD_HELP, FIELDS, columns_by_field
from collectors.spreadsheet import SpreadsheetTable
from collectors.tables import Row, Table, UnreadableRow, fingerprint, start_of
from engine.domain import Batch, Problem, Record, Severity, digest
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
_REPLY_FIELDS = {"reply": "body", "reply_author": "author"}
_APART = frozenset({"external_id", *CONTACT_FIELDS, *_REPLY_FIELDS})


@dataclass(frozen=True, kw_only=True)
class FileCollector:
    """Reads one file row by row.

    ``mapping`` names the column of a field; a column that is called like a field is mapped by itself. ``constants``
    gives a field one value in all rows. A row without an external id is known by the hash of its mapped fields and
    by being the n-th row with that hash, so that the same file always gives the same ids.
    """

    path: Path
    mapping: Mapping[str, str]
    constants: Mapping[str, str]
    batch_size: int = 1000

    def collect(self, cursor: str | None) -> Iterator[Batch]:
        """Batches of rows; rows that cannot be read are problems of the batch they would have stood in.

        The cursor tells how many rows are done, in which file and under which mapping: after the file or the mapping
        has changed it starts anew. Raises UnreadableFileError, and RefusedError with all mistakes of the mapping,
        before any row is read.
        """
        columns = columns_by_field(self._table.columns, self.mapping, self.constants)
        settings = sorted(f"{field}={value}" for given in (columns, self.constants) for field, value in given.items())
        mark = digest(fingerprint(self.path), *settings)
        return self._batches(_Reader(self.path, columns, self.constants), mark, _rows_done(cursor, mark))

    def count(self) -> int | None:
        """About how many rows there are, for showing progress; None when only reading them would tell."""
        return self._table.count()

    @cached_property
    def _table(self) -> Table:
        return open_table(self.path)

    def _batches(self, reader: _Reader, mark: str, done: int) -> Iterator[Batch]:
        rows = self._table.rows()
        for row in islice(rows, done):
            reader.pass_by(row)
        following = next(rows, None)
        if following is None:
            yield Batch(records=(), cursor=None)
        while following is not None:
            chunk = [following, *islice(rows, self.batch_size - 1)]
            done += len(chunk)
            following = next(rows, None)
            yield reader.to_batch(chunk, None if following is None else f"{done}:{mark}")


class _Reader:
    """Makes records of rows, and remembers which it has seen."""

    def __init__(self, path: Path, columns: Mapping[str, str], constants: Mapping[str, str]) -> None:
        # A file name need not be UTF-8, but a place that is stored must be.
        self._name = os.fsencode(path.name).decode("utf-8", "replace")
        self._columns = columns
        self._constants = {field: value for field, value in constants.items() if value.strip()}
        self._seen: Counter[str] = Counter()

    def pass_by(self, row: Row | UnreadableRow) -> None:
        """Counts a row that an earlier run has done, so that copies of it after the cursor are numbered on."""
        if isinstance(row, Row):
            self._external_id(self._mapped(row))

    def to_batch(self, rows: Iterable[Row | UnreadableRow], cursor: str | None) -> Batch:
        records: list[Record] = []
        problems: list[Problem] = []
        for row in rows:
            if isinstance(row, Row):
                records.append(self._record(row))
            else:
                problems.append(self._problem(row))
        return Batch(records=tuple(records), cursor=cursor, problems=tuple(problems))

    def _record(self, row: Row) -> Record:
        mapped = self._mapped(row)
        values = mapped | self._constants
        reply = {name: values[field] for field, name in _REPLY_FIELDS.items() if field in values}
        return Record(
            fields={field: value for field, value in values.items() if field not in _APART},
            external_id=self._external_id(mapped),
            place=self._place(row.number),
            payload=compact(row.source),
            contact={field: values[field] for field in CONTACT_FIELDS if field in values} or None,
            replies=(reply,) if "body" in reply else (),
        )

    def _mapped(self, row: Row) -> dict[str, str]:
        cells = row.cells
        values = ((field, cells.get(column, "")) for field, column in self._columns.items())
        return {field: value for field, value in values if value and not value.isspace()}

    def _external_id(self, mapped: Mapping[str, str]) -> str:
        if given := mapped.get("external_id"):
            return given.strip()
        known_by = digest(*(f"{field}={value}" for field, value in mapped.items()))
        self._seen[known_by] += 1
        return f"h{known_by}-{self._seen[known_by]}"

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


def _by_content(start: bytes) -> Callable[[Path], Table]:
    if start.startswith(b"PK"):
        return SpreadsheetTable
    text = start.decode("utf-8-sig", "replace").lstrip()
    if text.startswith("["):
        return JsonTable
    if not text.startswith("{"):
        return DelimitedTable
    return JsonLinesTable if text.partition("\n")[0].rstrip().endswith("}") else JsonTable


def _rows_done(cursor: str | None, mark: str) -> int:
    rows, _, of = (cursor or "").partition(":")
    return int(rows) if of == mark and rows.isdecimal() else 0
