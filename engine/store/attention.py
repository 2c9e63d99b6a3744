"""What waits for a person, and what happened of late, as counts; each is read from an index or a small table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, Select, case, func, select

from engine.domain import EventKind, FlagState, ReviewId, Scope, SourceId, Standing, State, SubjectId
from engine.store.tables import (
    ask,
    blocked,
    event,
    flag,
    media,
    own_reply,
    page_finding,
    rating_summary,
    review,
    subscription,
)
from engine.store.values import from_json, from_micros, maybe_from_micros, to_micros

AT_ONCE = 500
"""Changes of pages that are looked through for the last ones."""
_COUNTED = (EventKind.REVIEW_RECEIVED, EventKind.SNIPPET_UPDATED, EventKind.FLAG_ANSWERED)


class Attention:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def reviews(self) -> tuple[int, datetime | None]:
        """How many reviews wait for a decision, and since when the first of them does."""
        statement = (
            select(func.count(), func.min(review.c.received_at))
            .select_from(review)
            .where(review.c.state == State.PENDING)
        )
        count, first = self._connection.execute(statement).one()
        return count, maybe_from_micros(first)

    def longest_waiting(self, limit: int) -> list[ReviewId]:
        """The reviews that have waited longest, of those that are public at their source."""
        statement = (
            select(review.c.id)
            .where(review.c.state == State.PENDING, review.c.standing == Standing.PUBLIC)
            .order_by(review.c.received_at, review.c.id)
            .limit(limit)
        )
        return [ReviewId(each) for each in self._connection.scalars(statement)]

    def flags(self) -> tuple[int, datetime | None]:
        """How many readers' reports wait for their answer, and since when the first of them does."""
        statement = select(func.count(), func.min(flag.c.at)).where(flag.c.state == FlagState.OPEN)
        count, first = self._connection.execute(statement).one()
        return count, maybe_from_micros(first)

    def pictures(self) -> int:
        return self._count(select(func.count()).select_from(media).where(media.c.state == State.PENDING))

    def kept_back(self) -> int:
        """Pages that the checker keeps from being published anew."""
        pages = select(blocked.c.scope, blocked.c.scope_id).distinct().subquery()
        return self._count(select(func.count()).select_from(pages))

    def regressed(self) -> int:
        """Monitored pages on which something is wrong."""
        return self._count(select(func.count(page_finding.c.page_id.distinct())))

    def unheard(self) -> int:
        """Subscriptions that fail, or were disabled because they did."""
        failing = subscription.c.failing_since.is_not(None) | subscription.c.disabled_at.is_not(None)
        return self._count(select(func.count()).select_from(subscription).where(failing))

    def has_reviews(self) -> bool:
        return self._connection.scalar(select(review.c.id).limit(1)) is not None

    def first_shown(self) -> SubjectId | None:
        """A subject of which a review is shown."""
        statement = select(rating_summary.c.subject_id).where(rating_summary.c.reviews > 0).limit(1)
        found = self._connection.scalar(statement)
        return None if found is None else SubjectId(found)

    def shown_by_source(self) -> Mapping[SourceId, int]:
        """How many reviews of each source are shown, where any is."""
        count = func.sum(rating_summary.c.reviews)
        statement = select(rating_summary.c.source_id, count).group_by(rating_summary.c.source_id)
        return {SourceId(source): int(number) for source, number in self._connection.execute(statement) if number}

    def happened(self, *moments: datetime) -> Sequence[Mapping[EventKind, int]]:
        """Reviews received, snippets changed and reports answered, from each of the moments on and before the next."""
        bounds = [to_micros(each) for each in moments]
        is_counted = (event.c.kind.in_(_COUNTED), event.c.at >= bounds[0], event.c.at < bounds[-1])
        # All stretches at once: whatever is asked of events by their time reads them all.
        stretch = case(*((event.c.at < end, number) for number, end in enumerate(bounds[1:])))
        # Of a batch of reviews, the details have the number; of all else they would only split the count.
        told = func.coalesce(func.nullif(event.c.kind, EventKind.REVIEW_RECEIVED), event.c.details)
        statement = select(stretch, event.c.kind, told, func.count()).where(*is_counted)
        found = [Counter[EventKind]() for _ in bounds[1:]]
        rows = self._connection.execute(statement.group_by(stretch, event.c.kind, told))
        for number, kind, details, count in rows:
            of_each = int(from_json(details).get("count", 1)) if kind == EventKind.REVIEW_RECEIVED else 1
            found[number][EventKind(kind)] += of_each * count
        return found

    def asked(self, since: datetime, until: datetime) -> int:
        """Invitations to write a review."""
        made = (ask.c.made_at >= to_micros(since), ask.c.made_at < to_micros(until))
        return self._count(select(func.count()).select_from(ask).where(*made))

    def replied(self, since: datetime, until: datetime) -> int:
        """Answers of ours to reviews."""
        written = (own_reply.c.at >= to_micros(since), own_reply.c.at < to_micros(until))
        return self._count(select(func.count()).select_from(own_reply).where(*written))

    def published(self, limit: int) -> list[tuple[Scope, str, datetime]]:
        """The pages that changed last, each once: scope, id, and when; of the last few hundred changes."""
        statement = (
            select(event.c.subject_id, event.c.details, event.c.at)
            .where(event.c.kind == EventKind.SNIPPET_UPDATED)
            .order_by(event.c.seq.desc())
            .limit(AT_ONCE)
        )
        found: dict[tuple[Scope, str], datetime] = {}
        with self._connection.execute(statement) as rows:
            for row in rows:
                found.setdefault(_page(row.subject_id, from_json(row.details)), from_micros(row.at))
                if len(found) == limit:
                    break
        return [(*page, at) for page, at in found.items()]

    def _count(self, statement: Select[int]) -> int:
        return self._connection.scalar(statement) or 0


def _page(subject: str | None, details: Mapping[str, str]) -> tuple[Scope, str]:
    if subject is not None:
        return Scope.SUBJECT, subject
    scope = Scope(details["scope"])
    return scope, details[scope]
