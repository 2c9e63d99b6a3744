"""Searching, as far as the database knows: what reviews are narrowed by, and which of them changed.

Triggers write down each change in the transaction that makes it, and whoever indexes takes away what he has taken in:
nothing is missed, whatever order transactions end in.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Table,
    bindparam,
    delete,
    func,
    insert,
    literal_column,
    select,
    update,
)

from engine.domain import MediaKind, ReviewId, Standing, State, TopicId
from engine.store.connect import upsert
from engine.store.tables import media, review, search_change, search_gone, search_review, setting, topic_review
from engine.store.values import from_json

AT_ONCE = 1000
"""Ids in one statement."""
APPLIED, APPLYING, ASKED = "search applied", "search applying", "search rebuild"
REBUILT = "search rebuilt"
WAITS, APPROVED, SHOWN, REJECTED = range(4)
"""How a review stands, as ``live`` says it."""
_LIVE = {State.PENDING: WAITS, State.APPROVED: APPROVED, State.REJECTED: REJECTED}
# As migration 0009 numbers what its triggers write.
_NEXT_ON_SQLITE: Select[Any] = select(
    1
    + func.max(
        *(
            func.coalesce(select(func.max(table.c.changed)).scalar_subquery(), 0)
            for table in (search_review, search_gone)
        )
    )
)
_OWN_ON_POSTGRES: Select[Any] = select(literal_column("pg_current_xact_id()::text::bigint"))
_OLDEST_UNSEEN: Select[Any] = select(literal_column("pg_snapshot_xmin(pg_current_snapshot())::text::bigint"))
_NOT_BEGUN: ColumnElement[int] = literal_column("pg_snapshot_xmax(pg_current_snapshot())::text::bigint")
Each = TypeVar("Each")


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed: the numbers of the changes, the reviews, and the numbers of those that are gone."""

    taken: Sequence[int]
    reviews: Sequence[ReviewId]
    gone: Sequence[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowing:
    """What a review is narrowed and sorted by, packed."""

    codes: bytes
    topics: bytes
    digest: str | None = None
    """Of its words, where the index has them or is being made of them."""


@dataclass(frozen=True, slots=True)
class Moment:
    """Up to where a transaction sees the rows of what reviews are narrowed by."""

    rebuilt: str
    """The cursor with which the index was last made anew: rows that were gone before it are not known any more."""
    applying: int
    """The cursor of the newest batch; it never falls but where an older copy of the database was put back."""
    mark: int
    """Whatever has a lower number is seen; this one and higher ones may not be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """The words by which a facet calls its values, of one review."""

    subject: str
    source: str
    language: str | None
    role: str | None
    company: str | None
    tags: Sequence[str]


Packed = tuple[int, int, int, bytes, bytes]
"""Number, ``live``, received at (microseconds since 1970), codes, topics."""


class Search:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def changes(self, limit: int) -> Changes:
        """Up to ``limit`` changes that nobody has taken in, the earliest first."""
        statement = select(search_change).order_by(search_change.c.seq).limit(limit)
        rows = self._connection.execute(statement).all()
        return Changes(
            taken=[row.seq for row in rows],
            reviews=sorted({ReviewId(row.review_id) for row in rows}),
            gone=sorted({row.number for row in rows if row.number is not None}),
        )

    def changes_by_now(self) -> list[int]:
        """The numbers of all changes that are seen at this moment."""
        return list(self._connection.scalars(select(search_change.c.seq)))

    def waiting(self) -> int:
        """How many changes nobody has taken in."""
        return self._connection.scalar(select(func.count()).select_from(search_change)) or 0

    def waits(self) -> bool:
        """Whether something changed that nobody has taken in."""
        return self._connection.scalar(select(search_change.c.seq).limit(1)) is not None

    def settle(self, taken: Sequence[int], digests: Mapping[ReviewId, str]) -> None:
        """Forgets changes that the index has, and keeps the digests of the words that it has of reviews."""
        for some in _portions(taken):
            self._connection.execute(delete(search_change).where(search_change.c.seq.in_(some)))
        for each in _portions(sorted(digests)):
            standing = self._standing(each)
            self._update([{"review_id": which, "digest": digests[which]} for which in each if which in standing])

    def write(self, entries: Mapping[ReviewId, Narrowing]) -> dict[ReviewId, int]:
        """Keeps what each review is narrowed by; returns the numbers of those that can be found.

        How a review stands is read here, and nobody changes it before this transaction ends: whoever withdraws it at
        this moment either did so before, or finds the row that he deletes.
        """
        numbers: dict[ReviewId, int] = {}
        changed = self._next()
        for some in _portions(sorted(entries)):
            standing = self._standing(some)
            known = self.numbers(list(standing))
            rows = [{**standing[each], **_row(entries[each]), "changed": changed} for each in standing]
            self._update([row for row in rows if row["review_id"] in known])
            if new := [{"digest": "", **row} for row in rows if row["review_id"] not in known]:
                self._connection.execute(insert(search_review), new)
            numbers |= self.numbers(list(standing))
        return numbers

    def numbers(self, reviews: Sequence[ReviewId]) -> dict[ReviewId, int]:
        found: dict[ReviewId, int] = {}
        for some in _portions(reviews):
            wanted = search_review.c.review_id.in_(some)
            rows = self._connection.execute(select(search_review.c.review_id, search_review.c.number).where(wanted))
            found.update((ReviewId(which), number) for which, number in rows)
        return found

    def digests(self, reviews: Sequence[ReviewId]) -> dict[ReviewId, str]:
        """Of the words that the index has of each."""
        found: dict[ReviewId, str] = {}
        for some in _portions(reviews):
            wanted = search_review.c.review_id.in_(some)
            rows = self._connection.execute(select(search_review.c.review_id, search_review.c.digest).where(wanted))
            found.update((ReviewId(which), digest) for which, digest in rows)
        return found

    def ids(self, numbers: Sequence[int]) -> dict[int, ReviewId]:
        found: dict[int, ReviewId] = {}
        for some in _portions(numbers):
            wanted = search_review.c.number.in_(some)
            rows = self._connection.execute(select(search_review.c.number, search_review.c.review_id).where(wanted))
            found.update((number, ReviewId(which)) for number, which in rows)
        return found

    def packed(self, since: int = 0) -> list[Packed]:
        """Every review that can be found, in the order of their numbers; or, in none, those written since a mark."""
        columns = (search_review.c[name] for name in ("number", "live", "received_at", "codes", "topics"))
        statement = select(*columns)
        if since:
            # In no order: SQLite would go through the whole table to keep one.
            return self._fetched(statement.where(*self._from(search_review, since)))
        return self._fetched(statement.order_by(search_review.c.number))

    def gone(self, since: int) -> list[int]:
        """The numbers of reviews that are not to be found any more, from a mark on."""
        return [
            number for (number,) in self._fetched(select(search_gone.c.number).where(*self._from(search_gone, since)))
        ]

    def moment(self) -> Moment:
        """Up to where this transaction sees what ``packed`` and ``gone`` tell; asked before them."""
        wanted = setting.c.key.in_((REBUILT, APPLYING))
        kept = {
            row.key: row.value for row in self._connection.execute(select(setting.c.key, setting.c.value).where(wanted))
        }
        mark = self._next() if self._is_sqlite else self._number(_OLDEST_UNSEEN)
        return Moment(kept.get(REBUILT, ""), int(kept.get(APPLYING) or 0), mark)

    def forget_gone(self, cursor: int) -> None:
        """Forgets which rows were deleted: who knows what was before this cursor has to read everything anew."""
        self._connection.execute(delete(search_gone))
        statement = upsert(self._connection, setting)
        self._connection.execute(
            statement.on_conflict_do_update(index_elements=["key"], set_={"value": statement.excluded.value}),
            {"key": REBUILT, "value": str(cursor)},
        )

    def told(self, numbers: Sequence[int]) -> dict[int, Told]:
        """What these reviews say of themselves that is a value of a facet."""
        columns = (review.c[name] for name in ("subject_id", "source_id", "language", "role", "company", "tags"))
        found: dict[int, Told] = {}
        for some in _portions(sorted(set(numbers))):
            joined = search_review.join(review, review.c.id == search_review.c.review_id)
            statement = select(search_review.c.number, *columns).select_from(joined)
            for row in self._connection.execute(statement.where(search_review.c.number.in_(some))):
                found[row.number] = Told(
                    subject=row.subject_id,
                    source=row.source_id,
                    language=row.language,
                    role=row.role,
                    company=row.company,
                    tags=tuple(from_json(row.tags)),
                )
        return found

    def topics(self, reviews: Sequence[ReviewId]) -> dict[ReviewId, list[TopicId]]:
        """The topics that each speaks of, in the order of their ids."""
        found: dict[ReviewId, list[TopicId]] = {}
        for some in _portions(reviews):
            statement = select(topic_review.c.review_id, topic_review.c.topic_id)
            wanted = topic_review.c.review_id.in_(some)
            for which, topic in self._connection.execute(statement.where(wanted).order_by(topic_review.c.topic_id)):
                found.setdefault(ReviewId(which), []).append(TopicId(topic))
        return found

    def pictured(self, reviews: Sequence[ReviewId]) -> set[ReviewId]:
        """Those with an approved picture or film that its source still shows."""
        found: set[ReviewId] = set()
        for some in _portions(reviews):
            wanted = (media.c.review_id.in_(some), media.c.state == State.APPROVED, media.c.kind != MediaKind.LOGO)
            for which, details in self._connection.execute(select(media.c.review_id, media.c.details).where(*wanted)):
                if from_json(details).get("standing", Standing.PUBLIC) == Standing.PUBLIC:
                    found.add(ReviewId(which))
        return found

    @property
    def _is_sqlite(self) -> bool:
        return self._connection.dialect.name == "sqlite"

    def _next(self) -> int:
        """The number of what this transaction writes."""
        return self._number(_NEXT_ON_SQLITE if self._is_sqlite else _OWN_ON_POSTGRES)

    def _number(self, statement: Select[Any]) -> int:
        return int(self._connection.execute(statement).scalar_one())

    def _from(self, table: Table, since: int) -> Iterator[ColumnElement[bool]]:
        yield table.c.changed >= since
        if not self._is_sqlite:
            # What another server wrote, from which the database was copied, may have numbers that this one has yet
            # to give: no transaction that is seen is one of them.
            yield table.c.changed < _NOT_BEGUN

    def _fetched(self, statement: Select[Any]) -> list[Any]:
        # From the driver itself, and not as text: as rows of SQLAlchemy, 100,000 of them take three times as long.
        cursor: Any = self._connection.connection.cursor(**({} if self._is_sqlite else {"binary": True}))
        try:
            cursor.execute(str(statement.compile(self._connection, compile_kwargs={"literal_binds": True})))
            return list(cursor.fetchall())
        finally:
            cursor.close()

    def _standing(self, reviews: Sequence[ReviewId]) -> dict[ReviewId, dict[str, Any]]:
        columns = (review.c.id, review.c.state, review.c.shown, review.c.received_at)
        statement = select(*columns).where(review.c.id.in_(reviews)).order_by(review.c.id).with_for_update(read=True)
        return {
            ReviewId(row.id): {
                "review_id": row.id,
                "live": SHOWN if row.shown else _LIVE[State(row.state)],
                "received_at": row.received_at,
            }
            for row in self._connection.execute(statement)
            if row.state != State.WITHDRAWN
        }

    def _update(self, rows: Sequence[Mapping[str, Any]]) -> None:
        if rows:
            changes: dict[str, object] = {name: bindparam(name) for name in rows[0] if name != "review_id"}
            statement = update(search_review).where(search_review.c.review_id == bindparam("which")).values(changes)
            self._connection.execute(statement, [{**row, "which": row["review_id"]} for row in rows])


def _row(entry: Narrowing) -> dict[str, object]:
    row: dict[str, object] = {"codes": entry.codes, "topics": entry.topics}
    return row if entry.digest is None else {**row, "digest": entry.digest}


def _portions(every: Collection[Each]) -> Iterator[Sequence[Each]]:
    listed = list(every)
    for start in range(0, len(listed), AT_ONCE):
        yield listed[start : start + AT_ONCE]
