"""Whole copies of a database: taken while it is used, checked by restoring them, and put back."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from engine.errors import StoreError
from engine.store.copies import Copies, Counts
from engine.store.postgres_copies import PostgresCopies
from engine.store.sqlite_copies import SqliteCopies


def copies_of(url: str) -> Copies:
    """How the database at an address is copied; raises StoreError for an address that cannot be understood."""
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise StoreError("the address of the database cannot be understood") from error
    if parsed.get_backend_name() == "postgresql":
        return PostgresCopies(url=parsed)
    if not parsed.database:
        raise StoreError("a database in memory has no copies")
    return SqliteCopies(path=Path(parsed.database))


def differences(promised: Counts, found: Counts) -> list[str]:
    """One line for each table that has not as many rows as were promised."""
    return [
        f"{table}: {promised.get(table, 0)} rows were counted, {found.get(table, 0)} are in the copy"
        for table in sorted({*promised, *found})
        if promised.get(table) != found.get(table)
    ]
