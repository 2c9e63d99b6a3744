"""Topics of the whole shop, and which reviews speak of each."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, func, insert, select

from engine.domain import ReviewId, SourceId, SubjectId, Topic, TopicId, digest
from engine.errors import NotFoundError
from engine.store.connect import upsert
from engine.store.freshness import NO_AGE, Oldest, none_too_old
from engine.store.naming import ids_named
from engine.store.tables import review, topic, topic_review
from engine.store.values import from_json, maybe_from_micros, to_json, to_micros

TAGS = "tags"
"""What stands for the language of topics that tags make, since those have none."""
AT_ONCE = 1000
"""Ids in one statement, rows in one page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptTopic:
    """A topic with a fingerprint of all that its page is made of, so that a new run finds out what moved."""

    topic: Topic
    fingerprint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicCounts:
    """How much of a topic visitors can see."""

    subjects: int = 0
    reviews: int = 0


class Topics:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def save(self, topics: Sequence[KeptTopic]) -> None:
        """Inserts or replaces each."""
        rows = [_to_row(each) for each in topics]
        if not rows:
            return
        statement = upsert(self._connection, topic)
        changes = {name: statement.excluded[name] for name in rows[0] if name != "id"}
        self._connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=changes), rows)

    def all(self, language: str | None) -> list[KeptTopic]:
        """All topics of a language, those of tags for None, the retired ones too, in the order of their ids."""
        statement = select(topic).where(_in_language(language)).order_by(topic.c.id)
        return [_kept(row) for row in self._connection.execute(statement)]

    def page(self, language: str | None = None, *, after: str = "", limit: int = 100) -> list[Topic]:
        """Up to ``limit`` topics that are not retired, in the order of their ids, from after the id ``after``.

        Of one language, of ``tags``, or of all when none is named.
        """
        statement = select(topic).where(topic.c.id > after, topic.c.retired.is_(False)).order_by(topic.c.id)
        if language is not None:
            statement = statement.where(_in_language(None if language == TAGS else language))
        return [_kept(row).topic for row in self._connection.execute(statement.limit(limit))]

    def named(self, part: str, *, limit: int = 100) -> list[Topic]:
        """Up to ``limit`` topics that are not retired with this in their id or name, in the order of their ids.

        Small and capital letters are one, and so are those with and without marks.
        """
        ids = ids_named(self._connection, topic, part, limit, topic.c.retired.is_(False))
        rows = self._connection.execute(select(topic).where(topic.c.id.in_(ids)).order_by(topic.c.id))
        return [_kept(row).topic for row in rows]

    def find(self, wanted: TopicId) -> Topic:
        row = self._connection.execute(select(topic).where(topic.c.id == wanted)).one_or_none()
        if row is None:
            raise NotFoundError(f"there is no topic {wanted!r}")
        return _kept(row).topic

    def ids(self) -> list[TopicId]:
        return [TopicId(each) for each in self._connection.scalars(select(topic.c.id).order_by(topic.c.id))]

    def names(self) -> dict[TopicId, str]:
        """What each topic and tag is called, by its id."""
        rows = self._connection.execute(select(topic.c.id, topic.c.name).order_by(topic.c.id))
        return {TopicId(row.id): row.name for row in rows}

    def languages(self) -> list[str]:
        """The languages that have topics."""
        found = select(topic.c.language).where(topic.c.language.is_not(None)).distinct().order_by(topic.c.language)
        return list(self._connection.scalars(found))

    def replace_reviews(self, wanted: TopicId, reviews: Mapping[ReviewId, SubjectId]) -> None:
        """Says which reviews speak of a topic, and what each is about, in place of what was said before."""
        self._connection.execute(delete(topic_review).where(topic_review.c.topic_id == wanted))
        rows = [
            {"topic_id": wanted, "review_id": each, "subject_id": subject} for each, subject in sorted(reviews.items())
        ]
        if rows:
            self._connection.execute(insert(topic_review), rows)

    def of_reviews(self, reviews: Collection[ReviewId]) -> list[TopicId]:
        """The topics that one of the reviews speaks of."""
        found: set[TopicId] = set()
        for some in _portions(sorted(set(reviews))):
            statement = select(topic_review.c.topic_id).where(topic_review.c.review_id.in_(some)).distinct()
            found.update(TopicId(each) for each in self._connection.scalars(statement))
        return sorted(found)

    def of_subject(self, subject: SubjectId) -> list[TopicId]:
        """The topics that reviews of a subject speak of."""
        statement = select(topic_review.c.topic_id).where(topic_review.c.subject_id == subject).distinct()
        return sorted(TopicId(each) for each in self._connection.scalars(statement))

    def marks(self) -> dict[SubjectId, str]:
        """For each subject, a mark that moves with the names of its topics and with which reviews speak of them.

        No event about the subject says that: topics are named and grouped over all subjects.
        """
        which = topic_review.c.review_id
        statement = (
            select(topic_review.c.subject_id, topic.c.id, topic.c.name, func.count(), func.min(which), func.max(which))
            .join(topic, topic.c.id == topic_review.c.topic_id)
            .group_by(topic_review.c.subject_id, topic.c.id, topic.c.name)
            .order_by(topic_review.c.subject_id, topic.c.id)
        )
        rows = groupby(self._connection.execute(statement), key=lambda row: row.subject_id)
        return {SubjectId(each): digest(*(repr(tuple(row)) for row in some)) for each, some in rows}

    def subjects(self, wanted: TopicId, limit: int = AT_ONCE, oldest: Oldest = NO_AGE) -> list[tuple[SubjectId, int]]:
        """What the shown reviews of a topic are about and how many there are of each, the most spoken of first."""
        often = func.count()
        statement = (
            _shown(select(review.c.subject_id, often))
            .where(topic_review.c.topic_id == wanted, *none_too_old(oldest))
            .group_by(review.c.subject_id)
            .order_by(often.desc(), review.c.subject_id)
            .limit(limit)
        )
        return [(SubjectId(subject), count) for subject, count in self._connection.execute(statement)]

    def counts(self, wanted: Sequence[TopicId], oldest: Oldest = NO_AGE) -> dict[TopicId, TopicCounts]:
        """Shown reviews of each topic, and subjects that they are about."""
        found = dict.fromkeys(wanted, TopicCounts())
        columns = (topic_review.c.topic_id, func.count(review.c.subject_id.distinct()), func.count())
        for some in _portions(wanted):
            among = (topic_review.c.topic_id.in_(some), *none_too_old(oldest))
            counted = _shown(select(*columns)).where(*among).group_by(columns[0])
            for which, subjects, reviews in self._connection.execute(counted):
                found[TopicId(which)] = TopicCounts(subjects=subjects, reviews=reviews)
        return found

    def earliest(self, wanted: TopicId, source: SourceId, after: datetime) -> datetime | None:
        """When the oldest copy was received that is shown of a source, speaks of a topic and came after a time."""
        statement = _shown(select(func.min(review.c.received_at))).where(
            topic_review.c.topic_id == wanted,
            review.c.source_id == source,
            review.c.received_at > to_micros(after),
        )
        return maybe_from_micros(self._connection.scalar(statement))

    def voices(self, reviews: Collection[ReviewId]) -> dict[ReviewId, str]:
        """Whose each review is, where that is known to be the voice of others too."""
        found: dict[ReviewId, str] = {}
        for some in _portions(sorted(set(reviews))):
            statement = select(review.c.id, review.c.voice).where(review.c.id.in_(some), review.c.voice.is_not(None))
            found.update((ReviewId(which), voice) for which, voice in self._connection.execute(statement))
        return found

    def has_tags(self) -> bool:
        """Whether any shown review has a tag, or had one when tags were grouped last."""
        tagged = select(review.c.id).where(review.c.shown, review.c.tags != "[]").limit(1)
        kept = select(topic.c.id).where(topic.c.tag.is_not(None)).limit(1)
        return any(self._connection.scalar(each) is not None for each in (tagged, kept))

    def tagged_reviews(self) -> Iterator[tuple[ReviewId, SubjectId, Sequence[str]]]:
        """Every shown review that has tags, with what it is about and the tags."""
        statement = select(review.c.id, review.c.subject_id, review.c.tags).where(review.c.shown, review.c.tags != "[]")
        for which, subject, tags in self._connection.execute(statement.execution_options(yield_per=AT_ONCE)):
            yield ReviewId(which), SubjectId(subject), tuple(from_json(tags))


