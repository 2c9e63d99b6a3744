"""What there is to be done and how it stands, as figures and as an answer to whether an instance is ready."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.domain import SourceId
from engine.store import Store, Transaction

HEARTBEAT = "worker seen"
NEVER_READ = "never read"


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    due: Mapping[str, tuple[int, float]]
    """By kind of work: how many marks are due, and for how many seconds the first of them has been."""
    failing: int
    deliveries: Sequence[tuple[str, int]]
    sources: Sequence[tuple[str, int]]
    worker_seen: float | None
    """Seconds since a worker said that it is there; None where none ever did."""


def backlog(store: Store, configured: Sequence[str], now: datetime) -> Backlog:
    """``configured`` are the ids of the configured sources. Raises StoreError."""
    with store.reading() as transaction:
        readings = transaction.readings.all()
        states = Counter(
            str(readings[each].state) if each in readings else NEVER_READ for each in map(SourceId, configured)
        )
        return Backlog(
            due=transaction.marks.backlog(now),
            failing=transaction.marks.count_failing(),
            deliveries=sorted((str(state), count) for state, count in transaction.deliveries.states().items()),
            sources=sorted(states.items()),
            worker_seen=seconds_since_heartbeat(transaction, now),
        )


def beat(store: Store, now: datetime) -> None:
    """Says that a worker is there, and goes on."""
    with store.writing() as transaction:
        transaction.memory.save(HEARTBEAT, now.isoformat())


def seconds_since_heartbeat(transaction: Transaction, now: datetime) -> float | None:
    said = transaction.memory.find(HEARTBEAT)
    return None if said is None else (now - datetime.fromisoformat(said)).total_seconds()
