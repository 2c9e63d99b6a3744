"""What was served to whom, added up by day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Connection, func, select

from engine.agents import AgentKind
from engine.store.connect import upsert
from engine.store.tables import served

EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedCount:
    """How often one snippet or page was asked for by one agent on one day, in UTC."""

    day: date
    name: str
    """Of the snippet, or the route of a page."""
    kind: AgentKind
    agent: str
    """Empty for those that have no name of their own."""
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedTotals:
    """What was served in a stretch of days, added up."""

    days: Mapping[tuple[date, AgentKind], int]
    agents: Mapping[tuple[str, AgentKind, str], int]
    """By what was asked for, and by the kind and name of who asked."""


class Served:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, counts: Iterable[ServedCount]) -> None:
        """Adds each to what was counted of the same before."""
        rows = [
            {
                "day": (each.day - EPOCH).days,
                "name": each.name[:64],
                "kind": each.kind,
                "agent": each.agent,
                "count": each.count,
            }
            # In one order: on PostgreSQL, servers that add at once would wait for each other in a circle.
            for each in sorted(counts, key=lambda each: (each.day, each.name, each.kind, each.agent))
        ]
        if not rows:
            return
        statement = upsert(self._connection, served)
        self._connection.execute(
            statement.on_conflict_do_update(
                index_elements=["day", "name", "kind", "agent"],
                set_={"count": served.c.count + statement.excluded["count"]},
            ),
            rows,
        )

    def between(self, start: date, end: date) -> list[ServedCount]:
        """From the first day on and before the other, in the order of days, names and agents."""
        first, last = (start - EPOCH).days, (end - EPOCH).days
        statement = (
            select(served)
            .where(served.c.day >= first, served.c.day < last)
            .order_by(served.c.day, served.c.name, served.c.kind, served.c.agent)
        )
        return [
            ServedCount(
                day=EPOCH + timedelta(days=row.day),
                name=row.name,
                kind=AgentKind(row.kind),
                agent=row.agent,
                count=row[4],
            )
            for row in self._connection.execute(statement)
        ]

    def totals(self, start: date, end: date) -> ServedTotals:
        """From the first day on and before the other."""
        among = (served.c.day >= (start - EPOCH).days, served.c.day < (end - EPOCH).days)
        total, who = func.sum(served.c["count"]), (served.c.name, served.c.kind, served.c.agent)
        by_day = select(served.c.day, served.c.kind, total).where(*among).group_by(served.c.day, served.c.kind)
        by_agent = select(*who, total).where(*among).group_by(*who)
        return ServedTotals(
            days={
                (EPOCH + timedelta(days=day), AgentKind(kind)): int(count)
                for day, kind, count in self._connection.execute(by_day)
            },
            agents={
                (name, AgentKind(kind), agent): int(count)
                for name, kind, agent, count in self._connection.execute(by_agent)
            },
        )

    def total(self, start: date, end: date) -> int:
        """All that was served from the first day on and before the other."""
        among = (served.c.day >= (start - EPOCH).days, served.c.day < (end - EPOCH).days)
        return int(self._connection.scalar(select(func.sum(served.c["count"])).where(*among)) or 0)

    def since(self) -> date | None:
        """The first day that anything was counted on; None while nothing was."""
        day = self._connection.scalar(select(func.min(served.c.day)))
        return None if day is None else EPOCH + timedelta(days=day)
