"""Tables of the console: each is printed on its page and exported as CSV from the same rows."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Response, request

from review_site.console.pages import private
from schema_markup.feeds.meta_reviews import formula_safe

CSV, FORMAT = "csv", "format"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    title: str
    """In the reader's language."""
    is_number: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """What stands in a table: words, and where they lead."""

    text: str
    href: str = ""
    value: str | int | float | None = None
    """What a file says instead of the words: ``0.25`` for ``25%``, a time in ISO 8601."""
    note: str = ""
    """A second, quieter line."""
    language: str = ""
    """Where the words are not in the language of the page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    caption: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    following: str = ""
    """Where the next rows are."""
    is_exported: bool = True

    @property
    def export(self) -> str:
        """Where the table is as CSV."""
        return export_address()


def export_address() -> str:
    """The address of the page that is asked for, with ``format=csv``."""
    asked = [(name, value) for name, value in request.args.items(multi=True) if name != FORMAT]
    return f"{request.path}?{urlencode([*asked, (FORMAT, CSV)])}"


def wants_csv() -> bool:
    return request.args.get(FORMAT) == CSV


def exported(table: Table, name: str) -> Response:
    """The table as a file ``<name>.csv``; no cell of it is one that a spreadsheet would run as a formula."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow([formula_safe(each.title) for each in table.columns])
    writer.writerows([_exported(each) for each in row] for row in table.rows)
    response = Response(file.getvalue(), content_type="text/csv; charset=utf-8; header=present")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return private(response)


def _exported(cell: Cell) -> str | int | float:
    if cell.value is None:
        return formula_safe(cell.text)
    return formula_safe(cell.value) if isinstance(cell.value, str) else cell.value
