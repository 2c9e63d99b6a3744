"""Reviews that programs hand in: each is taken in like whatever is collected, and each is told what became of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.cleaning import content_hash
from engine.domain import (
    ApprovalRule,
    Batch,
    Change,
    Consent,
    Problem,
    Record,
    Review,
    ReviewId,
    Severity,
    Source,
    SourceId,
    review_id,
)
from engine.errors import RefusedError
from engine.fields import Rules
from engine.intake import Intake
from engine.outbox import PROFILE_DELAY
from engine.rights import OWN, refuse_unless_storable
from engine.signals import Fate
from engine.store import FiledReview, Store, Transaction
from engine.tombstones import Seal

COLLECTOR = "api"
"""The kind of source that programs fill."""
FILLED_BY_US = (COLLECTOR, "file")
"""Kinds of sources whose reviews the operator hands in himself; what another kind holds, its source said."""
STREAM = "api"


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedIn:
    """One review as a program tells it, with what its author agreed to."""

    record: Record
    """Its ``place`` is its own among those handed in together."""
    consent: Consent


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one of them."""

    fate: Fate
    review: Review | None = None
    """As it is kept now; None when it was refused."""
    problems: Sequence[Problem] = ()
    """Why it was refused, or which parts of it were left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counter:
    """Where programs hand in reviews."""

    store: Store
    rules: Rules
    policy: Sequence[ApprovalRule] = ()
    mining_delay: timedelta = timedelta(0)
    profile_delay: timedelta = PROFILE_DELAY
    collected: Collection[SourceId] = ()
    """Sources that are configured to be collected: nobody hands anything in in their name."""
    seal: Seal | None = None
    """Knows again what persons had erased."""

    def take_in(self, source_id: SourceId, handed: Sequence[HandedIn], *, by: str, now: datetime) -> list[Outcome]:
        """Takes in what can be, pending, and says of each what became of it, in the order in which they came.

        One that is refused stops no other. Those of one consent are one transaction; the same ones again change
        nothing. Raises RefusedError, with nothing changed, for a source that is filled by somebody else.
        """
        source = self._source(source_id)
        twice = _twice(handed)
        outcomes = {each.record.place: _refused_as_second(each) for each in handed if each.record.place in twice}
        by_consent: dict[Consent, list[Record]] = {}
        for each in handed:
            if each.record.place not in outcomes:
                by_consent.setdefault(each.consent, []).append(each.record)
        for consent, records in by_consent.items():
            outcomes |= self._of_one_consent(source, consent, records, by, now)
        return [outcomes[each.record.place] for each in handed]

    def _source(self, wanted: SourceId) -> Source:
        if wanted in self.collected:
            raise RefusedError(f"the source {wanted!r} is collected; nothing is handed in in its name")
        with self.store.writing() as transaction:
            known = transaction.sources.find(wanted)
            if known is None:
                known = Source(id=wanted, collector=COLLECTOR, rights=OWN)
                transaction.sources.save(known)
        if known.collector not in FILLED_BY_US:
            raise RefusedError(f"the source {wanted!r} is filled by {known.collector}; hand reviews in under another")
        refuse_unless_storable(known.rights, known.id)
        return known

    def _of_one_consent(
        self, source: Source, consent: Consent, records: Sequence[Record], by: str, now: datetime
    ) -> Mapping[str, Outcome]:
        intake = Intake(
            source=source,
            consent=consent,
            rules=self.rules,
            policy=self.policy,
            mining_delay=self.mining_delay,
            profile_delay=self.profile_delay,
            seal=self.seal,
        )
        ids = {each.place: review_id(source.id, each.external_id) for each in records}
        with self.store.writing() as transaction:
            transaction.sources.lock(source.id)
            before = transaction.reviews.standing(list(ids.values()))
            report = intake.take_in(transaction, Batch(records=records, cursor=None), STREAM, now)
            after = transaction.reviews.among(list(ids.values()))
            _write_down(transaction, source, report.taken + report.changed, by, now)
        told = _by_place(records, report.problems)
        return {
            each.place: _outcome(each, before.get(ids[each.place]), ids[each.place], after, told[each.place])
            for each in records
        }


def _outcome(
    record: Record,
    before: str | None,
    which: ReviewId,
    after: Mapping[ReviewId, FiledReview],
    problems: Sequence[Problem],
) -> Outcome:
    filed = after.get(which)
    if filed is None and not problems:
        return Outcome(fate=Fate.REFUSED, problems=[_erased(record)])
    if filed is None or any(each.severity is Severity.ERROR for each in problems):
        return Outcome(fate=Fate.REFUSED, problems=problems)
    said = content_hash(record)
    # What its author took back is not kept again, whatever is said of it.
    is_kept = filed.content_hash == said != before
    fate = Fate.NEW if before is None else Fate.CHANGED if is_kept else Fate.UNCHANGED
    return Outcome(fate=fate, review=filed.review, problems=problems)


def _twice(handed: Sequence[HandedIn]) -> set[str]:
    """The places of those that come a second time, by the id that their source gives them."""
    seen: set[str] = set()
    found: set[str] = set()
    for each in handed:
        if each.record.external_id in seen:
            found.add(each.record.place)
        seen.add(each.record.external_id)
    return found


def _refused_as_second(handed: HandedIn) -> Outcome:
    problem = Problem(
        rule="intake-external-id",
        severity=Severity.ERROR,
        path=f"{handed.record.place}, field external_id",
        message="comes twice in one request",
        fix="send each review once",
    )
    return Outcome(fate=Fate.REFUSED, problems=[problem])


def _erased(record: Record) -> Problem:
    return Problem(
        rule="intake-erased",
        severity=Severity.ERROR,
        path=record.place,
        message="its person had everything erased, so nothing of it is kept",
        fix="let the person in again with plaudit person readmit, once they have asked for that",
    )


def _by_place(records: Sequence[Record], problems: Sequence[Problem]) -> dict[str, list[Problem]]:
    """Each problem with the record it was found in: its path begins with the place and a comma."""
    found: dict[str, list[Problem]] = {each.place: [] for each in records}
    for each in problems:
        place = each.path.partition(", ")[0]
        if place in found:
            found[place].append(each)
    return found


def _write_down(transaction: Transaction, source: Source, count: int, by: str, now: datetime) -> None:
    if count:
        change = Change(at=now, by=by, action="review.receive", about=f"source/{source.id}", after={"count": count})
        transaction.audit.add(change)
