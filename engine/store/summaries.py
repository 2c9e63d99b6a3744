"""Rating summaries: kept up to date by the write itself, and rebuilt from the reviews when asked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, Subquery, delete, func, insert, select, union_all
from sqlalchemy.sql import ColumnElement

from engine.domain import RatingSummary, RightsClass, SourceId, SubjectId
from engine.store.connect import upsert
from engine.store.freshness import NO_AGE, Oldest, ages_and_is_fresh, is_too_old
from engine.store.review_rows import FiledReview
from engine.store.tables import rating_summary, review
from engine.store.values import maybe_from_micros, to_micros

COUNTS = ("reviews", "rated", "with_text", "hundredths", "one", "two", "three", "four", "five")

Key = tuple[SubjectId, SourceId, RightsClass]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptSummary:
    """The summary of one subject's shown reviews from one source."""

    source_id: SourceId
    rights_class: RightsClass
    reviews: int
    summary: RatingSummary


class Tally:
    """Adds and takes away shown reviews in memory, so that a batch is one statement."""

    def __init__(self) -> None:
        self._counts: defaultdict[Key, list[int]] = defaultdict(lambda: [0] * len(COUNTS))

    def add(self, filed: FiledReview) -> None:
        self._count(filed, 1)

    def take_away(self, filed: FiledReview) -> None:
        self._count(filed, -1)

    def rows(self) -> list[dict[str, Any]]:
        return [
            {
                "subject_id": subject,
                "source_id": source,
                "rights_class": rights_class,
                **dict(zip(COUNTS, counts, strict=True)),
            }
            for (subject, source, rights_class), counts in sorted(self._counts.items())
            if any(counts)
        ]

    def _count(self, filed: FiledReview, by: int) -> None:
        if not filed.is_shown:
            return
        each = filed.review
        counts = self._counts[(each.subject_id, each.source_id, filed.rights_class)]
        counts[0] += by
        counts[2] += by if each.has_text else 0
        if each.rating:
            counts[1] += by
            counts[3] += by * each.rating.hundredths
            counts[3 + each.rating.star] += by


