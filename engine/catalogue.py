"""Taking in a catalogue: what a shop knows of its subjects beyond their reviews."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from engine.auditing import imported
from engine.catalogue_rows import read_subject
from engine.cleaning import subject_id
from engine.domain import Problem, Scope
from engine.outbox import Work, page_key
from engine.store import Store
from engine.text import clean_line

BATCH = 500
OPERATOR = "operator"
"""Whoever uses the command."""


@dataclass(slots=True, kw_only=True)
class CatalogueReport:
    """What came of a catalogue, row by row."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: int = 0
    problems: list[Problem] = field(default_factory=list)


def take_in(
    store: Store,
    rows: Iterable[tuple[str, Mapping[str, str]]],
    now: datetime,
    progress: Callable[[int], None],
    *,
    by: str = OPERATOR,
) -> CatalogueReport:
    """Keeps what rows tell, each a place and its fields, and marks the pages that it changes.

    Each five hundred rows are one transaction: after an interruption the same file is simply taken in again.
    """
    report = CatalogueReport()
    batch: list[tuple[str, Mapping[str, str]]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == BATCH:
            _keep(store, batch, report, now, by)
            progress(len(batch))
            batch = []
    _keep(store, batch, report, now, by)
    progress(len(batch))
    return report


def _keep(
    store: Store, rows: Sequence[tuple[str, Mapping[str, str]]], report: CatalogueReport, now: datetime, by: str
) -> None:
    with store.writing() as transaction:
        ids = {subject_id(clean_line(fields.get("id", ""))) for _, fields in rows}
        before = dict(transaction.subjects.among(sorted(ids)))
        after = dict(before)
        for place, fields in rows:
            read, problems = read_subject(fields, lambda called: after.get(subject_id(called)), place)
            report.problems += problems
            if read is None:
                report.refused += 1
            else:
                report.new += read.id not in after
                report.changed += read.id in after and after[read.id] != read
                report.unchanged += after.get(read.id) == read
                after[read.id] = read
        moved = [each for key, each in after.items() if before.get(key) != each]
        # First the marks: their rows are what a publisher in flight and this transaction meet at.
        about = transaction.collections.about(each.id for each in moved)
        transaction.marks.set(Work.PUBLISH, (page_key(Scope.COLLECTION, each) for each in about), now)
        transaction.marks.set(Work.PUBLISH, (page_key(Scope.SUBJECT, each.id) for each in moved), now)
        transaction.subjects.save(moved)
        transaction.audit.add(*(imported(before.get(each.id), each, by=by, at=now) for each in moved))
