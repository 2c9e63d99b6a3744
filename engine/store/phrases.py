"""What was mined of a subject: phrases and FAQ entries, in the order of their rank."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from engine.domain import FaqEntry, FaqId, FaqState, Phrase, ReviewId, SubjectId
from engine.store.tables import faq_entry, phrase
from engine.store.values import (
    from_json,
    quote_from_list,
    quote_to_list,
    sentence_from_list,
    sentence_to_list,
    to_json,
)


class Phrases:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, subject: SubjectId, language: str | None = None) -> list[Phrase]:
        statement = select(phrase).where(phrase.c.subject_id == subject).order_by(phrase.c.language, phrase.c.rank)
        if language is not None:
            statement = statement.where(phrase.c.language == language)
        return [_phrase(row) for row in self._connection.execute(statement)]

    def replace(self, subject: SubjectId, phrases: Sequence[Phrase]) -> None:
        """Puts these in place of all that the subject has."""
        self._connection.execute(delete(phrase).where(phrase.c.subject_id == subject))
        rows = [
            {
                "subject_id": subject,
                "language": each.language,
                "rank": rank,
                "text": each.text,
                "details": to_json(_details(each)),
            }
            for rank, each in enumerate(phrases)
        ]
        if rows:
            self._connection.execute(insert(phrase), rows)

    def faq_of(self, subject: SubjectId, language: str | None = None) -> list[FaqEntry]:
        statement = (
            select(faq_entry)
            .where(faq_entry.c.subject_id == subject)
            .order_by(faq_entry.c.language, faq_entry.c.rank, faq_entry.c.id)
        )
        if language is not None:
            statement = statement.where(faq_entry.c.language == language)
        return [_entry(row) for row in self._connection.execute(statement)]

    def move_faq(self, subject: SubjectId, quoted: Sequence[ReviewId], state: FaqState) -> None:
        """Puts the entries that quote one of the reviews into a state."""
        wanted = set(quoted)
        ids = [each.id for each in self.faq_of(subject) if wanted & set(each.review_ids)]
        if ids:
            self._connection.execute(update(faq_entry).where(faq_entry.c.id.in_(ids)).values(state=state))

    def replace_faq(self, subject: SubjectId, entries: Sequence[FaqEntry]) -> None:
        """Puts these in place of all that the subject has."""
        self._connection.execute(delete(faq_entry).where(faq_entry.c.subject_id == subject))
        rows = [
            {
                "id": each.id,
                "subject_id": subject,
                "language": each.language,
                "rank": rank,
                "state": each.state,
                "details": to_json(
                    {
                        "question": each.question,
                        "phrase": each.phrase,
                        "sentences": [sentence_to_list(sentence) for sentence in each.sentences],
                    }
                ),
            }
            for rank, each in enumerate(entries)
        ]
        if rows:
            self._connection.execute(insert(faq_entry), rows)


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
    )


def _entry(row: Row[Any]) -> FaqEntry:
    kept = from_json(row.details)
    return FaqEntry(
        id=FaqId(row.id),
        subject_id=SubjectId(row.subject_id),
        language=row.language,
        question=kept["question"],
        sentences=tuple(sentence_from_list(each) for each in kept["sentences"]),
        phrase=kept["phrase"],
        state=FaqState(row.state),
    )
