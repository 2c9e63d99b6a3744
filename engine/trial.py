"""Trials: what would become of a batch of records, one by one; nothing is saved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.buried import buried
from engine.cleaning import content_hash
from engine.domain import Batch, Problem, Record, Review, review_id
from engine.intake import Intake, Report
from engine.signals import Fate
from engine.store import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class TriedRow:
    """What would become of one record."""

    record: Record
    fate: Fate
    review: Review | None = None
    """As it would be kept; None where it would be refused."""
    problems: Sequence[Problem] = ()
    """Why it would be refused, or which parts of it left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What would become of a batch."""

    report: Report
    rows: Sequence[TriedRow]


def try_out(transaction: Transaction, intake: Intake, batch: Batch, now: datetime) -> Trial:
    """Those whose persons had them erased are counted, and are no rows."""
    ids = {each.external_id: review_id(intake.source.id, each.external_id) for each in batch.records}
    standing = transaction.reviews.standing(list(ids.values()))
    gone = buried(transaction, intake.seal, intake.source.id, intake.consent, batch.records)
    left = [each for each in batch.records if each.external_id not in gone]
    rows = [_tried(intake, each, standing.get(ids[each.external_id]), now) for each in left]
    report = Report(refused=len(batch.problems), problems=list(batch.problems), erased=len(batch.records) - len(left))
    for row in rows:
        report.add(_counted(row))
    return Trial(report=report, rows=rows)


def _tried(intake: Intake, record: Record, known: str | None, now: datetime) -> TriedRow:
    cleaned, problems = intake.try_out(record, now)
    if cleaned is None:
        return TriedRow(record=record, fate=Fate.REFUSED, problems=problems)
    fate = Fate.NEW if known is None else Fate.UNCHANGED if known == content_hash(record) else Fate.CHANGED
    return TriedRow(record=record, fate=fate, review=cleaned.review, problems=problems)


def _counted(row: TriedRow) -> Report:
    return Report(
        taken=row.fate is Fate.NEW,
        changed=row.fate is Fate.CHANGED,
        unchanged=row.fate is Fate.UNCHANGED,
        refused=row.fate is Fate.REFUSED,
        problems=list(row.problems),
    )
