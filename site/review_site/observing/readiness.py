"""Whether an instance can do what it is for at this moment, check by check.

A worker that is late, and an index of words that is not made yet, are said and make nothing unready: whatever was
published goes on being served without them, and a balancer that took every server away would turn a delay into an
outage.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from engine.errors import StoreError
from engine.store import Store
from engine.store.search import APPLIED
from review_site.observing.backlog import seconds_since_heartbeat

WORKER_LATE = 600.0
"""Seconds: the longest piece of work that is usual, several times over."""
LEAST_DISK = 64 << 20
"""Bytes: below, a write may fail before its transaction ends."""
OK = "ok"
ONLY_SAID = frozenset({"worker", "search"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    checks: Mapping[str, str]
    """``ok``, or what is wrong, of: database, migrations, disk, worker, search."""

    @property
    def is_ready(self) -> bool:
        return all(said == OK for name, said in self.checks.items() if name not in ONLY_SAID)


def readiness(store: Store, folder: Path, now: datetime, *, least_disk: int = LEAST_DISK) -> Readiness:
    """Looks at everything, changes nothing and waits for nobody; ``folder`` is where the instance's data is."""
    disk = OK if shutil.disk_usage(folder).free >= least_disk else "almost full"
    try:
        found = store.condition()
        with store.reading() as transaction:
            seen = seconds_since_heartbeat(transaction, now)
            is_indexed = bool(transaction.memory.find(APPLIED))
    except StoreError:
        unknown = dict.fromkeys(("migrations", "worker", "search"), "unknown")
        return Readiness(checks={"database": "does not answer", "disk": disk, **unknown})
    return Readiness(
        checks={
            "database": OK if found.is_writable else "cannot be written",
            "migrations": OK if found.is_current else "of another version",
            "disk": disk,
            "worker": _worker(seen),
            "search": OK if is_indexed else "not made yet",
        }
    )


def _worker(seen: float | None) -> str:
    if seen is None:
        return "never seen"
    return OK if seen <= WORKER_LATE else "late"
