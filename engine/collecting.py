"""Collecting: runs a collector, and saves each batch, its cursor and what it proves together or not at all.

A run may be stopped anywhere, and the next one goes on where it was. What is gone at a source is acted on only after a
full reading that is proved complete.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from engine.budget import Budget, Pace, day_of, pause_before
from engine.buried import seen_as
from engine.domain import Batch, Reading, ReadingState, SourceId
from engine.errors import (
    BudgetSpentError,
    LeaseLostError,
    PluginError,
    RefusedError,
    RetryLaterError,
    SourceRefusedError,
)
from engine.intake import Intake, Report
from engine.moderation import Moderation
from engine.outbox import Work, finish, pause_after
from engine.plugins import Collector
from engine.readings import after, following, gone_before, has_other_options, is_full_due, proof_of
from engine.rights import refuse_unless_storable
from engine.source_deletions import apply as apply_deletions
from engine.store import Lease, Store, Transaction

STREAM = "reading"
LEASE_TIME = timedelta(minutes=10)
"""Longer than the slowest call and the longest wait between two batches together."""
TRIES = 6
"""Failures in a row, without a batch between them, before a run gives up for now."""
GONE_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One source, with all that reading it takes."""

    store: Store
    intake: Intake
    collector: Collector
    budget: Budget
    every: timedelta
    """From the end of one reading to the start of the next."""
    full_every: timedelta
    """From the end of one full reading to the start of the next."""
    clock: Callable[[], datetime]
    pace: Pace
    options: str = ""
    """A hash of what the collector was made with; after a change a reading begins again. Empty: it is not known."""

    @property
    def id(self) -> SourceId:
        return self.intake.source.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Synced:
    """What one run came to."""

    reading: Reading
    report: Report
    gone: int
    """Ids that are gone at the source: what becomes of their reviews, its rights profile says."""
    next_at: datetime


@dataclass(frozen=True, slots=True)
class _Halt:
    """Why a run ended before its reading did."""

    state: ReadingState
    said: str = ""
    after: float = 0.0
    """Seconds until there is use in going on."""
    failed: bool = False
    """Whether the source failed, so that each time without a batch between is waited for longer."""


def sync(job: Job, lease: Lease, *, full: bool = False, progress: Callable[[int], None] = lambda _: None) -> Synced:
    """Reads a source on from where it was, as far as this run gets; ``full`` asks for a reading from the beginning.

    ``progress`` is called after each batch with the number of its records. The mark of the lease is set for the next
    run. Raises LeaseLostError, with the batch in hand undone, when another worker took over, PluginError when the
    collector broke its contract, RefusedError when the source is known with other rights.
    """
    _adopt(job)
    return _Run(job, lease, progress).sync(full=full)


def next_due(reading: Reading | None, every: timedelta, now: datetime) -> datetime:
    """When a source is to be read at the latest; one in the middle of a reading has its mark, and perhaps waits."""
    if reading is None:
        return now
    # An end that is yet to come was told by a clock that went wrong: it puts off nothing.
    return max(now, min(reading.finished_at or now, now) + every)


def schedule(store: Store, due: Mapping[SourceId, datetime]) -> None:
    """Marks each source for its next run, unless it is marked for an earlier one."""
    with store.writing() as transaction:
        for source, at in due.items():
            mark = transaction.marks.find(Work.COLLECT, source)
            if mark is None or mark.due_at > at:
                transaction.marks.set(Work.COLLECT, [source], at)


def _adopt(job: Job) -> None:
    """Makes a source known with the rights that are configured.

    Another profile than the one it is known with was chosen by a person since, perhaps in haste: it stays, and nothing
    is collected until both say the same.
    """
    source, now = job.intake.source, job.clock()
    refuse_unless_storable(source.rights, source.id)
    with job.store.writing() as transaction:
        known = transaction.sources.find(source.id)
        if known is None:
            transaction.sources.save(source)
        elif known.rights.profile != source.rights.profile:
            raise RefusedError(
                f"the source {source.id!r} is known with rights {known.rights.profile!r}, and configured with"
                f" {source.rights.profile!r}: change the configuration, or plaudit rights {source.id} PROFILE"
            )
        elif known.rights != source.rights:
            moderation = Moderation(transaction=transaction, now=now, mining_delay=job.intake.mining_delay)
            moderation.change_rights(known, source.rights, by="configuration")


