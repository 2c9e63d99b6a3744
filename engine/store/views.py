"""The reviews that a page shows, in its order and from its cursor on.

Reviews in the page's language come first, then all others, both in the same order. A cursor names the last review that
was shown, so a page never skips or repeats one when reviews are added above it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, and_, case, func, or_, select
from sqlalchemy.sql import ColumnElement

from engine.domain import Kind, MediaKind, Order, Review, State, SubjectId, TopicId, View
from engine.errors import BadValueError
from engine.store.freshness import Oldest, none_too_old
from engine.store.review_rows import from_row
from engine.store.tables import media, review, topic_review

Key = tuple[ColumnElement[Any], bool]
"""What is sorted by, and whether it descends."""

# What has no date comes last in either direction; this is the year 5138.
DATED_FIRST = case((review.c.sort_at == 0, 10**17), else_=review.c.sort_at)

ORDERS: Mapping[Order, tuple[Key, ...]] = {
    Order.NEWEST: ((review.c.sort_at, True), (review.c.id, False)),
    Order.OLDEST: ((DATED_FIRST, False), (review.c.id, False)),
    Order.HIGHEST: ((review.c.hundredths, True), (review.c.sort_at, True), (review.c.id, False)),
    Order.LOWEST: ((review.c.hundredths, False), (review.c.sort_at, True), (review.c.id, False)),
}
PICTURED = select(media.c.review_id).where(media.c.state == State.APPROVED, media.c.kind != MediaKind.LOGO)
BY_RATING = frozenset({Order.HIGHEST, Order.LOWEST})
IN_LANGUAGE, IN_OTHERS = 0, 1
# A rating has three digits; a number that the column's type does not hold would be an error of the database.
CURSOR = re.compile(r"(?P<order>[a-z]+)~(?P<phase>[01])~(?P<values>([0-9]{1,3}~)?-?[0-9]{1,18})~(?P<id>r[0-9a-f]{20})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which reviews of which subject or topic, for a page in which language; without either, none.

    The topic of the view narrows either.
    """

    subject: SubjectId | None = None
    topic: TopicId | None = None
    language: str
    view: View
    limit: int
    oldest: Oldest
    kind: Kind | None = None
    """Reviews or testimonials alone; None for both."""
    is_pictured: bool = False
    """Whether only those are wanted that have an approved picture or film."""


class Views:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def page(self, wanted: Wanted) -> tuple[list[Review], str | None]:
        """Up to ``limit`` reviews and the cursor of the next page, None on the last.

        Raises BadValueError when the view's cursor is not one that this order gave.
        """
        phase, passed = _read_cursor(wanted.view)
        rows: list[tuple[int, Row[Any]]] = []
        for each in range(phase, IN_OTHERS + 1):
            missing = wanted.limit + 1 - len(rows)
            if missing > 0:
                found = self._rows(wanted, each, passed if each == phase else None, missing)
                rows += [(each, row) for row in found]
        shown = rows[: wanted.limit]
        following = _cursor(wanted.view.order, *shown[-1]) if len(rows) > wanted.limit else None
        return [from_row(row).review for _, row in shown], following

    def count(self, wanted: Wanted) -> int:
        """How many reviews the view shows on all its pages."""
        return self._connection.scalar(select(func.count()).select_from(review).where(*_conditions(wanted))) or 0

    def _rows(self, wanted: Wanted, phase: int, passed: Sequence[Any] | None, limit: int) -> Sequence[Row[Any]]:
        keys = ORDERS[wanted.view.order]
        conditions = [*_conditions(wanted), _in_phase(phase, wanted.language)]
        if passed is not None:
            conditions.append(_beyond(keys, passed))
        order = [column.desc() if descending else column.asc() for column, descending in keys]
        values = [column.label(f"key_{position}") for position, (column, _) in enumerate(keys)]
        statement = select(review, *values).where(*conditions).order_by(*order).limit(limit)
        return self._connection.execute(statement).all()


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [
        *_is_about(wanted),
        review.c.shown,
        *none_too_old(wanted.oldest),
    ]
    if wanted.view.star is not None:
        conditions.append(review.c.star == wanted.view.star)
    if wanted.view.order in BY_RATING:
        conditions.append(review.c.hundredths.is_not(None))
    if wanted.kind is not None:
        conditions.append(review.c.kind == wanted.kind)
    if wanted.is_pictured:
        conditions.append(review.c.id.in_(PICTURED))
    return conditions


def _is_about(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    if wanted.topic is None:
        yield review.c.subject_id == wanted.subject
    for each in sorted({each for each in (wanted.topic, wanted.view.topic) if each is not None}):
        yield review.c.id.in_(select(topic_review.c.review_id).where(topic_review.c.topic_id == each))


def _in_phase(phase: int, language: str) -> ColumnElement[bool]:
    if phase == IN_LANGUAGE:
        return review.c.language == language
    return or_(review.c.language.is_(None), review.c.language != language)


def _beyond(keys: Sequence[Key], passed: Sequence[Any]) -> ColumnElement[bool]:
    alternatives: list[ColumnElement[bool]] = []
    for position, (column, descending) in enumerate(keys):
        equal = [earlier == passed[index] for index, (earlier, _) in enumerate(keys[:position])]
        further = column < passed[position] if descending else column > passed[position]
        alternatives.append(and_(*equal, further))
    return or_(*alternatives)


def _cursor(order: Order, phase: int, row: Row[Any]) -> str:
    values = (getattr(row, f"key_{position}") for position in range(len(ORDERS[order])))
    return "~".join(str(each) for each in (order, phase, *values))


def _read_cursor(view: View) -> tuple[int, tuple[Any, ...] | None]:
    if view.after is None:
        return IN_LANGUAGE, None
    found = CURSOR.fullmatch(view.after)
    values = found["values"].split("~") if found else []
    if found is None or found["order"] != view.order or len(values) != len(ORDERS[view.order]) - 1:
        raise BadValueError("after: this is not a cursor that this order of reviews gave")
    return int(found["phase"]), (*(int(each) for each in values), found["id"])
