"""A source played in memory: pages of records, with what goes wrong at which page, and a clock that only waits move."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from engine.budget import Budget, Pace
from engine.collecting import Job, Synced, schedule, sync
from engine.domain import Batch, Problem, Record, Severity, SourceId
from engine.intake import Intake
from engine.outbox import Work
from engine.store import Lease, Store
from tests.factories import NOON, make_intake, make_record

SHOP = SourceId("shop")
DAY = timedelta(days=1)


@dataclass
class PlayedSource:
    """Pages of records; the cursor is the number of the page to read next, ``r`` before it in a later reading."""

    pages: Sequence[Sequence[Record]]
    reported: int | None = None
    resume: str | None = None
    shortfall: str = ""
    deleted: Sequence[str] = ()
    unread: int = 0
    """Malformed records on the last page."""
    skipped: Sequence[str] = ()
    """The ids of those of them that have one."""
    errors: dict[int, list[Exception]] = field(default_factory=dict)
    """By page, to be raised one after the other before it is given."""
    asked: list[str | None] = field(default_factory=list)
    """The cursors it was asked with."""

    def collect(self, cursor: str | None) -> Iterator[Batch]:
        self.asked.append(cursor)
        for number in range(int(cursor or 0), len(self.pages)):
            if waiting := self.errors.get(number):
                raise waiting.pop(0)
            yield self._batch(number)

    def _batch(self, number: int) -> Batch:
        batch = Batch(records=self.pages[number], cursor=str(number + 1), reported=self.reported)
        if number < len(self.pages) - 1:
            return batch
        return replace(
            batch,
            cursor=None,
            resume=self.resume,
            shortfall=self.shortfall,
            deleted=self.deleted,
            skipped=self.skipped,
            problems=[
                Problem(rule="shape", severity=Severity.ERROR, path=f"shop page {number} [{each}]", message="no id")
                for each in range(self.unread)
            ],
        )


class Clock:
    """Stands still until somebody waits."""

    def __init__(self, at: datetime = NOON) -> None:
        self.at = at
        self.waits: list[float] = []

    def __call__(self) -> datetime:
        return self.at

    def wait(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.at += timedelta(seconds=seconds)


def pages_of(count: int, size: int = 2) -> list[list[Record]]:
    """Records with the ids 1 to ``count``, page by page."""
    records = [make_record(str(number), body=f"It pours well, says {number}.") for number in range(1, count + 1)]
    return [records[start : start + size] for start in range(0, count, size)]


def make_job(store: Store, source: PlayedSource, clock: Clock, **changes: object) -> Job:
    intake: Intake = make_intake()
    job = Job(
        store=store,
        intake=intake,
        collector=source,
        budget=Budget(per_minute=1_000, per_day=10_000, clock=clock),
        every=DAY,
        full_every=7 * DAY,
        clock=clock,
        pace=Pace(wait=clock.wait, chance=lambda: 0.0),
    )
    return replace(job, **changes)  # type: ignore[arg-type]


def leased(store: Store, clock: Clock, owner: str = "worker") -> Lease:
    """The mark of the shop, which nobody else holds."""
    schedule(store, {SHOP: clock() + DAY})
    with store.writing() as transaction:
        lease = transaction.marks.lease_this(
            Work.COLLECT, SHOP, owner, now=clock(), until=clock() + timedelta(minutes=1)
        )
    assert lease is not None
    return lease


def run(job: Job, clock: Clock, *, full: bool = False) -> Synced:
    """One run as a worker would do it; what a broken one left is taken over."""
    with job.store.writing() as transaction:
        transaction.marks.release_all_of("worker")
    return sync(job, leased(job.store, clock), full=full)


def ids_kept(store: Store) -> list[str]:
    with store.reading() as transaction:
        return sorted((each.review.external_id for each in transaction.reviews.of_source(SHOP)), key=int)
