"""What happened and where we are: the append-only events, the cursors of sources, and what the instance remembers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select

from engine.domain import Event, EventKind, ReviewId, SourceId, SubjectId
from engine.store.connect import upsert
from engine.store.tables import cursor, event, setting
from engine.store.values import from_json, from_micros, to_json, to_micros


class Events:
    """Events can be added and read; the database itself refuses to change or delete one."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, events: Sequence[Event]) -> None:
        rows = [
            {
                "at": to_micros(each.at),
                "kind": each.kind,
                "by": each.by,
                "subject_id": each.subject_id,
                "review_id": each.review_id,
                "details": to_json(dict(each.details)),
            }
            for each in events
        ]
        if rows:
            self._connection.execute(insert(event), rows)

    def since(self, seq: int = 0, *, limit: int = 1000) -> list[tuple[int, Event]]:
        """Up to ``limit`` events with their numbers, from after the number ``seq``."""
        statement = select(event).where(event.c.seq > seq).order_by(event.c.seq).limit(limit)
        return [(row.seq, _event(row)) for row in self._connection.execute(statement)]

    def last(self) -> tuple[int, datetime | None]:
        """Number and time of the newest event; 0 and None where nothing has happened yet."""
        row = self._connection.execute(select(event.c.seq, event.c.at).order_by(event.c.seq.desc()).limit(1)).first()
        return (row.seq, from_micros(row.at)) if row else (0, None)

    def last_of_subjects(self) -> dict[SubjectId, int]:
        """The number of the newest event about each subject that there is one about."""
        statement = select(event.c.subject_id, func.max(event.c.seq)).group_by(event.c.subject_id)
        return {SubjectId(subject): seq for subject, seq in self._connection.execute(statement) if subject}

    def of_review(self, wanted: ReviewId) -> list[Event]:
        statement = select(event).where(event.c.review_id == wanted).order_by(event.c.seq)
        return [_event(row) for row in self._connection.execute(statement)]


class Cursors:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, source: SourceId, stream: str) -> str | None:
        return self._connection.scalar(
            select(cursor.c.value).where(cursor.c.source_id == source, cursor.c.stream == stream)
        )

    def save(self, source: SourceId, stream: str, value: str | None, at: datetime) -> None:
        """Keeps where a source's stream was read to; None forgets it: the stream was read to its end."""
        if value is None:
            self._connection.execute(delete(cursor).where(cursor.c.source_id == source, cursor.c.stream == stream))
            return
        statement = upsert(self._connection, cursor)
        row = {"source_id": source, "stream": stream, "value": value, "saved_at": to_micros(at)}
        changes = {"value": statement.excluded.value, "saved_at": statement.excluded.saved_at}
        self._connection.execute(
            statement.on_conflict_do_update(index_elements=["source_id", "stream"], set_=changes), row
        )


class Memory:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, key: str) -> str | None:
        return self._connection.scalar(select(setting.c.value).where(setting.c.key == key))

    def save(self, key: str, value: str) -> None:
        statement = upsert(self._connection, setting)
        self._connection.execute(
            statement.on_conflict_do_update(index_elements=["key"], set_={"value": statement.excluded.value}),
            {"key": key, "value": value},
        )

    def hold(self, key: str) -> str:
        """The value of a key that is about to be saved: whoever else is about to waits until this transaction ends."""
        # A row that is not there yet cannot be locked; an empty value stands for it.
        self._connection.execute(upsert(self._connection, setting).on_conflict_do_nothing(), {"key": key, "value": ""})
        statement = select(setting.c.value).where(setting.c.key == key).with_for_update()
        return str(self._connection.execute(statement).scalar_one())

    def forget(self, key: str) -> None:
        self._connection.execute(delete(setting).where(setting.c.key == key))


def _event(row: Row[Any]) -> Event:
    return Event(
        kind=EventKind(row.kind),
        at=from_micros(row.at),
        by=row.by,
        subject_id=SubjectId(row.subject_id) if row.subject_id else None,
        review_id=ReviewId(row.review_id) if row.review_id else None,
        details=from_json(row.details),
    )
