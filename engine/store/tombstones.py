"""Tombstones, kept and found: digests of what must not come in again."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, select

from engine.store.connect import upsert
from engine.store.tables import tombstone
from engine.store.values import from_micros, to_micros

AT_ONCE = 1000
"""Digests in one statement; PostgreSQL and SQLite both take many more parameters than this."""
REVIEW, ADDRESS = "review", "address"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tombstone:
    """One thing that was erased."""

    digest: str
    kind: str
    at: datetime


class Tombstones:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, kind: str, digests: Collection[str], at: datetime) -> None:
        """Keeps each; one that is known keeps its time."""
        rows = [{"digest": each, "kind": kind, "at": to_micros(at)} for each in sorted(set(digests))]
        if rows:
            self._connection.execute(upsert(self._connection, tombstone).on_conflict_do_nothing(), rows)

    def any(self) -> bool:
        """Whether anything was ever erased: nobody else pays for the question what was."""
        return self._connection.execute(select(tombstone.c.digest).limit(1)).first() is not None

    def all(self) -> list[Tombstone]:
        """In the order of their digests."""
        rows = self._connection.execute(select(tombstone).order_by(tombstone.c.digest))
        return [Tombstone(digest=row.digest, kind=row.kind, at=from_micros(row.at)) for row in rows]

    def among(self, digests: Collection[str]) -> dict[str, datetime]:
        """Those of the wanted that there are, with the time of the erasure."""
        found: dict[str, datetime] = {}
        wanted = sorted(set(digests))
        for start in range(0, len(wanted), AT_ONCE):
            some = tombstone.c.digest.in_(wanted[start : start + AT_ONCE])
            rows = self._connection.execute(select(tombstone.c.digest, tombstone.c.at).where(some))
            found.update((row.digest, from_micros(row.at)) for row in rows)
        return found

    def lift(self, digest: str) -> bool:
        """Whether there was one; what it stood for may come in again."""
        return self._connection.execute(delete(tombstone).where(tombstone.c.digest == digest)).rowcount == 1
