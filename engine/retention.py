"""Retention: what was kept as long as its kind may be is taken away, every day, some rows at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from engine.domain import ReviewId
from engine.erasure import DATABASE, erase_one
from engine.errors import LeaseLostError
from engine.outbox import LEASE_TIME, Work, finish
from engine.store import Lease, Scrubbed, Store, Transaction
from engine.tombstones import Seal

AT_ONCE = 500
"""Rows in one transaction."""
REVIEWS_AT_ONCE = 50
EVERY = timedelta(days=1)
LONGEST_SCRUB = timedelta(hours=6)
"""Far longer than the largest file takes to be written anew: nobody else begins meanwhile."""
BY = "retention"
MADE_OF_WORDS = (Work.PROFILE, Work.MINE, Work.TOPICS, Work.PUBLISH)
PUT_OFF = timedelta(seconds=10)
PATIENCE = 30
"""How often cleaning the files is put off before it is done all the same."""


class Kept(StrEnum):
    """The kinds of data that end; the name of each is its key under ``[retention]``."""

    RAW_PAYLOADS = "raw_payloads"
    CONTACTS = "contacts"
    HOOK_RECEIPTS = "hook_receipts"
    ANSWERED_REQUESTS = "answered_requests"
    SESSIONS = "sessions"
    FLAGS = "flags"
    ASKS = "asks"
    REJECTED_REVIEWS = "rejected_reviews"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pruned:
    """What one run took away."""

    kind: Kept
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """Takes away what is older than its kind is kept."""

    store: Store
    seal: Seal
    periods: Mapping[Kept, timedelta]
    """A kind that is not named, or for no time at all, is kept."""
    clock: Callable[[], datetime]
    progress: Callable[[Kept, int], None] = lambda _kind, _rows: None
    """Told after each transaction how many rows it took."""

    def schedule(self) -> None:
        """Marks each kind that ends for a run now, unless it waits for one."""
        with self.store.writing() as transaction:
            for kind in self._ending():
                if transaction.marks.find(Work.PRUNE, kind) is None:
                    transaction.marks.set(Work.PRUNE, [kind], self.clock())

    def prune(self, lease: Lease) -> Pruned | None:
        """Works off the mark of a kind and sets it for tomorrow; None, and it is gone, when the kind ends no longer.

        Raises LeaseLostError when another worker took over; what was taken away until then stays away.
        """
        kind = Kept(lease.key) if lease.key in list(Kept) else None
        if kind is None or kind not in self._ending():
            with self.store.writing() as transaction:
                finish(transaction, lease)
            return None
        before = self.clock() - self.periods[kind]
        rows = self._rejected(lease, before) if kind is Kept.REJECTED_REVIEWS else self._rows(lease, kind, before)
        with self.store.writing() as transaction:
            finish(transaction, lease)
            transaction.marks.set(Work.PRUNE, [kind], self.clock() + EVERY)
        return Pruned(kind=kind, rows=rows)

    def _ending(self) -> list[Kept]:
        return [each for each in Kept if self.periods.get(each, timedelta(0)) > timedelta(0)]

    def _rows(self, lease: Lease, kind: Kept, before: datetime) -> int:
        rows = 0
        while True:
            with self.store.writing() as transaction:
                _hold(transaction, lease, self.clock())
                gone = _TAKEN[kind](transaction, before)
            if not gone:
                return rows
            rows += gone
            self.progress(kind, gone)

    def _rejected(self, lease: Lease, before: datetime) -> int:
        """Rejected reviews are erased as a person's are: their source must not bring them back."""
        rows, after, more = 0, "", True
        while more:
            with self.store.writing() as transaction:
                _hold(transaction, lease, self.clock())
                old, after = transaction.expiry.rejected(before, after, AT_ONCE)
            more = bool(after)
            for start in range(0, len(old), REVIEWS_AT_ONCE):
                gone = self._erase(old[start : start + REVIEWS_AT_ONCE], lease)
                rows += gone
                self.progress(Kept.REJECTED_REVIEWS, gone)
        return rows

    def _erase(self, ids: list[ReviewId], lease: Lease) -> int:
        now = self.clock()
        with self.store.reading() as transaction:
            sources = {each.review.source_id for each in transaction.reviews.among(ids).values()}
        with self.store.writing() as transaction:
            _hold(transaction, lease, now)
            for source in sorted(sources):
                transaction.sources.lock(source)
            found = transaction.reviews.among(ids).values()
            for each in found:
                erase_one(transaction, each, seal=self.seal, by=BY, now=now, mining_delay=timedelta(0))
        return len(found)

    def scrub(self, lease: Lease) -> Scrubbed | None:
        """Cleans the database's files after an erasure, which left the mark.

        None, and the mark is put off, while what was made of the words waits to be made anew; not for ever, because in
        a busy shop something always does. Raises LeaseLostError when more was erased meanwhile.
        """
        now = self.clock()
        with self.store.writing() as transaction:
            if lease.attempts <= PATIENCE and transaction.marks.count(MADE_OF_WORDS, due_by=now):
                transaction.marks.release(lease, due_at=now + PUT_OFF)
                return None
            if not transaction.marks.extend(lease, now + LONGEST_SCRUB):
                raise LeaseLostError(f"{DATABASE} is cleaned by another worker")
        scrubbed = self.store.scrub()
        with self.store.writing() as transaction:
            finish(transaction, lease)
        return scrubbed


def _hold(transaction: Transaction, lease: Lease, now: datetime) -> None:
    if not transaction.marks.extend(lease, now + LEASE_TIME):
        raise LeaseLostError(f"{lease.key} are taken away by another worker")


_TAKEN: Mapping[Kept, Callable[[Transaction, datetime], int]] = {
    Kept.RAW_PAYLOADS: lambda transaction, before: transaction.expiry.raw_payloads(before, AT_ONCE),
    Kept.CONTACTS: lambda transaction, before: transaction.expiry.contacts(before, AT_ONCE),
    Kept.HOOK_RECEIPTS: lambda transaction, before: transaction.expiry.hook_receipts(before, AT_ONCE),
    Kept.ANSWERED_REQUESTS: lambda transaction, before: transaction.expiry.answered_requests(before, AT_ONCE),
    Kept.SESSIONS: lambda transaction, before: transaction.expiry.sessions(before, AT_ONCE),
    Kept.FLAGS: lambda transaction, before: transaction.expiry.flags(before, AT_ONCE),
    Kept.ASKS: lambda transaction, before: transaction.expiry.asks(before, AT_ONCE),
}
