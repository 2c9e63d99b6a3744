"""What programs pull: what snippets and reviews are by now, and the reviews of the whole shop page by page.

A cursor names the last review that was listed, so that none is repeated when others are added above it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Connection, and_, not_, or_, select, tuple_
from sqlalchemy.sql import ColumnElement

from engine.domain import Locale, ReviewId, Scope, SnippetKey, SourceId, State, SubjectId, TopicId
from engine.domain import VerificationLevel as Level
from engine.errors import BadValueError
from engine.store.review_rows import FiledReview, from_row
from engine.store.tables import review, snippet, topic_review
from engine.store.values import to_micros

AT_ONCE = 1000
"""Ids in one statement."""
_CURSOR = re.compile(r"(?P<at>-?[0-9]{1,17})~(?P<id>r[0-9a-f]{20})")
Each = TypeVar("Each")
_PLACE = (snippet.c.scope, snippet.c.scope_id, snippet.c.name, snippet.c.locale)


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedReviews:
    """Which reviews of the shop, those written last first; a filter that is None or empty asks nothing."""

    limit: int
    after: str | None = None
    """The cursor of the page before; opaque."""
    states: AbstractSet[State] = frozenset()
    """Empty: those that are shown, and no others."""
    subjects: AbstractSet[SubjectId] = frozenset()
    topic: TopicId | None = None
    star: int | None = None
    language: str | None = None
    verified: bool | None = None
    since: datetime | None = None
    """Written at this moment or later."""
    oldest: Mapping[SourceId, datetime] = field(default_factory=dict)
    """For sources whose terms set a maximum age: what was received at or before this is left out."""


@dataclass(frozen=True, slots=True)
class Version:
    """What a snippet is at this moment: its ETag is empty where it was removed."""

    number: int
    etag: str


class Pull:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def versions(self, keys: Collection[SnippetKey]) -> dict[SnippetKey, Version]:
        """Version and ETag of the wanted that there are or were."""
        found: dict[SnippetKey, Version] = {}
        for some in _portions(sorted(_places(keys))):
            statement = select(*_PLACE, snippet.c.version, snippet.c.etag).where(tuple_(*_PLACE).in_(some))
            for scope, scope_id, name, locale, version, etag in self._connection.execute(statement):
                key = SnippetKey(scope=Scope(scope), scope_id=scope_id, name=name, locale=Locale(locale))
                found[key] = Version(version, etag)
        return found

    def shown(self, ids: Collection[ReviewId]) -> dict[ReviewId, bool]:
        """Whether each of the wanted that are kept is approved, and of a class that is published."""
        found: dict[ReviewId, bool] = {}
        for some in _portions(sorted(ids)):
            rows = self._connection.execute(select(review.c.id, review.c.shown).where(review.c.id.in_(some)))
            found.update((ReviewId(which), bool(shown)) for which, shown in rows)
        return found

    def reviews(self, wanted: WantedReviews) -> tuple[list[FiledReview], str | None]:
        """Up to ``limit`` reviews and the cursor of the next page, None on the last.

        Raises BadValueError for a cursor that this list did not give.
        """
        statement = (
            select(review)
            .where(*_conditions(wanted))
            .order_by(review.c.sort_at.desc(), review.c.id.desc())
            .limit(wanted.limit + 1)
        )
        rows = self._connection.execute(statement).all()
        listed = rows[: wanted.limit]
        following = f"{listed[-1].sort_at}~{listed[-1].id}" if len(rows) > wanted.limit else None
        return [from_row(row) for row in listed], following


def _conditions(wanted: WantedReviews) -> list[ColumnElement[bool]]:
    asked: list[tuple[bool, ColumnElement[bool]]] = [
        (not wanted.states, review.c.shown),
        (bool(wanted.states), review.c.state.in_(sorted(wanted.states))),
        (bool(wanted.subjects), review.c.subject_id.in_(sorted(wanted.subjects))),
        (wanted.topic is not None, _speaks_of(wanted.topic)),
        (wanted.star is not None, review.c.star == wanted.star),
        (wanted.language is not None, review.c.language == wanted.language),
        (wanted.verified is True, review.c.verification != Level.UNVERIFIED),
        (wanted.verified is False, review.c.verification == Level.UNVERIFIED),
        (wanted.since is not None, review.c.sort_at >= (to_micros(wanted.since) if wanted.since else 0)),
    ]
    return [
        *(condition for is_asked, condition in asked if is_asked),
        *(
            not_(and_(review.c.source_id == source, review.c.received_at <= to_micros(moment)))
            for source, moment in wanted.oldest.items()
        ),
        *([_beyond(wanted.after)] if wanted.after is not None else []),
    ]


def _speaks_of(topic: TopicId | None) -> ColumnElement[bool]:
    return review.c.id.in_(select(topic_review.c.review_id).where(topic_review.c.topic_id == topic))


def _beyond(cursor: str) -> ColumnElement[bool]:
    found = _CURSOR.fullmatch(cursor)
    if found is None:
        raise BadValueError("after: this is not a cursor that this list gave")
    at, which = int(found["at"]), found["id"]
    return or_(review.c.sort_at < at, and_(review.c.sort_at == at, review.c.id < which))


def _places(keys: Collection[SnippetKey]) -> list[tuple[str, str, str, str]]:
    return [(each.scope.value, each.scope_id, each.name, each.locale) for each in keys]


def _portions(every: Sequence[Each]) -> list[Sequence[Each]]:
    return [every[start : start + AT_ONCE] for start in range(0, len(every), AT_ONCE)]
