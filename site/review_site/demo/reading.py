"""How the sample's other sources were read: every two weeks to the end, once without a review, at last in vain."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from engine.budget import Budget, Pace
from engine.collecting import Job, Synced, sync
from engine.domain import Batch, Record, SourceId
from engine.errors import SourceRefusedError
from engine.intake import Intake
from engine.moderation import Moderation
from engine.outbox import Outbox, Work
from engine.rights import declared_consent
from engine.store import Lease, Transaction
from review_site.demo.arriving import id_of
from review_site.demo.company import NPS, TRUSTSPOT, moderator, record_of, source_of
from review_site.demo.days import Days, Line
from review_site.demo.story import Act, Step, Turn
from review_site.wiring import Instance

EVERY = 14
LAST: Mapping[SourceId, float] = {TRUSTSPOT: 0.8, NPS: 1.2}
"""How many days before the story ends each was read last."""
REFUSED = "exports/trustspot.csv has no column 'rating'; it has date, name, stars, text"
GONE, MISSED = "demo-082", 4
"""A review that its platform did not have, so many readings before the last one, and had again at the next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A source that tells of these records and counts them, or says no."""

    records: Sequence[Record]
    refused: str = ""

    def collect(self, cursor: str | None) -> Iterator[Batch]:  # noqa: ARG002 - it always begins at the beginning
        if self.refused:
            raise SourceRefusedError(self.refused)
        yield Batch(records=self.records, cursor=None, reported=len(self.records))


def arrived(lines: Sequence[Line], days: Days) -> Mapping[str, datetime]:
    """When the first reading told of each line of these sources."""
    return {each["external_id"]: _first_after(each, lines, days) for each in lines if each["source"] in LAST}


def readings(instance: Instance, lines: Sequence[Line], days: Days) -> Iterator[Step]:
    for source, last in LAST.items():
        own = [each for each in lines if each["source"] == source]
        for at in _moments(source, lines, days):
            number = round((days.before(last) - at) / timedelta(days=EVERY))
            there = [each for each in own if each["written_at"] < _day(at)]
            if number == MISSED:
                there = [each for each in there if each["external_id"] != GONE]
            refused = REFUSED if source == TRUSTSPOT and number == 0 else ""
            told = Told(records=[record_of(each) for each in there], refused=refused)
            yield Turn(at=at, do=partial(_read, instance, source, told))
    back = days.before(LAST[TRUSTSPOT] + (MISSED - 1) * EVERY) + timedelta(hours=5)
    [gone] = [each for each in lines if each["external_id"] == GONE]
    yield Act(at=back, do=partial(_approve, gone))


def _first_after(line: Line, lines: Sequence[Line], days: Days) -> datetime:
    return next(at for at in _moments(SourceId(line["source"]), lines, days) if _day(at) > line["written_at"])


def _moments(source: SourceId, lines: Sequence[Line], days: Days) -> list[datetime]:
    first = min(each["written_at"] for each in lines if each["source"] == source)
    count = (days.begun.date() - datetime.fromisoformat(first).date()).days // EVERY
    return [days.before(LAST[source] + number * EVERY) for number in reversed(range(count + 1))]


def _read(instance: Instance, source: SourceId, told: Told, at: datetime) -> None:
    with instance.store.writing() as transaction:
        transaction.marks.set(Work.COLLECT, [source], at)
    outbox = Outbox(store=instance.store, owner="demo", clock=lambda: at)
    outcome = outbox.work_off_one(Work.COLLECT, source, partial(_sync, instance, source, told, at))
    if outcome and outcome.error:
        raise outcome.error


def _sync(instance: Instance, source_id: SourceId, told: Told, at: datetime, lease: Lease) -> Synced:
    settings, source = instance.config.sources.get(source_id), source_of(instance, source_id)
    job = Job(
        store=instance.store,
        intake=Intake(
            source=source,
            consent=declared_consent(source.rights, proof=f"collected from {source_id}", now=at),
            rules=instance.rules,
            seal=instance.privacy.seal,
        ),
        collector=told,
        budget=Budget(per_minute=60, per_day=10_000, clock=lambda: at),
        every=settings.every if settings else timedelta(days=EVERY),
        full_every=timedelta(days=EVERY),
        clock=lambda: at,
        pace=Pace(wait=lambda _: None, chance=lambda: 0.5),
        options=settings.options if settings else "",
    )
    return sync(job, lease)


def _approve(line: Line, transaction: Transaction, at: datetime) -> None:
    Moderation(transaction=transaction, now=at).approve([id_of(line)], by=moderator(GONE))


def _day(at: datetime) -> str:
    return at.date().isoformat()
