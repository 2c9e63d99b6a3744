"""The audit log: who changed what, in the transaction of the change itself; lines are added and read, never changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, insert, select

from engine.domain import Change
from engine.store.tables.access import audit
from engine.store.values import from_json, from_micros, to_json, to_micros


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFilter:
    """Which lines of the audit log are wanted; empty and None: whatever it is."""

    by: str = ""
    """Whose changes, whole: ``key/<id>``."""
    action: str = ""
    """What was done, whole or up to a dot: ``review.approve``, ``review``."""
    about: str = ""
    """What it was done to, whole: ``review/<id>``."""
    since: datetime | None = None
    until: datetime | None = None
    """Not this moment itself."""


class Audit:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, *changes: Change) -> None:
        rows = [
            {
                "at": to_micros(each.at),
                "by": each.by,
                "action": each.action,
                "about": each.about,
                "before": to_json(dict(each.before)),
                "after": to_json(dict(each.after)),
            }
            for each in changes
        ]
        if rows:
            self._connection.execute(insert(audit), rows)

    def since(
        self, seq: int = 0, *, wanted: AuditFilter = AuditFilter(), limit: int = 1000
    ) -> list[tuple[int, Change]]:
        """Up to ``limit`` lines with their numbers, from after the number ``seq``, the oldest first."""
        statement = select(audit).where(audit.c.seq > seq, *_conditions(wanted)).order_by(audit.c.seq).limit(limit)
        return [(row.seq, _change(row)) for row in self._connection.execute(statement)]

    def last(
        self, *, wanted: AuditFilter = AuditFilter(), before: int | None = None, limit: int = 100
    ) -> list[tuple[int, Change]]:
        """The newest ``limit`` lines from before a number, with their own numbers, the oldest of them first."""
        statement = select(audit).where(*_conditions(wanted)).order_by(audit.c.seq.desc()).limit(limit)
        if before is not None:
            statement = statement.where(audit.c.seq < before)
        return [(row.seq, _change(row)) for row in self._connection.execute(statement)][::-1]


def _conditions(wanted: AuditFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.by:
        found.append(audit.c.by == wanted.by)
    if wanted.action:
        within = audit.c.action.startswith(f"{wanted.action}.", autoescape=True)
        found.append((audit.c.action == wanted.action) | within)
    if wanted.about:
        found.append(audit.c.about == wanted.about)
    if wanted.since:
        found.append(audit.c.at >= to_micros(wanted.since))
    if wanted.until:
        found.append(audit.c.at < to_micros(wanted.until))
    return found


def _change(row: Row[Any]) -> Change:
    return Change(
        at=from_micros(row.at),
        by=row.by,
        action=row.action,
        about=row.about,
        before=from_json(row.before),
        after=from_json(row.after),
    )
