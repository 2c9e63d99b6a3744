"""Collections: what a person picked, in which order, and how much of it visitors can see."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, delete, func, insert, select, update

from engine.domain import Collection, CollectionId, Review, ReviewId, SubjectId
from engine.errors import BadValueError, NotFoundError
from engine.store.freshness import Oldest, none_too_old
from engine.store.naming import ids_named
from engine.store.review_rows import from_row
from engine.store.tables import collection, collection_review, review
from engine.store.values import to_micros

AT_ONCE = 1000
"""Ids in one statement."""
CURSOR = re.compile(r"picked~(?P<position>[0-9]{1,9})")


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectionCounts:
    """How much of a collection visitors can see."""

    subjects: int = 0
    reviews: int = 0


class Collections:
    """Reads and writes collections; in a transaction that writes, one that is found is locked until its end."""

    def __init__(self, connection: Connection, *, locks: bool) -> None:
        self._connection = connection
        self._locks = locks

    def create(self, wanted: Collection, at: datetime) -> None:
        row = {"id": wanted.id, "name": wanted.name, "created_at": to_micros(at)}
        self._connection.execute(insert(collection), [row])
        self._put(wanted)

    def change(self, wanted: Collection) -> None:
        """Writes the name, the reviews and their order in place of what was there."""
        self._connection.execute(update(collection).where(collection.c.id == wanted.id).values(name=wanted.name))
        self._connection.execute(delete(collection_review).where(collection_review.c.collection_id == wanted.id))
        self._put(wanted)

    def delete(self, wanted: CollectionId) -> None:
        self._connection.execute(delete(collection_review).where(collection_review.c.collection_id == wanted))
        self._connection.execute(delete(collection).where(collection.c.id == wanted))

    def find(self, wanted: CollectionId) -> Collection:
        statement = select(collection).where(collection.c.id == wanted)
        row = self._connection.execute(statement.with_for_update() if self._locks else statement).one_or_none()
        if row is None:
            raise NotFoundError(f"there is no collection {wanted!r}")
        return Collection(id=wanted, name=row.name, reviews=self._picked([wanted])[wanted])

    def page(self, *, after: str = "", limit: int = 100) -> list[Collection]:
        """Up to ``limit`` collections in the order of their ids, from after the id ``after``."""
        statement = select(collection).where(collection.c.id > after).order_by(collection.c.id).limit(limit)
        return self._of(statement)

    def named(self, part: str, *, limit: int = 100) -> list[Collection]:
        """Up to ``limit`` collections with this in their id or name, in the order of their ids.

        Small and capital letters are one, and so are those with and without marks.
        """
        ids = ids_named(self._connection, collection, part, limit)
        return self._of(select(collection).where(collection.c.id.in_(ids)).order_by(collection.c.id))

    def ids(self) -> list[CollectionId]:
        statement = select(collection.c.id).order_by(collection.c.id)
        return [CollectionId(each) for each in self._connection.scalars(statement)]

    def of_reviews(self, reviews: Iterable[ReviewId]) -> list[CollectionId]:
        """The collections that hold one of the reviews."""
        return self._holding(collection_review.c.review_id, reviews)

    def about(self, subjects: Iterable[SubjectId]) -> list[CollectionId]:
        """The collections that hold a review of one of the subjects, shown or not."""
        # Asked of each picked review, of which there are few, and not of each review of a subject.
        subject = select(review.c.subject_id).where(review.c.id == collection_review.c.review_id).scalar_subquery()
        return self._holding(subject, subjects)

    def counts(self, wanted: Sequence[CollectionId], oldest: Oldest) -> dict[CollectionId, CollectionCounts]:
        """Shown reviews of each collection, and subjects that they are about."""
        found = dict.fromkeys(wanted, CollectionCounts())
        which = collection_review.c.collection_id
        counted = select(which, func.count(review.c.subject_id.distinct()), func.count()).group_by(which)
        for some in _portions(wanted):
            for each, subjects, reviews in self._connection.execute(_shown(counted, oldest).where(which.in_(some))):
                found[CollectionId(each)] = CollectionCounts(subjects=subjects, reviews=reviews)
        return found

    def subjects(self, wanted: CollectionId, oldest: Oldest) -> list[tuple[SubjectId, int]]:
        """What the shown reviews of a collection are about and how many there are of each, most first."""
        often = func.count()
        statement = (
            _shown(select(review.c.subject_id, often), oldest)
            .where(collection_review.c.collection_id == wanted)
            .group_by(review.c.subject_id)
            .order_by(often.desc(), review.c.subject_id)
        )
        return [(SubjectId(subject), count) for subject, count in self._connection.execute(statement)]

    def shown(
        self, wanted: CollectionId, *, after: str | None = None, limit: int, oldest: Oldest
    ) -> tuple[list[Review], str | None]:
        """Up to ``limit`` shown reviews in the order of the collection, and the cursor of what follows, if anything.

        Raises BadValueError when ``after`` is not a cursor that this gave.
        """
        place = collection_review.c.position
        statement = (
            _shown(select(review, place), oldest)
            .where(collection_review.c.collection_id == wanted, place > _passed(after))
            .order_by(place)
            .limit(limit + 1)
        )
        rows = self._connection.execute(statement).all()
        following = f"picked~{rows[limit - 1].position}" if len(rows) > limit else None
        return [from_row(row).review for row in rows[:limit]], following

    def _of(self, statement: Select[Any]) -> list[Collection]:
        rows = self._connection.execute(statement).all()
        picked = self._picked([CollectionId(row.id) for row in rows])
        return [Collection(id=CollectionId(row.id), name=row.name, reviews=picked[row.id]) for row in rows]

    def _put(self, wanted: Collection) -> None:
        rows = [
            {"collection_id": wanted.id, "review_id": each, "position": position}
            for position, each in enumerate(wanted.reviews, start=1)
        ]
        if rows:
            self._connection.execute(insert(collection_review), rows)

    def _picked(self, wanted: Sequence[CollectionId]) -> Mapping[str, tuple[ReviewId, ...]]:
        statement = (
            select(collection_review)
            .where(collection_review.c.collection_id.in_(wanted))
            .order_by(collection_review.c.collection_id, collection_review.c.position)
        )
        found: defaultdict[str, list[ReviewId]] = defaultdict(list)
        for row in self._connection.execute(statement):
            found[row.collection_id].append(ReviewId(row.review_id))
        return {each: tuple(found[each]) for each in wanted}

    def _holding(self, column: Any, wanted: Iterable[str]) -> list[CollectionId]:
        found: set[CollectionId] = set()
        for some in _portions(sorted(set(wanted))):
            statement = select(collection_review.c.collection_id).where(column.in_(some)).distinct()
            found.update(CollectionId(each) for each in self._connection.scalars(statement))
        return sorted(found)


def _shown(statement: Select[Any], oldest: Oldest) -> Select[Any]:
    joined = collection_review.join(review, review.c.id == collection_review.c.review_id)
    return statement.select_from(joined).where(review.c.shown, *none_too_old(oldest))


def _passed(after: str | None) -> int:
    if after is None:
        return 0
    found = CURSOR.fullmatch(after)
    if found is None:
        raise BadValueError("after: this is not a cursor that a collection gave")
    return int(found["position"])


def _portions(ids: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(ids), AT_ONCE):
        yield ids[start : start + AT_ONCE]