def _in_language(language: str | None) -> Any:
    return topic.c.language.is_(None) if language is None else topic.c.language == language


def _shown(statement: Select[Any]) -> Select[Any]:
    joined = topic_review.join(review, review.c.id == topic_review.c.review_id)
    return statement.select_from(joined).where(review.c.shown)


def _portions(ids: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(ids), AT_ONCE):
        yield ids[start : start + AT_ONCE]


def _to_row(each: KeptTopic) -> dict[str, Any]:
    return {
        "id": each.topic.id,
        "language": each.topic.language,
        "name": each.topic.name,
        "tag": each.topic.tag,
        "retired": each.topic.is_retired,
        "details": to_json(
            {
                "phrases": list(each.topic.phrases),
                "fingerprint": each.fingerprint,
                # What nobody renamed has no key: rows of earlier releases stay what they were.
                **({"given_name": each.topic.given_name} if each.topic.given_name else {}),
            }
        ),
    }


def _kept(row: Row[Any]) -> KeptTopic:
    details = from_json(row.details)
    found = Topic(
        id=TopicId(row.id),
        name=row.name,
        language=row.language,
        phrases=tuple(details["phrases"]),
        tag=row.tag,
        is_retired=bool(row.retired),
        given_name=details.get("given_name"),
    )
    return KeptTopic(topic=found, fingerprint=details["fingerprint"])
