"""Saved searches, kept and found."""

from __future__ import annotations

from sqlalchemy import Connection, delete, func, insert, select

from engine.domain.saved import SavedSearch
from engine.errors import NotFoundError
from engine.store.tables import saved_search
from engine.store.values import from_micros, to_micros


class SavedSearches:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, wanted: SavedSearch) -> None:
        row = {
            "id": wanted.id,
            "name": wanted.name,
            "query": wanted.query,
            "saved_by": wanted.by,
            "at": to_micros(wanted.at),
        }
        self._connection.execute(insert(saved_search), [row])

    def all(self) -> list[SavedSearch]:
        """In the order of their names."""
        statement = select(saved_search).order_by(func.lower(saved_search.c.name), saved_search.c.id)
        return [
            SavedSearch(id=row.id, name=row.name, query=row.query, by=row.saved_by, at=from_micros(row.at))
            for row in self._connection.execute(statement)
        ]

    def count(self) -> int:
        return self._connection.scalar(select(func.count()).select_from(saved_search)) or 0

    def remove(self, wanted: str) -> None:
        """Raises NotFoundError."""
        if not self._connection.execute(delete(saved_search).where(saved_search.c.id == wanted)).rowcount:
            raise NotFoundError(f"there is no saved search {wanted!r}")
