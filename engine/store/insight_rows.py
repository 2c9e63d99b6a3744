"""Reviews as the few facts that figures are made of, without anybody's words; all of them, or what changed."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, select

from engine.domain import ReviewId, SourceId, State, SubjectId, TopicId, VerificationLevel
from engine.store.tables import own_reply, review, topic, topic_review
from engine.store.values import from_json, to_micros

AT_ONCE = 1000
"""Ids in one statement, rows in one portion."""
_COLUMNS = (
    review.c.id,
    review.c.subject_id,
    review.c.source_id,
    review.c.language,
    review.c.state,
    review.c.shown,
    review.c.hundredths,
    review.c.verification,
    review.c.incentive,
    review.c.written_at,
    review.c.received_at,
    review.c.decision,
    review.c.replies,
    own_reply.c.at,
)
_ANSWERED = review.outerjoin(own_reply, (own_reply.c.review_id == review.c.id) & (own_reply.c.body != ""))


class ReviewFact(NamedTuple):
    """One review; times are microseconds since 1970 in UTC, and -1 where there is none."""

    id: ReviewId
    subject: SubjectId
    source: SourceId
    language: str
    state: State
    is_shown: bool
    hundredths: int
    """Of a star; 0 where there is no rating."""
    is_verified: bool
    is_incentivized: bool
    written: int
    received: int
    decided: int
    """The last decision."""
    reason: str
    replied: int
    """The first answer of the owner that has a time; 0 where there is an answer and none has."""


class InsightRows:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self) -> Iterator[ReviewFact]:
        """Every review, in the order of the ids as text."""
        yield from self._facts(select(*_COLUMNS).select_from(_ANSWERED))

    def among(self, ids: Collection[ReviewId]) -> Iterator[ReviewFact]:
        wanted = sorted(ids)
        for start in range(0, len(wanted), AT_ONCE):
            some = review.c.id.in_(wanted[start : start + AT_ONCE])
            yield from self._facts(select(*_COLUMNS).select_from(_ANSWERED).where(some))

    def received_from(self, moment: datetime) -> Iterator[ReviewFact]:
        """Those whose present text came in at a moment or later."""
        since = review.c.received_at >= to_micros(moment)
        yield from self._facts(select(*_COLUMNS).select_from(_ANSWERED).where(since))

    def topics(self) -> Mapping[TopicId, tuple[str, str | None, str]]:
        """Each topic that is not retired: its name, its language, and a mark that moves with its reviews."""
        statement = select(topic.c.id, topic.c.name, topic.c.language, topic.c.details).where(
            topic.c.retired.is_(False)
        )
        return {
            TopicId(row.id): (row.name, row.language, from_json(row.details)["fingerprint"])
            for row in self._connection.execute(statement)
        }

    def of_topics(self, wanted: Sequence[TopicId]) -> Mapping[TopicId, list[ReviewId]]:
        """The reviews that speak of each."""
        found: dict[TopicId, list[ReviewId]] = {each: [] for each in wanted}
        for start in range(0, len(wanted), AT_ONCE):
            some = topic_review.c.topic_id.in_(wanted[start : start + AT_ONCE])
            for row in self._connection.execute(select(topic_review.c.topic_id, topic_review.c.review_id).where(some)):
                found[TopicId(row.topic_id)].append(ReviewId(row.review_id))
        return found

    def _facts(self, statement: Select[Any]) -> Iterator[ReviewFact]:
        verified = {each.value for each in VerificationLevel} - {VerificationLevel.UNVERIFIED.value}
        states = {each.value: each for each in State}
        for row in self._connection.execute(statement.execution_options(yield_per=AT_ONCE)):
            which, subject, source, language, state, shown, hundredths, level, incentive, *times = row
            written, received, decision, replies, own = times
            decided, reason = _decision(decision)
            yield ReviewFact(
                which,
                subject,
                source,
                language or "",
                states[state],
                bool(shown),
                hundredths or 0,
                level in verified,
                incentive is not None,
                -1 if written is None else written,
                received,
                decided,
                reason,
                -1 if replies == "[]" and own is None else _first_reply(replies, own),
            )


def _decision(text: str | None) -> tuple[int, str]:
    if text is None:
        return -1, ""
    _, _, at, reason, _ = from_json(text)
    return at, reason or ""


def _first_reply(replies: str, own: int | None) -> int:
    told = [at for _, _, at, _ in from_json(replies) if at is not None]
    return min([*told, *([] if own is None else [own])], default=0)
