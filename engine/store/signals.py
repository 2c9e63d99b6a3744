"""Signals, kept and found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Row, select

from engine.domain import Signal, SignalId, SignalKind, SourceId, SubjectId
from engine.errors import NotFoundError
from engine.store.connect import upsert
from engine.store.tables.access import signal
from engine.store.values import from_json, from_micros, to_json, to_micros

NUMBERS = ("score", "worst", "best")


class Signals:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def save(self, signals: Iterable[Signal]) -> None:
        """Inserts or replaces each."""
        rows = [_to_row(each) for each in sorted(signals, key=lambda each: each.id)]
        if not rows:
            return
        statement = upsert(self._connection, signal)
        changes = {name: statement.excluded[name] for name in rows[0] if name != "id"}
        self._connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=changes), rows)

    def find(self, wanted: SignalId) -> Signal:
        found = self.among([wanted])
        if wanted not in found:
            raise NotFoundError(f"there is no signal {wanted!r}")
        return found[wanted]

    def among(self, wanted: Sequence[SignalId]) -> dict[SignalId, Signal]:
        """Those of the wanted that there are."""
        rows = self._connection.execute(select(signal).where(signal.c.id.in_(wanted)))
        return {SignalId(row.id): _from_row(row) for row in rows}

    def page(
        self,
        *,
        kind: SignalKind | None = None,
        subjects: Sequence[SubjectId] = (),
        after: str = "",
        limit: int = 100,
    ) -> list[Signal]:
        """Up to ``limit`` signals in the order of their ids, from after the id ``after``; of all subjects for none."""
        statement = select(signal).where(signal.c.id > after).order_by(signal.c.id).limit(limit)
        if kind is not None:
            statement = statement.where(signal.c.kind == kind)
        if subjects:
            statement = statement.where(signal.c.subject_id.in_(subjects))
        return [_from_row(row) for row in self._connection.execute(statement)]


def _to_row(each: Signal) -> dict[str, Any]:
    numbers = {name: getattr(each, name) for name in NUMBERS}
    details = {name: str(value) for name, value in numbers.items() if value is not None}
    return {
        "id": each.id,
        "source_id": each.source_id,
        "external_id": each.external_id,
        "kind": each.kind,
        "at": to_micros(each.at),
        "received_at": to_micros(each.received_at),
        "subject_id": each.subject_id,
        "details": to_json(details | ({"name": each.name} if each.name else {})),
    }


def _from_row(row: Row[Any]) -> Signal:
    details = from_json(row.details)
    return Signal(
        id=SignalId(row.id),
        source_id=SourceId(row.source_id),
        external_id=row.external_id,
        kind=SignalKind(row.kind),
        at=from_micros(row.at),
        received_at=from_micros(row.received_at),
        subject_id=SubjectId(row.subject_id) if row.subject_id else None,
        name=details.get("name", ""),
        **{name: Decimal(details[name]) for name in NUMBERS if name in details},
    )
