"""Taking in: records become clean pending reviews; a batch and its cursor are saved together or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from engine.batch_changes import Changes, merged
from engine.buried import buried
from engine.cleaning import Cleaned, clean, content_hash
from engine.domain import (
    ApprovalRule,
    Batch,
    Consent,
    Event,
    EventKind,
    Problem,
    Record,
    Review,
    ReviewId,
    Rights,
    Source,
    Standing,
    State,
    Subject,
    SubjectId,
    digest,
    review_id,
)
from engine.errors import RefusedError
from engine.fields import UNWRITABLE, Rules
from engine.moderation import decision_event
from engine.outbox import PROFILE_DELAY, mark_changed
from engine.rights import class_of, refuse_unless_storable
from engine.source_deletions import apply as apply_deletions
from engine.store import FiledReview, RawRecord, Store, Transaction
from engine.takedown import take_words_away
from engine.tombstones import Seal

MOST_LISTED = 10_000
"""Problems that a report lists: a file may have millions of broken rows, and memory has no place for all of them."""


@dataclass(slots=True)
class Report:
    """What became of the records: each is counted once, or listed with its reasons."""

    taken: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: int = 0
    approved: int = 0
    """Of those taken or changed, how many a policy approved at once."""
    erased: int = 0
    """Passed over: their persons had them erased."""
    problems: list[Problem] = field(default_factory=list)
    unlisted: int = 0
    """Problems beyond the most that are listed."""

    @property
    def seen(self) -> int:
        return self.taken + self.changed + self.unchanged + self.refused + self.erased

    def add(self, other: Report) -> None:
        self.taken += other.taken
        self.changed += other.changed
        self.unchanged += other.unchanged
        self.refused += other.refused
        self.approved += other.approved
        self.erased += other.erased
        room = max(0, MOST_LISTED - len(self.problems))
        self.problems += other.problems[:room]
        self.unlisted += other.unlisted + len(other.problems[room:])


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """Takes batches of one source in."""

    source: Source
    consent: Consent
    rules: Rules
    policy: Sequence[ApprovalRule] = ()
    mining_delay: timedelta = timedelta(0)
    profile_delay: timedelta = PROFILE_DELAY
    seal: Seal | None = None
    """Knows what was erased; None takes everything in, and belongs to no instance."""

    def take_in(self, transaction: Transaction, batch: Batch, stream: str, now: datetime) -> Report:
        """Saves a batch with its cursor in the caller's transaction.

        Rows are locked in one order by all who write reviews: the source, its reviews, subjects, marks, summaries,
        snippets, and among their like by their ids. So nobody waits for somebody who waits for him.
        """
        report = Report(refused=len(batch.problems), problems=list(batch.problems))
        work = _Sorted(report)
        transaction.sources.lock(self.source.id)
        standing = transaction.reviews.standing([self._id(each) for each in batch.records])
        unknown = [each for each in batch.records if self._id(each) not in standing]
        gone = buried(transaction, self.seal, self.source.id, self.consent, unknown)
        for record in batch.records:
            if record.external_id in gone:
                report.erased += 1
                continue
            self._sort(record, standing, work, now)
        taken = self._filed(transaction, work, now)
        self._save(transaction, work, taken, now)
        transaction.cursors.save(self.source.id, stream, batch.cursor, now)
        report.approved = len(taken.approved)
        apply_deletions(transaction, self.source, batch.deleted, now, mining_delay=self.mining_delay)
        return report

    def try_out(self, record: Record, now: datetime) -> tuple[Cleaned | None, list[Problem]]:
        """What would come in of a record, or everything that is wrong with it; nothing is saved."""
        return clean(record, self.source, self.consent, self.rules, now)

    def _id(self, record: Record) -> ReviewId:
        return review_id(self.source.id, record.external_id)

    def _sort(self, record: Record, standing: dict[ReviewId, str], work: _Sorted, now: datetime) -> None:
        said = content_hash(record)
        known = standing.get(self._id(record))
        if known == said:
            work.report.unchanged += 1
            if self.source.rights.max_age is not None:
                work.told_again.add(self._id(record))
            return
        cleaned, problems = clean(record, self.source, self.consent, self.rules, now)
        work.report.problems += problems
        if cleaned is None:
            work.report.refused += 1
            return
        which = cleaned.review.id
        standing[which] = said
        # The same id twice in one batch: the later one is what the source says now.
        work.report.changed += which in work.fresh or which in work.known
        place = work.fresh if known is None or which in work.fresh else work.known
        place[which] = _Kept(cleaned, said, record.payload, record.read_first)

    def _filed(self, transaction: Transaction, work: _Sorted, now: datetime) -> Changes:
        taken = Changes()
        for each in work.fresh.values():
            taken.add(None, self._file(each.cleaned.review, each.said), self._policy_for(each), now)
        before = transaction.reviews.among([*work.known, *work.told_again.difference(work.fresh)])
        for which, kept in work.known.items():
            old = before[which]
            if old.review.state is State.WITHDRAWN and old.review.standing is not Standing.DELETED:
                # The author took it back: what the source still says about it is not kept.
                work.report.unchanged += 1
                continue
            new = self._merged(old.review, kept.cleaned.review)
            taken.add(old, self._file(new, kept.said), self._policy_for(kept), now)
        taken.told_again = [before[each] for each in sorted(work.told_again.difference(work.fresh, work.known))]
        work.report.taken += len(taken.fresh)
        work.report.changed += len(taken.changed)
        return taken

    def _policy_for(self, kept: _Kept) -> Sequence[ApprovalRule]:
        return () if kept.read_first else self.policy

    def _merged(self, old: Review, new: Review) -> Review:
        if old.state is State.WITHDRAWN:
            # Its source deleted it, and now tells it again.
            return replace(new, consent=replace(new.consent, taken_back=old.consent.taken_back))
        together = merged(old, new)
        return together if self.source.rights.max_age is None else replace(together, received_at=new.received_at)

    def _file(self, review: Review, said: str) -> FiledReview:
        return FiledReview(review=review, rights_class=class_of(review, self.source.rights), content_hash=said)

    def _save(self, transaction: Transaction, work: _Sorted, taken: Changes, now: datetime) -> None:
        named = _save_subjects(transaction, [each.cleaned.subject for each in work.kept()])
        visible = taken.visible(self.source.rights, now)
        mark_changed(
            transaction,
            {each.subject_id for each in visible},
            now=now,
            mining_delay=self.mining_delay,
            profile_delay=self.profile_delay,
            reviews=visible,
            # A subject has a page from its first mention on: nobody's page is missing while its reviews wait.
            pages=named,
        )
        transaction.reviews.insert(sorted(taken.fresh, key=lambda each: each.review.id))
        transaction.reviews.keep_earlier([old.review for old in taken.rewritten()], now)
        transaction.reviews.replace([new for _, new in taken.changed])
        transaction.reviews.renew([each.review.id for each in taken.told_again], now)
        silenced = [*taken.silenced(), *self._save_media(transaction, taken)]
        transaction.summaries.apply(taken.tally())
        take_words_away(transaction, silenced, now)
        saved = {each.review.id for each in taken.saved()}
        kept = [each for each in work.kept() if each.cleaned.review.id in saved]
        transaction.reviews.keep_raw([each.raw(now) for each in kept])
        transaction.reviews.keep_contacts({each.cleaned.review.id: each.cleaned.contact for each in kept})
        transaction.events.add(self._events(taken, now))

    def _save_media(self, transaction: Transaction, taken: Changes) -> list[Review]:
        """Returns the reviews of which an approved picture is gone."""
        transaction.media.insert({each.review.id: each.review.media for each in taken.fresh if each.review.media})
        lost = transaction.media.replace({new.review.id: new.review.media for _, new in taken.changed})
        return [old.review for old, _ in taken.changed if old.review.id in lost]

    def _events(self, taken: Changes, now: datetime) -> list[Event]:
        by = f"source {self.source.id}"
        events = [
            Event(
                kind=EventKind.REVIEW_CHANGED,
                at=now,
                by=by,
                subject_id=new.review.subject_id,
                review_id=new.review.id,
                details={
                    "was": old.review.state,
                    "is": State.PENDING if new.review.id in taken.approved else new.review.state,
                },
            )
            for old, new in taken.changed
        ]
        if taken.fresh:
            received: dict[str, str | int] = {"source": self.source.id, "count": len(taken.fresh)}
            events.append(Event(kind=EventKind.REVIEW_RECEIVED, at=now, by=by, details=received))
        return events + [decision_event(each) for each in taken.approved.values()]


@dataclass(frozen=True, slots=True)
class _Kept:
    cleaned: Cleaned
    said: str
    payload: str
    read_first: bool

    def raw(self, now: datetime) -> RawRecord:
        return RawRecord(
            review_id=self.cleaned.review.id,
            hash=digest(self.payload),
            fetched_at=now,
            payload=UNWRITABLE.sub("\ufffd", self.payload),
        )


@dataclass(slots=True)
class _Sorted:
    """The records of a batch that have to be written, by whether their review is new."""

    report: Report
    fresh: dict[ReviewId, _Kept] = field(default_factory=dict)
    known: dict[ReviewId, _Kept] = field(default_factory=dict)
    told_again: set[ReviewId] = field(default_factory=set)
    """Reviews that did not change, and whose copies are good for longer because their source told them again."""

    def kept(self) -> list[_Kept]:
        return [*self.fresh.values(), *self.known.values()]


def register(store: Store, source: Source) -> Source:
    """Makes a source known, or finds it.

    Raises ForbiddenRightError when its reviews may not be stored, and RefusedError when it is known with other rights:
    those change what is published, so they are changed on purpose and not by an import.
    """
    refuse_unless_storable(source.rights, source.id)
    with store.writing() as transaction:
        known = transaction.sources.find(source.id)
        if known is None:
            transaction.sources.save(source)
            return source
    _refuse_other_rights(known, source.rights)
    return known


def run(
    store: Store,
    intake: Intake,
    batches: Callable[[str | None], Iterable[Batch]],
    stream: str,
    *,
    now: datetime,
    progress: Callable[[int], None] = lambda _: None,
) -> Report:
    """Takes in whatever a stream holds after its saved cursor; can be stopped at any time and run again.

    ``progress`` is called after each batch with the number of its records.
    """
    with store.reading() as transaction:
        cursor = transaction.cursors.find(intake.source.id, stream)
    report = Report()
    for batch in batches(cursor):
        with store.writing() as transaction:
            taken = intake.take_in(transaction, batch, stream, now)
        report.add(taken)
        progress(taken.seen)
    return report


def _refuse_other_rights(known: Source, rights: Rights) -> None:
    if _terms(known.rights) != _terms(rights):
        raise RefusedError(
            f"the source {known.id!r} is known with rights {known.rights.profile!r}, not {rights.profile!r};"
            f" import with --rights {known.rights.profile}, or change them first: plaudit rights {known.id} PROFILE"
        )


def _terms(rights: Rights) -> Rights:
    """What it allows, without where that is written: a later release may have looked it up again."""
    return replace(rights, because="", evidence=(), checked=None)


def _save_subjects(transaction: Transaction, subjects: Sequence[Subject]) -> list[SubjectId]:
    """Makes new subjects known; one that is known keeps its name, unless all it had was its id.

    Returns those that were written.
    """
    wanted: dict[SubjectId, Subject] = {}
    for each in subjects:
        if each.id not in wanted or (wanted[each.id].name == each.id != each.name):
            wanted[each.id] = each
    known = transaction.subjects.among(list(wanted))
    new = [each for each in wanted.values() if each.id not in known]
    named = [
        replace(known[each.id], name=each.name)
        for each in wanted.values()
        if each.id in known and known[each.id].name == each.id != each.name
    ]
    transaction.subjects.save([*new, *named])
    return [each.id for each in (*new, *named)]
