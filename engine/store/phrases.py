"""What was mined of a subject: its phrases in the order of their rank."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, insert, select, update

from engine.domain import Phrase, ReviewId, SubjectId, TopicId
from engine.store.tables import phrase
from engine.store.values import from_json, quote_from_list, quote_to_list, to_json
from engine.trends import Trend

AT_ONCE = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class PhraseFigures:
    """What is told beside a phrase, as it was when its subject was mined."""

    voices: int
    """All that spoke of the subject in the language of the phrase."""
    trend: Trend
    timezone: str
    """Where the quarters of the trend begin."""


Figures = Mapping[tuple[str, str], PhraseFigures]
"""By language and text of the phrase."""


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

    def figures(self, subject: SubjectId, language: str | None = None) -> Figures:
        """What is told beside the phrases of a subject, as far as it was mined since that is kept."""
        columns = (phrase.c.language, phrase.c.text, phrase.c.figures)
        statement = select(*columns).where(phrase.c.subject_id == subject, phrase.c.figures.is_not(None))
        if language is not None:
            statement = statement.where(phrase.c.language == language)
        return {(row.language, row.text): _figures(row.figures) for row in self._connection.execute(statement)}

    def note(self, subject: SubjectId, figures: Figures) -> None:
        """Writes what is told beside phrases that there are; the phrases stay as they are."""
        wording = phrase.c.language == bindparam("of_language"), phrase.c.text == bindparam("wording")
        statement = update(phrase).where(phrase.c.subject_id == subject, *wording).values(figures=bindparam("told"))
        rows = [
            {"of_language": language, "wording": text, "told": _figures_kept(each)}
            for (language, text), each in figures.items()
        ]
        if rows:
            self._connection.execute(statement, rows)

    def without_figures(self) -> list[SubjectId]:
        """The subjects that have phrases with nothing told beside them, in the order of their ids."""
        subjects = select(phrase.c.subject_id).where(phrase.c.figures.is_(None)).distinct()
        return [SubjectId(each) for each in self._connection.scalars(subjects.order_by(phrase.c.subject_id))]

    def replace(self, subject: SubjectId, phrases: Sequence[Phrase], figures: Figures | None = None) -> None:
        """Puts these in place of all that the subject has, with what is told beside them."""
        told = figures or {}
        self._connection.execute(delete(phrase).where(phrase.c.subject_id == subject))
        rows = [
            {
                "subject_id": subject,
                "language": each.language,
                "rank": rank,
                "text": each.text,
                "topic_id": each.topic,
                "details": to_json(_details(each)),
                "figures": _figures_kept(told.get((each.language, each.text))),
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


def _figures_kept(each: PhraseFigures | None) -> str | None:
    if each is None:
        return None
    return to_json([each.voices, each.timezone, dict(each.trend.quarters), each.trend.undated])


def _figures(kept: str) -> PhraseFigures:
    voices, timezone, quarters, undated = from_json(kept)
    return PhraseFigures(voices=voices, timezone=timezone, trend=Trend(quarters=quarters, undated=undated))


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
