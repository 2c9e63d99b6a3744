"""The state of every source as a person reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from engine.domain import Reading, ReadingState, SourceId
from engine.outbox import Work
from engine.readings import in_words
from engine.source_settings import SourceSettings
from engine.store import KeptMark
from review_site.wiring import Instance


class Condition(StrEnum):
    """How a source stands, in the words of the command."""

    BY_HAND = "by hand"
    """Not configured: a person imports it, or imported it once."""
    BEING_READ = "being read"
    FAILED = "failed"
    NEVER_READ = "never read"
    READ = "read"
    STOPPED = "stopped in the middle"
    WAITING = "waiting"
    REFUSED = "refused"

    @property
    def is_trouble(self) -> bool:
        return self in (Condition.FAILED, Condition.REFUSED)


CONDITIONS = {
    ReadingState.READING: Condition.STOPPED,
    ReadingState.WAITING: Condition.WAITING,
    ReadingState.REFUSED: Condition.REFUSED,
    ReadingState.DONE: Condition.READ,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """One source, and how reading it stands."""

    id: SourceId
    kind: str
    sureness: str
    condition: Condition
    said: str = ""
    """Why it is so, in words; empty where nothing is the matter."""
    reading: Reading | None
    next_at: datetime | None

    @property
    def state(self) -> str:
        return f"{self.condition}: {self.said}" if self.said else self.condition

    @property
    def is_incomplete(self) -> bool:
        """Whether the last whole reading is known to lack something."""
        proof = self.reading.proof if self.reading else None
        return proof is not None and proof.is_known and not proof.is_complete

    def as_row(self) -> tuple[str, ...]:
        last = (self.reading.finished_at or self.reading.started_at) if self.reading else None
        completeness = in_words(self.reading.proof) if self.reading else ""
        return self.id, self.kind, self.state, _moment(last), completeness, _moment(self.next_at)

    def as_mapping(self) -> Mapping[str, Any]:
        reading = self.reading or Reading(source_id=self.id)
        proof = reading.proof
        return {
            "id": self.id,
            "collector": self.kind,
            "sureness": self.sureness,
            "state": self.state,
            "started_at": _iso(reading.started_at),
            "finished_at": _iso(reading.finished_at),
            "full_at": _iso(reading.full_at),
            "complete": proof.is_complete if proof is not None and proof.is_known else None,
            "completeness": in_words(proof),
            "seen": None if proof is None else proof.seen,
            "reported": None if proof is None else proof.reported,
            "next_at": _iso(self.next_at),
        }


def source_states(instance: Instance, now: datetime) -> list[SourceState]:
    """The configured sources, then those that were imported by hand, each in order of their ids."""
    with instance.store.reading() as transaction:
        readings = transaction.readings.all()
        known = transaction.sources.all()
        marks = {each: transaction.marks.find(Work.COLLECT, each) for each in instance.config.sources}
    configured = [
        _configured(settings, readings.get(each), marks[each], now)
        for each, settings in sorted(instance.config.sources.items())
    ]
    by_hand = [
        SourceState(
            id=each, kind=source.collector, sureness="", condition=Condition.BY_HAND, reading=None, next_at=None
        )
        for each, source in known.items()
        if each not in instance.config.sources
    ]
    return configured + by_hand


def _configured(settings: SourceSettings, reading: Reading | None, mark: KeptMark | None, now: datetime) -> SourceState:
    condition, said = _condition(reading, mark, now)
    return SourceState(
        id=settings.id,
        kind=settings.kind.name,
        sureness=settings.kind.sureness,
        condition=condition,
        said=said,
        reading=reading,
        next_at=mark.due_at if mark else None,
    )


def _condition(reading: Reading | None, mark: KeptMark | None, now: datetime) -> tuple[Condition, str]:
    if mark and mark.owner and mark.leased_until > now:
        return Condition.BEING_READ, ""
    if mark and mark.last_error:
        return Condition.FAILED, mark.last_error
    if reading is None:
        return Condition.NEVER_READ, ""
    if reading.state is ReadingState.DONE:
        return Condition.READ, ""
    return CONDITIONS[reading.state], reading.said


def _moment(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC" if moment else "-"


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None
