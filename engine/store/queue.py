"""Reviews as moderators look through them: by state, narrowed, page by page, with what stands beside each."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Row, func, select, tuple_
from sqlalchemy.sql import ColumnElement

from engine.domain import FlagState, Relation, Review, ReviewId, SourceId, Standing, State, SubjectId
from engine.errors import BadValueError
from engine.store.review_rows import FiledReview, from_row
from engine.store.tables import earlier_text, flag, media, review

LOOKED_AT = 2_000
"""Reviews that one page looks at, at most, where each has to be read to know whether it is wanted."""
READ_AT_ONCE = 100
_CURSOR = re.compile(r"(?P<at>[0-9]{1,17})~(?P<id>r[0-9a-f]{20})")
_KEY = (review.c.received_at, review.c.id)
Keyed = Row[*tuple[Any, ...]]
"""A row with the key of the list."""


class Trait(StrEnum):
    """What the database knows of a review that a moderator may look for."""

    CONTACT = "contact"
    HIDDEN = "hidden"
    INCENTIVE = "incentive"
    RELATION = "relation"
    COPY = "copy"
    """The same person's words stand in another review."""
    EDITED = "edited"
    """Other words of it were approved before."""
    RECHECKED = "rechecked"
    """Somebody asked for a second look."""
    FLAGGED = "flagged"
    PICTURED = "pictured"


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuedText:
    """The words of a review that is looked at."""

    id: ReviewId
    external_id: str
    title: str | None
    body: str
    author: str | None
    holds_contact_data: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedQueue:
    """Which reviews, those first that came in first; what was decided about: those that came in last."""

    state: State = State.PENDING
    subject: SubjectId | None = None
    source: SourceId | None = None
    language: str | None = None
    star: int | None = None
    """0: those without a rating."""
    traits: AbstractSet[Trait] = frozenset()
    fits: Callable[[QueuedText], bool] | None = None
    """What else is asked of the words."""
    after: str | None = None
    """The cursor of the page before; opaque."""
    limit: int = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What there is beside a review that tells why somebody should look at it."""

    copies: int = 0
    """Other reviews with the same person's words."""
    open_flags: int = 0
    was_approved: bool = False
    """Whether earlier words of it were."""


class Queue:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def counts(self) -> dict[State, int]:
        """How many reviews there are in each state, counted in an index."""
        statement = select(review.c.state, func.count()).group_by(review.c.state)
        found = {State(state): count for state, count in self._connection.execute(statement)}
        return {each: found.get(each, 0) for each in State}

    def page(self, wanted: WantedQueue) -> tuple[list[FiledReview], str | None]:
        """Up to ``limit`` reviews and the cursor of the next page, None on the last.

        Where words or traits are asked for, a page looks at no more than ``LOOKED_AT`` reviews: it may hold fewer than
        there are, or none, and the next one goes on. Raises BadValueError for a cursor that this list did not give.
        """
        indexed = _indexed(wanted)
        last = self._last_looked_at(wanted, indexed) if wanted.traits or wanted.fits else None
        conditions = [*indexed, *(CONDITIONS[each] for each in sorted(wanted.traits))]
        if last is not None:
            conditions.append(_upto(wanted, last))
        # Whoever asks something of the words reads all that are looked at; else the database stops by itself.
        most = LOOKED_AT if wanted.fits else wanted.limit + 1
        texts = (review.c.external_id, review.c.title, review.c.body, review.c.author, review.c.holds_contact_data)
        statement = select(*_KEY, *texts).where(*conditions).order_by(*_order(wanted)).limit(most)
        with self._connection.execute(statement.execution_options(yield_per=READ_AT_ONCE)) as rows:
            found = list(islice((row for row in rows if _fits(wanted, row)), wanted.limit + 1))
        following = None
        if len(found) > wanted.limit:
            following = _cursor(found[wanted.limit - 1])
        elif last is not None:
            following = _cursor(last)
        return self._whole([row.id for row in found[: wanted.limit]]), following

    def beside(self, reviews: Sequence[Review]) -> dict[ReviewId, Beside]:
        """What there is beside each of these reviews."""
        ids = [each.id for each in reviews]
        voices = {each.voice for each in reviews if each.voice}
        among = (flag.c.review_id.in_(ids), flag.c.state == FlagState.OPEN)
        flags = self._counted(select(flag.c.review_id, func.count()).where(*among).group_by(flag.c.review_id))
        alike = select(review.c.voice, func.count()).where(review.c.voice.in_(voices)).group_by(review.c.voice)
        copies = self._counted(alike)
        earlier = (earlier_text.c.review_id.in_(ids), earlier_text.c.state == State.APPROVED)
        approved = set(self._connection.scalars(select(earlier_text.c.review_id).where(*earlier).distinct()))
        return {
            each.id: Beside(
                copies=copies.get(each.voice, 1) - 1 if each.voice else 0,
                open_flags=flags.get(each.id, 0),
                was_approved=each.id in approved,
            )
            for each in reviews
        }

    def copies_of(self, wanted: Review, limit: int) -> list[Review]:
        """Other reviews with the same person's words, in the order in which they came in."""
        if wanted.voice is None:
            return []
        alike = (review.c.voice == wanted.voice, review.c.id != wanted.id)
        statement = select(review).where(*alike).order_by(*_KEY).limit(limit)
        return [from_row(row).review for row in self._connection.execute(statement)]

    def _last_looked_at(self, wanted: WantedQueue, indexed: Sequence[ColumnElement[bool]]) -> Keyed | None:
        """Where a page stops looking; None where it gets to the end."""
        statement = select(*_KEY).where(*indexed).order_by(*_order(wanted)).offset(LOOKED_AT - 1).limit(2)
        rows = self._connection.execute(statement).all()
        return rows[0] if len(rows) == 2 else None

    def _whole(self, ids: Sequence[str]) -> list[FiledReview]:
        rows = self._connection.execute(select(review).where(review.c.id.in_(ids)))
        found = {row.id: from_row(row) for row in rows}
        return [found[each] for each in ids]

    def _counted(self, statement: Any) -> Mapping[str, int]:
        return {str(row[0]): int(row[1]) for row in self._connection.execute(statement)}