class Summaries:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def apply(self, tally: Tally) -> None:
        """Adds what was tallied to what is kept."""
        rows = tally.rows()
        if not rows:
            return
        statement = upsert(self._connection, rating_summary)
        changes = {name: rating_summary.c[name] + statement.excluded[name] for name in COUNTS}
        self._connection.execute(
            statement.on_conflict_do_update(index_elements=["subject_id", "source_id", "rights_class"], set_=changes),
            rows,
        )

    def of(self, subject: SubjectId, oldest: Oldest = NO_AGE) -> list[KeptSummary]:
        return self.of_all([subject], oldest)[subject]

    def of_all(self, subjects: Sequence[SubjectId], oldest: Oldest = NO_AGE) -> Mapping[SubjectId, list[KeptSummary]]:
        """The summaries of each subject, by source; an empty list for one that nothing is shown of.

        ``oldest`` has the sources whose terms set a maximum age: of these, what was received at or before the time is
        not counted.
        """
        statement = (
            select(rating_summary)
            .where(rating_summary.c.subject_id.in_(subjects), rating_summary.c.reviews > 0)
            .order_by(rating_summary.c.subject_id, rating_summary.c.source_id, rating_summary.c.rights_class)
        )
        found: dict[SubjectId, list[KeptSummary]] = {each: [] for each in subjects}
        ageing: set[SubjectId] = set()
        for row in self._connection.execute(statement):
            if SourceId(row.source_id) in oldest:
                ageing.add(SubjectId(row.subject_id))
            else:
                found[SubjectId(row.subject_id)].append(_kept(row))
        if ageing:
            for row in self._connection.execute(_counting(review.c.subject_id.in_(ageing), ages_and_is_fresh(oldest))):
                found[SubjectId(row.subject_id)].append(_kept(row))
            for each in ageing:
                found[each].sort(key=lambda kept: (kept.source_id, kept.rights_class))
        return found

    def classes(self) -> set[tuple[SourceId, RightsClass]]:
        """The sources of which anything is kept as shown, each with the classes that it counts for."""
        columns = (rating_summary.c.source_id, rating_summary.c.rights_class)
        statement = select(*columns).where(rating_summary.c.reviews > 0).distinct()
        return {(SourceId(source), RightsClass(each)) for source, each in self._connection.execute(statement)}

    def earliest(self, subject: SubjectId, source: SourceId, after: datetime) -> datetime | None:
        """When the oldest copy was received that is shown of a source and was received after a time."""
        statement = select(func.min(review.c.received_at)).where(
            review.c.subject_id == subject,
            review.c.shown,
            review.c.source_id == source,
            review.c.received_at > to_micros(after),
        )
        return maybe_from_micros(self._connection.scalar(statement))

    def too_old(self, oldest: Oldest) -> dict[SubjectId, str]:
        """For each subject, a mark that moves when another of its shown reviews becomes too old or is told again.

        No event says that: it comes with time.
        """
        seconds = func.sum(review.c.received_at // 1_000_000)
        statement = (
            select(review.c.subject_id, func.count(), seconds)
            .where(review.c.shown, is_too_old(oldest))
            .group_by(review.c.subject_id)
        )
        return {SubjectId(subject): f"{count} {since}" for subject, count, since in self._connection.execute(statement)}

    def most_rated(self, wanted: RightsClass, limit: int, oldest: Oldest = NO_AGE) -> list[SubjectId]:
        """The subjects with the most ratings of a class, most first; how high these are is not looked at."""
        counts = _fresh(wanted, oldest)
        statement = (
            select(counts.c.subject_id)
            .group_by(counts.c.subject_id)
            .order_by(func.sum(counts.c.rated).desc(), counts.c.subject_id)
            .limit(limit)
        )
        return [SubjectId(each) for each in self._connection.scalars(statement)]

    def of_everything(self, wanted: RightsClass, oldest: Oldest = NO_AGE) -> tuple[RatingSummary, int]:
        """All ratings of a class as one summary, and of how many subjects they are."""
        counts = _fresh(wanted, oldest)
        sums = [func.coalesce(func.sum(counts.c[name]), 0) for name in COUNTS[1:]]
        statement = select(func.count(counts.c.subject_id.distinct()), *sums)
        subjects, rated, with_text, hundredths, *stars = (
            int(each) for each in self._connection.execute(statement).one()
        )
        one, two, three, four, five = stars
        summary = RatingSummary(
            rated=rated, with_text=with_text, hundredths=hundredths, histogram=(one, two, three, four, five)
        )
        return summary, subjects

    def all(self) -> Mapping[Key, tuple[int, ...]]:
        """Every summary that counts anything, as plain numbers, to be compared."""
        rows = self._connection.execute(select(rating_summary).where(rating_summary.c.reviews > 0))
        return {_key(row): tuple(getattr(row, name) for name in COUNTS) for row in rows}

    def rebuild(self) -> None:
        """Throws all summaries away and counts them anew from the reviews."""
        self._connection.execute(delete(rating_summary))
        rows = [
            {
                "subject_id": key[0],
                "source_id": key[1],
                "rights_class": key[2],
                **dict(zip(COUNTS, counts, strict=True)),
            }
            for key, counts in self.counted().items()
        ]
        if rows:
            self._connection.execute(insert(rating_summary), rows)

    def counted(self) -> Mapping[Key, tuple[int, ...]]:
        """What the summaries should be, counted from the reviews."""
        return {_key(row): tuple(int(each) for each in row[3:]) for row in self._connection.execute(_counting())}


def _counting(*conditions: ColumnElement[bool]) -> Select[Any]:
    """Counts shown reviews by subject, source and class, under the names of the summary's columns."""
    key = (review.c.subject_id, review.c.source_id, review.c.rights_class)
    counts = [
        func.count(),
        func.count(review.c.hundredths),
        func.count().filter((review.c.body != "") | (func.coalesce(review.c.title, "") != "")),
        func.coalesce(func.sum(review.c.hundredths), 0),
        *(func.count().filter(review.c.star == star) for star in range(1, 6)),
    ]
    named = [count.label(name) for count, name in zip(counts, COUNTS, strict=True)]
    return select(*key, *named).where(review.c.shown, *conditions).group_by(*key)


def _fresh(wanted: RightsClass, oldest: Oldest) -> Subquery:
    """The summaries of a class that count anything; of sources whose terms set a maximum age, what is fresh is counted.

    A reader may count again for a few sources; the summary of all others is one row for a subject.
    """
    columns = (rating_summary.c.subject_id, *(rating_summary.c[name] for name in COUNTS))
    kept = select(*columns).where(
        rating_summary.c.rights_class == wanted,
        rating_summary.c.reviews > 0,
        rating_summary.c.source_id.not_in(list(oldest)),
    )
    if not oldest:
        return kept.subquery()
    counted = _counting(review.c.rights_class == wanted, ages_and_is_fresh(oldest)).subquery()
    return union_all(kept, select(counted.c.subject_id, *(counted.c[name] for name in COUNTS))).subquery()


def _key(row: Row[Any]) -> Key:
    return SubjectId(row.subject_id), SourceId(row.source_id), RightsClass(row.rights_class)


def _kept(row: Row[Any]) -> KeptSummary:
    return KeptSummary(
        source_id=SourceId(row.source_id),
        rights_class=RightsClass(row.rights_class),
        reviews=row.reviews,
        summary=RatingSummary(
            rated=row.rated,
            with_text=row.with_text,
            hundredths=int(row.hundredths),
            histogram=(row.one, row.two, row.three, row.four, row.five),
        ),
    )


def total(kept: Iterable[KeptSummary]) -> RatingSummary:
    """The summaries of several sources as one."""
    added = RatingSummary()
    for each in kept:
        added += each.summary
    return added
