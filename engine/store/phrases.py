"""What was mined of a subject: its phrases in the order of their rank."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, insert, select, update

from engine.domain import Phrase, ReviewId, SubjectId, TopicId
from engine.store.tables import phrase
from engine.store.values import from_json, quote_from_list, quote_to_list, to_json

AT_ONCE = 1000


class Phrases:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, subject: SubjectId, language: str | None = None) -> list[Phrase]:
        statement = select(phrase).where(phrase.c.subject_id == subject).order_by(phrase.c.language, phrase.c.rank)
        if language is not None:
            statement = statement.where(phrase.c.language == language)
        return [_phrase(row) for row in self._connection.execute(statement)]

    def with_topics(self, subject: SubjectId, language: str, limit: int) -> list[Phrase]:
        """The commonest phrases that have a topic."""
        statement = select(phrase).where(
            phrase.c.subject_id == subject, phrase.c.language == language, phrase.c.topic_id.is_not(None)
        )
        rows = self._connection.execute(statement.order_by(phrase.c.rank).limit(limit))
        return [_phrase(row) for row in rows]

    def replace(self, subject: SubjectId, phrases: Sequence[Phrase]) -> None:
        """Puts these in place of all that the subject has."""
        self._connection.execute(delete(phrase).where(phrase.c.subject_id == subject))
        rows = [
            {
                "subject_id": subject,
                "language": each.language,
                "rank": rank,
                "text": each.text,
                "topic_id": each.topic,
                "details": to_json(_details(each)),
            }
            for rank, each in enumerate(phrases)
        ]
        if rows:
            self._connection.execute(insert(phrase), rows)

    def of_language(self, language: str) -> Iterator[tuple[SubjectId, Phrase]]:
        """The phrases of all subjects in a language, by subject and rank."""
        statement = select(phrase).where(phrase.c.language == language).order_by(phrase.c.subject_id, phrase.c.rank)
        for row in self._connection.execute(statement.execution_options(yield_per=AT_ONCE)):
            yield SubjectId(row.subject_id), _phrase(row)

    def languages(self) -> list[str]:
        """The languages in which any subject has phrases."""
        return list(self._connection.scalars(select(phrase.c.language).distinct().order_by(phrase.c.language)))

    def of_topic(self, topic: TopicId) -> list[tuple[SubjectId, Phrase]]:
        """The phrases of all subjects that a topic groups, by subject and rank."""
        statement = select(phrase).where(phrase.c.topic_id == topic).order_by(phrase.c.subject_id, phrase.c.rank)
        return [(SubjectId(row.subject_id), _phrase(row)) for row in self._connection.execute(statement)]

    def put_into_topics(self, language: str, topics: Mapping[tuple[SubjectId, str], TopicId | None]) -> None:
        """Says which topic the phrase of a subject and a text belongs to; what else the subject has stays as it is."""
        statement = (
            update(phrase)
            .where(
                phrase.c.subject_id == bindparam("which"),
                phrase.c.language == language,
                phrase.c.text == bindparam("wording"),
            )
            .values(topic_id=bindparam("topic"))
        )
        rows = [{"which": subject, "wording": text, "topic": which} for (subject, text), which in topics.items()]
        if rows:
            self._connection.execute(statement, rows)


def _details(each: Phrase) -> dict[str, Any]:
    return {
        "count": each.count,
        "positive": each.positive,
        "negative": each.negative,
        "variants": list(each.variants),
        "quotes": [quote_to_list(quote) for quote in each.quotes],
        "review_ids": list(each.review_ids),
        "kind": each.kind,
    }


def _phrase(row: Row[Any]) -> Phrase:
    kept = from_json(row.details)
    return Phrase(
        text=row.text,
        language=row.language,
        count=kept["count"],
        positive=kept["positive"],
        negative=kept["negative"],
        variants=tuple(kept["variants"]),
        quotes=tuple(quote_from_list(each) for each in kept["quotes"]),
        review_ids=tuple(ReviewId(each) for each in kept["review_ids"]),
        kind=kept["kind"],
        topic=TopicId(row.topic_id) if row.topic_id else None,
    )
