"""What has a text in its id or name, on every database by the same rule."""

from __future__ import annotations

from itertools import islice

from sqlalchemy import Connection, Table, select
from sqlalchemy.sql import ColumnElement

from engine.text import as_sought


def ids_named(connection: Connection, table: Table, part: str, limit: int, *which: ColumnElement[bool]) -> list[str]:
    """Up to ``limit`` ids of rows with this in their id or name, in the order of their ids.

    Small and capital letters are one, and so are those with and without marks.
    """
    statement = select(table.c.id, table.c.name).where(*which).order_by(table.c.id)
    if not part:
        return list(connection.scalars(statement.limit(limit)))
    # Compared here: of two databases, one folds no letters but those of ASCII and the other by its locale.
    sought = as_sought(part)
    rows = connection.execute(statement)
    return list(islice((row.id for row in rows if sought in as_sought(row.name) or sought in as_sought(row.id)), limit))
