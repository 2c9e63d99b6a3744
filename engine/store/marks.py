"""Marks of work to be done: set in the business transaction, leased by a worker, fenced by owner and bumps."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, case, delete, func, select, tuple_, update

from engine.store.connect import upsert
from engine.store.tables import mark
from engine.store.values import from_micros, to_micros


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """A mark that one worker holds for a while.

    ``bumps`` is how often the mark had been set when it was leased: when it was set again since, what the lease's
    holder read is out of date.
    """

    kind: str
    key: str
    owner: str
    bumps: int
    attempts: int
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptMark:
    """A mark as it stands."""

    due_at: datetime
    owner: str | None
    """Who holds it; a lease that ended holds nothing."""
    leased_until: datetime
    last_error: str | None


class Marks:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def set(self, kind: str, keys: Iterable[str], due_at: datetime) -> None:
        """Marks each key; one that is marked already is bumped, and due at the earlier of both times."""
        rows = [
            {
                "kind": kind,
                "key": key,
                "due_at": to_micros(due_at),
                "bumps": 1,
                "owner": None,
                "leased_until": 0,
                "attempts": 0,
                "last_error": None,
            }
            for key in sorted(set(keys))
        ]
        if not rows:
            return
        statement = upsert(self._connection, mark)
        due = statement.excluded.due_at
        changes: dict[str, Any] = {
            "bumps": mark.c.bumps + 1,
            "due_at": case((mark.c.due_at < due, mark.c.due_at), else_=due),
            "attempts": 0,
        }
        self._connection.execute(statement.on_conflict_do_update(index_elements=["kind", "key"], set_=changes), rows)

    def lease(
        self,
        kinds: Iterable[str],
        owner: str,
        *,
        now: datetime,
        until: datetime,
        limit: int = 1,
        due_by: datetime | None = None,
    ) -> list[Lease]:
        """Takes up to ``limit`` marks that are due (now, or by ``due_by``) and that nobody holds, longest due first."""
        free = (
            select(mark.c.kind, mark.c.key)
            .where(
                mark.c.kind.in_(sorted(kinds)),
                mark.c.due_at <= to_micros(due_by or now),
                mark.c.leased_until <= to_micros(now),
            )
            .order_by(mark.c.due_at, mark.c.kind, mark.c.key)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        return self._take(free, owner, until)

    def lease_this(self, kind: str, key: str, owner: str, *, now: datetime, until: datetime) -> Lease | None:
        """Takes one mark, due or not; None when there is none or another worker holds it."""
        free = (
            select(mark.c.kind, mark.c.key)
            .where(mark.c.kind == kind, mark.c.key == key, mark.c.leased_until <= to_micros(now))
            .with_for_update(skip_locked=True)
        )
        taken = self._take(free, owner, until)
        return taken[0] if taken else None

    def lease_fresh(self, kind: str, owner: str, *, now: datetime, until: datetime, limit: int) -> list[Lease]:
        """Takes up to ``limit`` free marks of a kind, due or not, that nobody has tried since they were set."""
        free = (
            select(mark.c.kind, mark.c.key)
            .where(mark.c.kind == kind, mark.c.attempts == 0, mark.c.leased_until <= to_micros(now))
            .order_by(mark.c.due_at, mark.c.kind, mark.c.key)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        return self._take(free, owner, until)

    def _take(self, free: Select[Any], owner: str, until: datetime) -> list[Lease]:
        # As a common table expression, because a subquery may be run once for each row, and then its limit limits
        # nothing: https://www.postgresql.org/docs/current/queries-with.html (FOR UPDATE is never folded in).
        chosen = free.cte("free")
        statement = (
            update(mark)
            .where(tuple_(mark.c.kind, mark.c.key).in_(select(chosen.c.kind, chosen.c.key)))
            .values(owner=owner, leased_until=to_micros(until), attempts=mark.c.attempts + 1)
            .returning(mark)
        )
        return [_lease(row) for row in self._connection.execute(statement)]

    def finish(self, lease: Lease) -> bool:
        """Deletes the mark; False when the lease was lost or the mark was set again, and then nothing is deleted."""
        statement = delete(mark).where(
            mark.c.kind == lease.kind,
            mark.c.key == lease.key,
            mark.c.owner == lease.owner,
            mark.c.bumps == lease.bumps,
        )
        return self._connection.execute(statement).rowcount == 1

    def forget(self, kinds: Iterable[str], key: str) -> None:
        """What the marks of a key were about is gone; whoever works on one finds out when he finishes."""
        self._connection.execute(delete(mark).where(mark.c.kind.in_(list(kinds)), mark.c.key == key))

    def extend(self, lease: Lease, until: datetime) -> bool:
        """Holds a mark for longer; False when it was given to another worker meanwhile."""
        statement = (
            update(mark)
            .where(mark.c.kind == lease.kind, mark.c.key == lease.key, mark.c.owner == lease.owner)
            .values(leased_until=to_micros(until))
        )
        return self._connection.execute(statement).rowcount == 1

    def release(self, lease: Lease, *, due_at: datetime, error: str | None = None) -> None:
        """Gives the mark back, to be leased again when it is due."""
        statement = (
            update(mark)
            .where(mark.c.kind == lease.kind, mark.c.key == lease.key, mark.c.owner == lease.owner)
            .values(owner=None, leased_until=0, due_at=to_micros(due_at), last_error=error)
        )
        self._connection.execute(statement)

    def find(self, kind: str, key: str) -> KeptMark | None:
        row = self._connection.execute(select(mark).where(mark.c.kind == kind, mark.c.key == key)).one_or_none()
        if row is None:
            return None
        return KeptMark(
            due_at=from_micros(row.due_at),
            owner=row.owner,
            leased_until=from_micros(row.leased_until),
            last_error=row.last_error,
        )

    def owners(self) -> list[str]:
        """Those who hold leases."""
        return list(self._connection.scalars(select(mark.c.owner).where(mark.c.owner.is_not(None)).distinct()))

    def release_all_of(self, owner: str) -> None:
        """Gives back what a worker held that is known to be gone."""
        self._connection.execute(update(mark).where(mark.c.owner == owner).values(owner=None, leased_until=0))

    def release_all(self) -> None:
        """Gives back what anybody held: nobody works on this database."""
        self._connection.execute(update(mark).where(mark.c.owner.is_not(None)).values(owner=None, leased_until=0))

    def overdue(self, now: datetime) -> datetime | None:
        """Since when the oldest mark that nobody holds has been due; None when none is due that never failed."""
        free = (mark.c.leased_until <= to_micros(now), mark.c.due_at <= to_micros(now), mark.c.last_error.is_(None))
        oldest = self._connection.scalar(select(func.min(mark.c.due_at)).where(*free))
        return None if oldest is None else from_micros(oldest)

    def count(self, kinds: Iterable[str], *, due_by: datetime) -> int:
        """How many marks are due by a time, held by somebody or not."""
        wanted = (mark.c.kind.in_(sorted(kinds)), mark.c.due_at <= to_micros(due_by))
        return self._connection.scalar(select(func.count()).select_from(mark).where(*wanted)) or 0

    def at_hand(self, kind: str, now: datetime) -> int:
        """How many marks of a kind are due or in somebody's hands."""
        wanted = (mark.c.due_at <= to_micros(now)) | (mark.c.leased_until > to_micros(now))
        return self._connection.scalar(select(func.count()).select_from(mark).where(mark.c.kind == kind, wanted)) or 0

    def next_due(self, kinds: Iterable[str]) -> datetime | None:
        """When the earliest of the marks is due or its lease ends, whichever is later; None when there is none."""
        when = case((mark.c.due_at < mark.c.leased_until, mark.c.leased_until), else_=mark.c.due_at)
        earliest = self._connection.scalar(select(func.min(when)).where(mark.c.kind.in_(sorted(kinds))))
        return None if earliest is None else from_micros(earliest)

    def backlog(self, now: datetime) -> dict[str, tuple[int, float]]:
        """By kind: how many marks are due, and for how many seconds the first of them has been."""
        statement = (
            select(mark.c.kind, func.count(), func.min(mark.c.due_at))
            .where(mark.c.due_at <= to_micros(now))
            .group_by(mark.c.kind)
        )
        found = self._connection.execute(statement)
        return {kind: (count, (now - from_micros(due)).total_seconds()) for kind, count, due in found}

    def count_failing(self) -> int:
        """How many marks failed when they were last tried."""
        return self._connection.scalar(select(func.count()).where(mark.c.last_error.is_not(None))) or 0

    def failing(self, limit: int = 20) -> list[tuple[str, str, int, str]]:
        """Marks whose last try failed: kind, key, attempts, error."""
        statement = select(mark).where(mark.c.last_error.is_not(None)).order_by(mark.c.kind, mark.c.key).limit(limit)
        return [(row.kind, row.key, row.attempts, row.last_error) for row in self._connection.execute(statement)]


def _lease(row: Row[Any]) -> Lease:
    return Lease(
        kind=row.kind,
        key=row.key,
        owner=row.owner,
        bumps=row.bumps,
        attempts=row.attempts,
        until=from_micros(row.leased_until),
    )