_OTHER = review.alias("other")
CONDITIONS: Mapping[Trait, ColumnElement[bool]] = {
    Trait.CONTACT: review.c.holds_contact_data,
    Trait.HIDDEN: review.c.standing != Standing.PUBLIC,
    Trait.INCENTIVE: review.c.incentive.is_not(None),
    Trait.RELATION: review.c.relation != Relation.NONE,
    Trait.COPY: select(_OTHER.c.id).where(_OTHER.c.voice == review.c.voice, _OTHER.c.id != review.c.id).exists(),
    Trait.EDITED: select(earlier_text.c.seq)
    .where(earlier_text.c.review_id == review.c.id, earlier_text.c.state == State.APPROVED)
    .exists(),
    Trait.RECHECKED: review.c.decision.is_not(None),
    Trait.FLAGGED: review.c.id.in_(select(flag.c.review_id).where(flag.c.state == FlagState.OPEN)),
    Trait.PICTURED: select(media.c.id).where(media.c.review_id == review.c.id).exists(),
}


def _indexed(wanted: WantedQueue) -> list[ColumnElement[bool]]:
    """What the index answers by itself."""
    asked: Collection[tuple[object, ColumnElement[bool]]] = (
        (wanted.subject, review.c.subject_id == wanted.subject),
        (wanted.source, review.c.source_id == wanted.source),
        (wanted.language, review.c.language == wanted.language),
        (wanted.star, review.c.star == wanted.star if wanted.star else review.c.star.is_(None)),
    )
    found = [review.c.state == wanted.state, *(condition for value, condition in asked if value is not None)]
    if wanted.after is not None:
        cursor = _CURSOR.fullmatch(wanted.after)
        if cursor is None:
            raise BadValueError("after: this is not a cursor that this list gave")
        passed = (int(cursor["at"]), cursor["id"])
        found.append(tuple_(*_KEY) < passed if _newest_first(wanted) else tuple_(*_KEY) > passed)
    return found


def _upto(wanted: WantedQueue, last: Keyed) -> ColumnElement[bool]:
    key = (last.received_at, last.id)
    return tuple_(*_KEY) >= key if _newest_first(wanted) else tuple_(*_KEY) <= key


def _order(wanted: WantedQueue) -> list[ColumnElement[Any]]:
    return [each.desc() if _newest_first(wanted) else each.asc() for each in _KEY]


def _newest_first(wanted: WantedQueue) -> bool:
    return wanted.state is not State.PENDING


def _fits(wanted: WantedQueue, row: Keyed) -> bool:
    if wanted.fits is None:
        return True
    _, which, external_id, title, body, author, holds_contact_data = row
    return wanted.fits(
        QueuedText(
            id=ReviewId(which),
            external_id=external_id,
            title=title,
            body=body,
            author=author,
            holds_contact_data=holds_contact_data,
        )
    )


def _cursor(row: Keyed) -> str:
    return f"{row.received_at}~{row.id}"
