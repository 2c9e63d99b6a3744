"""What happened and where we are: the append-only events, the cursors of sources, and what the instance remembers.

Whoever reads the events on from a number misses none, whatever order their transactions end in.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, text

from engine.domain import Event, EventKind, ReviewId, SourceId, SubjectId
from engine.store.connect import upsert
from engine.store.tables import cursor, event, setting
from engine.store.values import from_json, from_micros, to_json, to_micros

# A number is given when an event is written, and seen by others when its transaction ends: on PostgreSQL a later number
# may be seen first. So each writer first holds a lock that names the last number given before its own, and a reader
# stops at the lowest that is held. The upper bits keep these locks apart from others.
_WRITERS = 0x504C << 40
_ANNOUNCE = text(
    "SELECT pg_advisory_xact_lock_shared(:writers + last_value - CASE WHEN is_called THEN 0 ELSE 1 END)"
    " FROM event_seq_seq"
)
_GIVEN = text("SELECT last_value - CASE WHEN is_called THEN 0 ELSE 1 END FROM event_seq_seq")
_LOWEST_HELD = text(
    "SELECT min(number) FROM (SELECT (classid::bigint << 32) + objid::bigint - :writers AS number FROM pg_locks"
    " WHERE locktype = 'advisory' AND objsubid = 1 AND pid <> pg_backend_pid()"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())) AS held"
    " WHERE number >= 0 AND number < (1::bigint << 40)"
)


class Events:
    """Events can be added and read; the database itself refuses to change or delete one."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        # SQLite has one writer at a time, so that numbers are seen in their order.
        self._is_announced = connection.dialect.name == "sqlite"

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
        if not rows:
            return
        if not self._is_announced:
            self._connection.execute(_ANNOUNCE, {"writers": _WRITERS})
            self._is_announced = True
        self._connection.execute(insert(event), rows)

    def since(self, seq: int = 0, *, kinds: Collection[EventKind] = (), limit: int = 1000) -> list[tuple[int, Event]]:
        """Up to ``limit`` events with their numbers, from after the number ``seq``; of some kinds, or of all.

        None is listed while one with a lower number is still being written: who reads on from the last misses none.
        """
        statement = select(event).where(event.c.seq > seq).order_by(event.c.seq).limit(limit)
        if self._connection.dialect.name != "sqlite":
            statement = statement.where(event.c.seq <= self.settled())
        if kinds:
            statement = statement.where(event.c.kind.in_(sorted(kinds)))
        return [(row.seq, to_event(row)) for row in self._connection.execute(statement)]

    def between(
        self, start: datetime, end: datetime, kinds: Iterable[EventKind], *, after: int = 0, limit: int
    ) -> list[tuple[int, Event]]:
        """Up to ``limit`` events of some kinds from a time on and before another, from after the number ``after``."""
        statement = (
            select(event)
            .where(
                event.c.seq > after,
                event.c.at >= to_micros(start),
                event.c.at < to_micros(end),
                event.c.kind.in_(sorted(kinds)),
            )
            .order_by(event.c.seq)
            .limit(limit)
        )
        return [(row.seq, to_event(row)) for row in self._connection.execute(statement)]

    def last_about(self, subject: SubjectId, kinds: Iterable[EventKind], *, limit: int = 500) -> list[Event]:
        """Up to ``limit`` events of some kinds about a subject, the newest first."""
        wanted = (event.c.subject_id == subject) & event.c.kind.in_(sorted(kinds))
        statement = select(event).where(wanted).order_by(event.c.seq.desc()).limit(limit)
        return [to_event(row) for row in self._connection.execute(statement)]

    def find(self, seq: int) -> Event | None:
        row = self._connection.execute(select(event).where(event.c.seq == seq)).one_or_none()
        return None if row is None else to_event(row)

    def settled(self) -> int:
        """The highest number up to which every event is seen by now that will ever be."""
        if self._connection.dialect.name == "sqlite":
            return self._connection.scalar(select(func.max(event.c.seq))) or 0
        # In this order: a writer that is not seen to hold a number was given higher ones, or has ended.
        given = int(self._connection.execute(_GIVEN).scalar_one())
        held = self._connection.execute(_LOWEST_HELD, {"writers": _WRITERS}).scalar_one()
        return given if held is None else min(given, int(held))

    def approved_once(self, reviews: Collection[ReviewId]) -> set[ReviewId]:
        """Those of the reviews that were approved at some time."""
        wanted = (event.c.review_id.in_(sorted(reviews)), event.c.kind == EventKind.REVIEW_APPROVED)
        return {
            ReviewId(each) for each in self._connection.scalars(select(event.c.review_id).where(*wanted).distinct())
        }

    def last(self) -> tuple[int, datetime | None]:
        """Number and time of the newest event; 0 and None where nothing has happened yet."""
        row = self._connection.execute(select(event.c.seq, event.c.at).order_by(event.c.seq.desc()).limit(1)).first()
        return (row.seq, from_micros(row.at)) if row else (0, None)

    def first(self) -> datetime | None:
        """The time of the oldest event; None where nothing has happened yet."""
        at = self._connection.scalar(select(event.c.at).order_by(event.c.seq).limit(1))
        return None if at is None else from_micros(at)

    def last_of_subjects(self) -> dict[SubjectId, int]:
        """The number of the newest event about each subject that there is one about."""
        statement = select(event.c.subject_id, func.max(event.c.seq)).group_by(event.c.subject_id)
        return {SubjectId(subject): seq for subject, seq in self._connection.execute(statement) if subject}

    def newest(self, kind: EventKind, subject: SubjectId | None, *, within: int) -> list[Event]:
        """Events of a kind about one subject, or about none, among the newest ``within`` events; the newest first."""
        statement = (
            select(event)
            .where(event.c.seq > self.last()[0] - within, event.c.kind == kind, event.c.subject_id == subject)
            .order_by(event.c.seq.desc())
        )
        return [to_event(row) for row in self._connection.execute(statement)]

    def of_review(self, wanted: ReviewId) -> list[Event]:
        statement = select(event).where(event.c.review_id == wanted).order_by(event.c.seq)
        return [to_event(row) for row in self._connection.execute(statement)]


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


def to_event(row: Row[Any], prefix: str = "") -> Event:
    """The event of a row whose columns have a prefix before their names."""
    kept = row._mapping  # noqa: SLF001 - the public name of the mapping of a row
    subject, review = kept[f"{prefix}subject_id"], kept[f"{prefix}review_id"]
    return Event(
        kind=EventKind(kept[f"{prefix}kind"]),
        at=from_micros(kept[f"{prefix}at"]),
        by=kept[f"{prefix}by"],
        subject_id=SubjectId(subject) if subject else None,
        review_id=ReviewId(review) if review else None,
        details=from_json(kept[f"{prefix}details"]),
    )
