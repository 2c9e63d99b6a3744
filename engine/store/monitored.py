"""Monitored pages and what is wrong with each of them now."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select

from engine.domain import Embedded, Finding, Locale, MonitoredId, MonitoredPage, SubjectId
from engine.store.connect import upsert
from engine.store.tables import monitored_page, page_finding
from engine.store.values import (
    from_json,
    from_micros,
    maybe_from_micros,
    maybe_micros,
    problem_from_mapping,
    to_json,
    to_micros,
)


class Monitored:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def save(self, page: MonitoredPage) -> None:
        """Inserts or replaces it."""
        statement = upsert(self._connection, monitored_page)
        row = {
            "id": page.id,
            "url": page.url,
            "subject_id": page.subject_id,
            "locale": page.locale,
            "embedded": page.embedded,
            "added_at": to_micros(page.added_at),
            "looked_at": maybe_micros(page.looked_at),
            "seen": page.seen,
        }
        changes = {name: statement.excluded[name] for name in row if name != "id"}
        self._connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=changes), row)

    def find(self, wanted: MonitoredId) -> MonitoredPage | None:
        row = self._connection.execute(select(monitored_page).where(monitored_page.c.id == wanted)).one_or_none()
        return None if row is None else _from_row(row)

    def at(self, url: str) -> list[MonitoredPage]:
        """What is monitored at an address: one for each subject."""
        statement = select(monitored_page).where(monitored_page.c.url == url).order_by(monitored_page.c.subject_id)
        return [_from_row(row) for row in self._connection.execute(statement)]

    def about(self, subject: SubjectId, *, limit: int = 100) -> list[MonitoredPage]:
        """The pages that embed what we publish about a subject."""
        statement = select(monitored_page).where(monitored_page.c.subject_id == subject)
        return [
            _from_row(row) for row in self._connection.execute(statement.order_by(monitored_page.c.url).limit(limit))
        ]

    def page(self, *, after: str = "", limit: int = 100) -> list[MonitoredPage]:
        """Up to ``limit`` of them in the order of their ids, from after the id ``after``."""
        statement = select(monitored_page).where(monitored_page.c.id > after).order_by(monitored_page.c.id).limit(limit)
        return [_from_row(row) for row in self._connection.execute(statement)]

    def showing(self, subject: SubjectId, *, limit: int) -> list[MonitoredPage]:
        """Up to ``limit`` pages that embed what is published about a subject, in the order of their addresses."""
        statement = select(monitored_page).where(monitored_page.c.subject_id == subject)
        ordered = statement.order_by(monitored_page.c.url).limit(limit)
        return [_from_row(row) for row in self._connection.execute(ordered)]

    def remove(self, wanted: MonitoredId) -> None:
        """Forgets it, and what was wrong with it."""
        self._connection.execute(delete(page_finding).where(page_finding.c.page_id == wanted))
        self._connection.execute(delete(monitored_page).where(monitored_page.c.id == wanted))

    def findings(self, wanted: MonitoredId) -> list[Finding]:
        """What was wrong at the last look, in the order of the rules' ids."""
        statement = select(page_finding).where(page_finding.c.page_id == wanted).order_by(page_finding.c.rule)
        return [
            Finding(problem=problem_from_mapping(from_json(row.problem)), since=from_micros(row.since))
            for row in self._connection.execute(statement)
        ]

    def replace_findings(self, wanted: MonitoredId, findings: Sequence[Finding]) -> None:
        """Says what is wrong, in place of what was said before; at most one finding a rule."""
        self._connection.execute(delete(page_finding).where(page_finding.c.page_id == wanted))
        rows = [
            {
                "page_id": wanted,
                "rule": each.problem.rule,
                "since": to_micros(each.since),
                "problem": to_json(each.problem.as_mapping()),
            }
            for each in findings
        ]
        if rows:
            self._connection.execute(insert(page_finding), rows)


def _from_row(row: Row[Any]) -> MonitoredPage:
    return MonitoredPage(
        url=row.url,
        subject_id=SubjectId(row.subject_id),
        locale=Locale(row.locale),
        embedded=Embedded(row.embedded),
        added_at=from_micros(row.added_at),
        looked_at=maybe_from_micros(row.looked_at),
        seen=row.seen,
    )
