"""Reviews that programs hand in: each is taken in like whatever is collected, and each is told what became of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
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
    SubjectId,
    review_id,
)
from engine.domain.forms import FORM_SOURCES
from engine.errors import RefusedError
from engine.fields import Rules
from engine.intake import Intake
from engine.outbox import PROFILE_DELAY
from engine.rights import OWN, refuse_unless_storable
from engine.rights.consent import RESERVED
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

    def take_in(
        self,
        source_id: SourceId,
        handed: Sequence[HandedIn],
        *,
        by: str,
        now: datetime,
        within: AbstractSet[SubjectId] = frozenset(),
    ) -> list[Outcome]:
        """Takes in what can be, pending, and says of each what became of it, in the order in which they came.

        ``within`` are the only subjects whose reviews the sender may overwrite; empty: all. One that is refused stops
        no other. Those of one consent are one transaction; the same ones again change nothing. Raises RefusedError,
        with nothing changed, for a source that is filled by somebody else.
        """
        source = self._source(source_id)
        twice = _twice(handed)
        outcomes = {each.record.place: _refused_as_second(each) for each in handed if each.record.place in twice}
        outcomes |= {each.record.place: _reworded(each) for each in handed if each.consent.wording.startswith(RESERVED)}
        by_consent: dict[Consent, list[Record]] = {}
        for each in handed:
            if each.record.place not in outcomes:
                by_consent.setdefault(each.consent, []).append(each.record)
        for consent, records in by_consent.items():
            outcomes |= self._of_one_consent(source, consent, records, by, now, within)
        return [outcomes[each.record.place] for each in handed]

    def _source(self, wanted: SourceId) -> Source:
        if wanted in self.collected:
            raise RefusedError(f"the source {wanted!r} is collected; nothing is handed in in its name")
        # Also before its first review, when it is no known source yet.
        if wanted.startswith(FORM_SOURCES):
            raise RefusedError(f"the source {wanted!r} is that of a form; hand reviews in under another")
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
        self,
        source: Source,
        consent: Consent,
        records: Sequence[Record],
        by: str,
        now: datetime,
        within: AbstractSet[SubjectId],
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
            barred = _about_others(transaction, list(ids.values()), within)
            ours = [each for each in records if ids[each.place] not in barred]
            report = intake.take_in(transaction, Batch(records=ours, cursor=None), STREAM, now)
            after = transaction.reviews.among(list(ids.values()))
            _write_down(transaction, source, report.taken + report.changed, by, now)
        told = _by_place(ours, report.problems)
        return {each.place: _out_of_reach(each) for each in records if ids[each.place] in barred} | {
            each.place: _with_other_consent(
                _outcome(each, before.get(ids[each.place]), ids[each.place], after, told[each.place]), each, consent
            )
            for each in ours
        }


def _about_others(
    transaction: Transaction, wanted: Sequence[ReviewId], within: AbstractSet[SubjectId]
) -> AbstractSet[ReviewId]:
    """Those of the wanted that are kept as reviews of subjects beyond those that a sender reaches."""
    if not within:
        return frozenset()
    kept = transaction.reviews.among(wanted)
    return {which for which, filed in kept.items() if filed.review.subject_id not in within}


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


def _with_other_consent(outcome: Outcome, record: Record, consent: Consent) -> Outcome:
    """Says so where an author is told to have agreed to something else than before: that is not kept."""
    if outcome.review is None or outcome.review.consent.uses == consent.uses:
        return outcome
    problem = Problem(
        rule="intake-consent",
        severity=Severity.WARNING,
        path=f"{record.place}, field consent",
        message="is another one than this review came with, which stays",
        fix="take uses back by withdrawing the consent to them",
    )
    return replace(outcome, problems=[*outcome.problems, problem])


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
    return _refusal(
        "intake-external-id", handed.record, "external_id", "comes twice in one request", fix="send each review once"
    )


def _reworded(handed: HandedIn) -> Outcome:
    message, fix = "begins with words that only this instance writes", "say what the author was shown"
    return _refusal("intake-consent", handed.record, "consent.wording", message, fix=fix)


def _out_of_reach(record: Record) -> Outcome:
    message = "is the id of a review about a subject that this key does not reach"
    return _refusal("access-subject", record, "external_id", message, fix="use another id, or a key that reaches it")


def _refusal(rule: str, record: Record, field: str, message: str, *, fix: str) -> Outcome:
    """One review that is not taken in, because of one field."""
    path = f"{record.place}, field {field}"
    problem = Problem(rule=rule, severity=Severity.ERROR, path=path, message=message, fix=fix)
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
