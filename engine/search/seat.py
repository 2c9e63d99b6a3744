"""The right to change the index, which one process has at a time: a lease that it holds for as long as it works."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from engine.errors import LeaseLostError
from engine.outbox import LEASE_TIME
from engine.store import Lease, Store

KIND, KEY = "index", "reviews"
NEVER = datetime(9999, 1, 1, tzinfo=UTC)
"""The mark is never due: it stands for the right, and for no work."""


@dataclass(slots=True, kw_only=True)
class Seat:
    store: Store
    owner: str
    clock: Callable[[], datetime]
    _held: Lease | None = field(default=None, init=False)
    _until: datetime = field(default=datetime.min.replace(tzinfo=UTC), init=False)

    def take(self) -> bool:
        """Whether this process may change the index from now on; asked again and again, it stays so."""
        now = self.clock()
        if self._held is not None and now < self._until - LEASE_TIME / 2:
            return True
        until = now + LEASE_TIME
        with self.store.writing() as transaction:
            if self._held is not None and not transaction.marks.extend(self._held, until):
                self._held = None
            if self._held is None:
                if transaction.marks.find(KIND, KEY) is None:
                    transaction.marks.set(KIND, [KEY], NEVER)
                self._held = transaction.marks.lease_this(KIND, KEY, self.owner, now=now, until=until)
        self._until = until
        return self._held is not None

    def hold(self) -> None:
        """Stays for longer. Raises LeaseLostError when another process has it by now."""
        if not self.take():
            raise LeaseLostError("another process changes the index by now")

    def leave(self) -> None:
        if self._held is not None:
            with self.store.writing() as transaction:
                transaction.marks.release(self._held, due_at=NEVER)
            self._held = None
