"""Subjects and sources, kept and found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Row, delete, func, select

from engine.domain import ControlledBy, Source, SourceId, Subject, SubjectId, SubjectType
from engine.errors import NotFoundError
from engine.store.connect import upsert
from engine.store.naming import ids_named
from engine.store.subject_details import details_of, read_details
from engine.store.tables import (
    ask,
    faq_decision,
    monitored_page,
    phrase,
    profile_share,
    question,
    rating_summary,
    review,
    source,
    subject,
    text_summary,
)
from engine.store.values import from_json, rights_from_json, rights_to_json, to_json

# Whatever hangs on a subject was said or decided by somebody, or is made anew from that.
SAID = (review, question, faq_decision, monitored_page, ask)
MADE = (phrase, text_summary, profile_share, rating_summary)

MOST_AT_ONCE = 10_000
"""Values in one statement; both databases take three times as many."""


class Subjects:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def save(self, subjects: Iterable[Subject]) -> None:
        """Inserts or replaces each."""
        rows = [_to_row(each) for each in sorted(subjects, key=lambda each: each.id)]
        if not rows:
            return
        insert = upsert(self._connection, subject)
        changes = {name: insert.excluded[name] for name in rows[0] if name != "id"}
        self._connection.execute(insert.on_conflict_do_update(index_elements=["id"], set_=changes), rows)

    def find(self, wanted: SubjectId) -> Subject:
        row = self._connection.execute(select(subject).where(subject.c.id == wanted)).one_or_none()
        if row is None:
            raise NotFoundError(f"there is no subject {wanted!r}")
        return _from_row(row)

    def among(self, wanted: Sequence[SubjectId]) -> dict[SubjectId, Subject]:
        """Those of the wanted that there are."""
        rows = self._connection.execute(select(subject).where(subject.c.id.in_(wanted)))
        return {SubjectId(row.id): _from_row(row) for row in rows}

    def at(self, urls: Sequence[str]) -> list[Subject]:
        """Those whose own address is one of these, letter for letter."""
        found: list[Subject] = []
        for start in range(0, len(urls), MOST_AT_ONCE):
            wanted = subject.c.url.in_(urls[start : start + MOST_AT_ONCE])
            found += [_from_row(row) for row in self._connection.execute(select(subject).where(wanted))]
        return found

    def page(self, *, after: str = "", limit: int = 100) -> list[Subject]:
        """Up to ``limit`` subjects in the order of their ids, from after the id ``after``."""
        statement = select(subject).where(subject.c.id > after).order_by(subject.c.id).limit(limit)
        return [_from_row(row) for row in self._connection.execute(statement)]

    def named(self, part: str, *, limit: int = 100) -> list[Subject]:
        """Up to ``limit`` subjects with this in their id or name, in the order of their ids.

        Small and capital letters are one, and so are those with and without marks.
        """
        ids = [SubjectId(each) for each in ids_named(self._connection, subject, part, limit)]
        found = self.among(ids)
        return [found[each] for each in ids]

    def ids(self) -> list[SubjectId]:
        return [SubjectId(each) for each in self._connection.scalars(select(subject.c.id).order_by(subject.c.id))]

    def count(self) -> int:
        return self._connection.scalar(select(func.count()).select_from(subject)) or 0

    def is_spoken_of(self, wanted: SubjectId) -> bool:
        """Whether anything hangs on it that cannot be made anew: a review, a question, a decision, an invitation."""
        found = (select(each.c.subject_id).where(each.c.subject_id == wanted).limit(1) for each in SAID)
        return any(self._connection.scalar(each) is not None for each in found)

    def remove(self, wanted: SubjectId) -> None:
        """Forgets one that nothing hangs on but what was made of it."""
        for each in MADE:
            self._connection.execute(delete(each).where(each.c.subject_id == wanted))
        self._connection.execute(delete(subject).where(subject.c.id == wanted))


class Sources:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def save(self, wanted: Source) -> None:
        """Inserts or replaces it; whoever changes its rights also reclassifies its reviews."""
        insert = upsert(self._connection, source)
        row = {
            "id": wanted.id,
            "collector": wanted.collector,
            "rights": rights_to_json(wanted.rights),
            "options": to_json(dict(wanted.options)),
            "may_show": wanted.rights.may_show,
            "may_aggregate": wanted.rights.may_aggregate,
        }
        changes = {name: insert.excluded[name] for name in row if name != "id"}
        self._connection.execute(insert.on_conflict_do_update(index_elements=["id"], set_=changes), row)

    def find(self, wanted: SourceId) -> Source | None:
        row = self._connection.execute(select(source).where(source.c.id == wanted)).one_or_none()
        return None if row is None else _source(row)

    def lock(self, wanted: SourceId) -> None:
        """Waits until nobody else takes in reviews of this source, and holds it until this transaction ends.

        Reviews that hang on it can be decided about meanwhile: their foreign keys do not change.
        """
        statement = select(source.c.id).where(source.c.id == wanted)
        self._connection.execute(statement.with_for_update(key_share=True))

    def all(self) -> dict[SourceId, Source]:
        return {
            SourceId(row.id): _source(row) for row in self._connection.execute(select(source).order_by(source.c.id))
        }


def _source(row: Row[Any]) -> Source:
    return Source(
        id=SourceId(row.id),
        collector=row.collector,
        rights=rights_from_json(row.rights),
        options=from_json(row.options),
    )


def _to_row(each: Subject) -> dict[str, Any]:
    return {
        "id": each.id,
        "type": str(each.type),
        "name": each.name,
        "url": each.url,
        "controlled_by": each.controlled_by,
        "details": to_json(details_of(each)),
    }


def _from_row(row: Row[Any]) -> Subject:
    return Subject(
        id=SubjectId(row.id),
        type=SubjectType(row.type),
        name=row.name,
        url=row.url,
        controlled_by=ControlledBy(row.controlled_by),
        **read_details(from_json(row.details)),
    )