@dataclass(slots=True)
class _Run:
    """One run of a job: a reading, or a part of one."""

    job: Job
    lease: Lease
    progress: Callable[[int], None]
    reading: Reading = field(init=False)
    report: Report = field(default_factory=Report)
    gone: int = 0
    batches: int = 0
    tries: int = 0
    """Failures since the last batch."""
    cursor: str | None = None

    def sync(self, *, full: bool) -> Synced:
        self._begin(full=full)
        halt = None if self.reading.ended else self._read_on()
        if halt is None:
            return self._conclude()
        return self._lay_down(halt) if halt.state is not ReadingState.REFUSED else self._give_up(halt)

    def _begin(self, *, full: bool) -> None:
        job, now = self.job, self.job.clock()
        with job.store.writing() as transaction:
            self._hold(transaction, now)
            job.budget.know(day_of(now), transaction.readings.calls(job.id, day_of(now)))
            known = transaction.readings.find(job.id) or Reading(source_id=job.id)
            changed = has_other_options(known, job.options)
            if known.is_under_way and (known.full or not full) and not changed:
                self.reading = replace(known, state=ReadingState.READING, said="", options=job.options)
            else:
                full = full or changed or is_full_due(known, now, job.full_every)
                self.reading = following(known, now, full=full, options=job.options)
                start = None if self.reading.full else known.resume
                transaction.cursors.save(job.id, STREAM, start, now)
            transaction.readings.save(self.reading)

    def _read_on(self) -> _Halt | None:
        """None when the reading came to its end."""
        while True:
            try:
                return self._take_batches()
            except SourceRefusedError as error:
                return _Halt(ReadingState.REFUSED, str(error))
            except RetryLaterError as error:
                halt = self._halt_for(error)
            pace = self.job.pace
            if self.tries >= TRIES or halt.after > pace.longest_wait or pace.is_over():
                return halt
            self._wait(halt.after)

    def _take_batches(self) -> _Halt | None:
        self.cursor = self._saved_cursor()
        for batch in self.job.collector.collect(self.cursor):
            self._take_in(batch)
            self.tries = 0
            if self.reading.ended:
                return None
            if self.job.pace.is_over():
                return _Halt(ReadingState.READING)
        raise PluginError(f"the collector of {self.job.id!r} stopped without a last batch, whose cursor is None")

    def _halt_for(self, error: RetryLaterError) -> _Halt:
        if isinstance(error, BudgetSpentError):
            return _Halt(ReadingState.WAITING, str(error), error.retry_after or 0.0)
        self.tries += 1
        pause = pause_before(self.tries, error.retry_after, self.job.pace.chance())
        return _Halt(ReadingState.WAITING, str(error), pause, failed=True)

    def _saved_cursor(self) -> str | None:
        with self.job.store.reading() as transaction:
            return transaction.cursors.find(self.job.id, STREAM)

    def _take_in(self, batch: Batch) -> None:
        job, now = self.job, self.job.clock()
        with job.store.writing() as transaction:
            taken = job.intake.take_in(transaction, batch, STREAM, now)
            ids = [*(record.external_id for record in batch.records), *batch.deleted, *batch.skipped]
            seen = seen_as(transaction, job.intake.seal, job.id, ids)
            new = transaction.readings.see(job.id, seen, self.reading.number)
            reading = after(self.reading, batch, new, is_stuck=batch.cursor == self.cursor)
            if reading.ended and reading.said:
                transaction.cursors.save(job.id, STREAM, None, now)
            transaction.readings.save(reading)
            calls = self._count_calls(transaction)
            self._hold(transaction, now)
        job.budget.saved(calls)
        self.reading, self.cursor = reading, batch.cursor
        self.report.add(taken)
        self.batches += 1
        self.gone += len(batch.deleted)
        self.progress(taken.seen)

    def _conclude(self) -> Synced:
        """Draws the conclusions from a reading that ended."""
        now = self.job.clock()
        done = replace(self.reading, state=ReadingState.DONE, finished_at=now)
        if done.full:
            done = self._proved(done, now)
        return self._end(done, now)

    def _proved(self, reading: Reading, now: datetime) -> Reading:
        """A full reading with its proof; what it finds to be gone is gone."""
        job = self.job
        with job.store.reading() as transaction:
            known = transaction.readings.known(job.id)
        proof = proof_of(reading, known, now)
        if not proof.is_complete:
            return replace(reading, full_at=now, proof=proof)
        self._find_gone(gone_before(reading, known))
        with job.store.reading() as transaction:
            doubted = transaction.readings.unseen_count(job.id, reading.number)
        return replace(reading, full_at=now, proof=replace(proof, doubted=doubted), whole=reading.number)

    def _find_gone(self, told_in: int) -> None:
        """Acts on the ids that no reading told of from the one with this number on."""
        job, source = self.job, self.job.intake.source
        while True:
            now = job.clock()
            with job.store.writing() as transaction:
                # As intake does, before its reviews: nobody waits for somebody who waits for him.
                transaction.sources.lock(job.id)
                gone = transaction.readings.unseen(job.id, told_in, limit=GONE_AT_ONCE)
                if not gone:
                    return
                apply_deletions(transaction, source, gone, now, mining_delay=job.intake.mining_delay)
                transaction.readings.forget(job.id, gone)
                self._hold(transaction, now)
            self.gone += len(gone)

    def _give_up(self, halt: _Halt) -> Synced:
        """Ends a reading that was refused; the next begins again, because a cursor may be what was refused."""
        now = self.job.clock()
        refused = replace(self.reading, state=ReadingState.REFUSED, said=halt.said, finished_at=now)
        if refused.full:
            with self.job.store.reading() as transaction:
                known = transaction.readings.known(self.job.id)
            refused = replace(refused, proof=proof_of(refused, known, now))
        return self._end(refused, now)

    def _end(self, reading: Reading, now: datetime) -> Synced:
        next_at = now + self.job.every
        with self.job.store.writing() as transaction:
            finish(transaction, self.lease)
            transaction.marks.set(Work.COLLECT, [self.lease.key], next_at)
            transaction.cursors.save(self.job.id, STREAM, None, now)
            transaction.readings.save(reading)
            transaction.readings.log(reading)
            calls = self._count_calls(transaction)
        return self._synced(reading, calls, next_at)

    def _lay_down(self, halt: _Halt) -> Synced:
        """Leaves a reading in the middle, to be gone on with."""
        now = self.job.clock()
        reading = replace(self.reading, state=halt.state, said=halt.said)
        next_at = now + timedelta(seconds=halt.after)
        stuck = halt.failed and not self.batches
        if stuck:
            next_at = max(next_at, now + pause_after(self.lease.attempts))
        with self.job.store.writing() as transaction:
            if stuck:
                transaction.marks.release(self.lease, due_at=next_at, error=halt.said)
            else:
                finish(transaction, self.lease)
                transaction.marks.set(Work.COLLECT, [self.lease.key], next_at)
            transaction.readings.save(reading)
            calls = self._count_calls(transaction)
        return self._synced(reading, calls, next_at)

    def _synced(self, reading: Reading, calls: Mapping[str, int], next_at: datetime) -> Synced:
        self.job.budget.saved(calls)
        return Synced(reading=reading, report=self.report, gone=self.gone, next_at=next_at)

    def _wait(self, seconds: float) -> None:
        with self.job.store.writing() as transaction:
            calls = self._count_calls(transaction)
            self._hold(transaction, self.job.clock())
        self.job.budget.saved(calls)
        self.job.pace.wait(seconds)

    def _count_calls(self, transaction: Transaction) -> Mapping[str, int]:
        calls = self.job.budget.unsaved()
        transaction.readings.add_calls(self.job.id, calls)
        return calls

    def _hold(self, transaction: Transaction, now: datetime) -> None:
        if not transaction.marks.extend(self.lease, now + LEASE_TIME):
            raise LeaseLostError(f"{self.job.id} is collected by another worker")
