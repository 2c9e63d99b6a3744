"""Readings of sources, kept and found: how far each has come, the ids it told of, and the calls it took."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Connection, Row, delete, func, select

from engine.domain import Completeness, Reading, ReadingState, SourceId, digest
from engine.store.connect import upsert
from engine.store.tables import setting, source_calls, source_run, source_seen
from engine.store.values import from_json, from_micros, maybe_from_micros, maybe_micros, to_json, to_micros

MOST_LOGGED = 30
AT_ONCE = 1_000
"""Ids in one statement: databases bound its parameters."""


class Readings:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, source: SourceId) -> Reading | None:
        """The last reading of a source; None when it was never read."""
        row = self._connection.execute(select(source_run).where(source_run.c.source_id == source)).one_or_none()
        return None if row is None else _reading(row)

    def all(self) -> dict[SourceId, Reading]:
        return {SourceId(row.source_id): _reading(row) for row in self._connection.execute(select(source_run))}

    def save(self, reading: Reading) -> None:
        """Inserts or replaces the reading of its source."""
        row = _to_row(reading)
        insert = upsert(self._connection, source_run)
        changes = {name: insert.excluded[name] for name in row if name != "source_id"}
        self._connection.execute(insert.on_conflict_do_update(index_elements=["source_id"], set_=changes), row)

    def log(self, reading: Reading) -> None:
        """Keeps how a reading ended, beside the last ones before it."""
        rows = [to_json(_to_row(reading)), *self._logged(reading.source_id)][:MOST_LOGGED]
        insert = upsert(self._connection, setting)
        self._connection.execute(
            insert.on_conflict_do_update(index_elements=["key"], set_={"value": insert.excluded.value}),
            {"key": _log_key(reading.source_id), "value": to_json(rows)},
        )

    def history(self, source: SourceId) -> list[Reading]:
        """How the last readings ended, the newest first."""
        return [_reading(SimpleNamespace(**from_json(each))) for each in self._logged(source)]

    def _logged(self, source: SourceId) -> list[str]:
        text = self._connection.scalar(select(setting.c.value).where(setting.c.key == _log_key(source)))
        found: list[str] = from_json(text) if text else []
        return found

    def see(self, source: SourceId, external_ids: Iterable[str], number: int) -> int:
        """Keeps that a reading told of these ids; how many of them it had not told of before."""
        wanted = sorted(set(external_ids))
        new = 0
        for some in _some_at_a_time(wanted):
            again = self._connection.scalar(
                select(func.count())
                .select_from(source_seen)
                .where(
                    source_seen.c.source_id == source,
                    source_seen.c.external_id.in_(some),
                    source_seen.c["pass"] == _pass_of(number),
                )
            )
            new += len(some) - (again or 0)
            insert = upsert(self._connection, source_seen)
            self._connection.execute(
                insert.on_conflict_do_update(
                    index_elements=["source_id", "external_id"], set_={"pass": insert.excluded["pass"]}
                ),
                [{"source_id": source, "external_id": each, "pass": _pass_of(number)} for each in some],
            )
        return new

    def tell(self, source: SourceId, external_ids: Iterable[str]) -> None:
        """Keeps that a source told of these ids by itself, outside any reading.

        A reading under way misses none of them, and the next one has to tell of them like of all others.
        """
        asked = select(source_run.c["pass"]).where(source_run.c.source_id == source)
        last = self._connection.scalar(asked) or 0
        insert = upsert(self._connection, source_seen)
        changed = insert.on_conflict_do_update(
            index_elements=["source_id", "external_id"],
            set_={"pass": insert.excluded["pass"]},
            # What a reading under way told of already is counted there, and would be counted again.
            where=source_seen.c["pass"] < _pass_of(last),
        )
        between = _pass_of(last) + 1
        rows = [{"source_id": source, "external_id": each, "pass": between} for each in sorted(set(external_ids))]
        if rows:
            self._connection.execute(changed, rows)

    def unseen(self, source: SourceId, number: int, *, limit: int = AT_ONCE) -> list[str]:
        """Up to ``limit`` ids that earlier readings told of and this one did not."""
        statement = (
            select(source_seen.c.external_id)
            .where(source_seen.c.source_id == source, source_seen.c["pass"] < _pass_of(number))
            .order_by(source_seen.c.external_id)
            .limit(limit)
        )
        return list(self._connection.scalars(statement))

    def forget(self, source: SourceId, external_ids: Sequence[str]) -> None:
        """Drops ids that are gone at the source, so that they are missed only once."""
        for some in _some_at_a_time(external_ids):
            self._connection.execute(
                delete(source_seen).where(source_seen.c.source_id == source, source_seen.c.external_id.in_(some))
            )

    def known(self, source: SourceId) -> int:
        """How many ids the source is known to have told of and not to have lost."""
        statement = select(func.count()).select_from(source_seen).where(source_seen.c.source_id == source)
        return self._connection.scalar(statement) or 0

    def unseen_count(self, source: SourceId, number: int) -> int:
        """How many ids earlier readings told of and this one did not."""
        statement = (
            select(func.count())
            .select_from(source_seen)
            .where(source_seen.c.source_id == source, source_seen.c["pass"] < _pass_of(number))
        )
        return self._connection.scalar(statement) or 0

    def add_calls(self, source: SourceId, calls: Mapping[str, int]) -> None:
        """Adds calls to those of their days (``2026-11-21``)."""
        rows = [{"source_id": source, "day": day, "calls": count} for day, count in sorted(calls.items()) if count]
        if not rows:
            return
        insert = upsert(self._connection, source_calls)
        added = {"calls": source_calls.c.calls + insert.excluded.calls}
        self._connection.execute(insert.on_conflict_do_update(index_elements=["source_id", "day"], set_=added), rows)

    def calls(self, source: SourceId, day: str) -> int:
        """The calls of a day."""
        statement = select(source_calls.c.calls).where(source_calls.c.source_id == source, source_calls.c.day == day)
        return self._connection.scalar(statement) or 0


def _log_key(source: SourceId) -> str:
    return f"readings/{digest(source)}"


def _pass_of(number: int) -> int:
    """How the ids of a reading are marked; between those of two readings is room for what came by webhook."""
    return 2 * number


def _some_at_a_time(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), AT_ONCE):
        yield ids[start : start + AT_ONCE]


def _to_row(reading: Reading) -> dict[str, Any]:
    return {
        "source_id": reading.source_id,
        "pass": reading.number,
        "full": reading.full,
        "started_at": maybe_micros(reading.started_at),
        "finished_at": maybe_micros(reading.finished_at),
        "full_at": maybe_micros(reading.full_at),
        "resume": reading.resume,
        "details": to_json(_details(reading)),
    }


def _details(reading: Reading) -> dict[str, Any]:
    details: dict[str, Any] = {
        "state": reading.state,
        "said": reading.said,
        "seen": reading.seen,
        "unread": reading.unread,
        "skipped": reading.skipped,
        "reported_first": reading.reported_first,
        "reported": reading.reported,
        "repeats": reading.repeats,
        "shortfall": reading.shortfall,
        "ended": reading.ended,
        "whole": reading.whole,
        "options": reading.options,
    }
    if proof := reading.proof:
        details["proof"] = {
            "at": to_micros(proof.at),
            "seen": proof.seen,
            "reported": proof.reported,
            "lacking": proof.lacking,
            "is_excused": proof.is_excused,
            "skipped": proof.skipped,
            "doubted": proof.doubted,
        }
    return details


def _reading(row: Row[Any] | SimpleNamespace) -> Reading:
    details = from_json(row.details)
    proof, state = details.pop("proof", None), details.pop("state")
    return Reading(
        source_id=SourceId(row.source_id),
        number=getattr(row, "pass"),
        full=row.full,
        started_at=maybe_from_micros(row.started_at),
        finished_at=maybe_from_micros(row.finished_at),
        full_at=maybe_from_micros(row.full_at),
        resume=row.resume,
        state=ReadingState(state),
        proof=None if proof is None else Completeness(**{**proof, "at": from_micros(proof["at"])}),
        **details,
    )
