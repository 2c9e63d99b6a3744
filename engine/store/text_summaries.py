"""What customers say about a subject as a whole, one summary for each of its languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select

from engine.domain import Point, SubjectId, TextSummary
from engine.store.tables import text_summary
from engine.store.values import from_json, quote_from_list, quote_to_list, to_json

LISTS = ("praised", "criticised", "best_for")


class TextSummaries:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, subject: SubjectId, language: str | None = None) -> list[TextSummary]:
        """The summaries of a subject in the order of their languages."""
        statement = select(text_summary).where(text_summary.c.subject_id == subject).order_by(text_summary.c.language)
        if language is not None:
            statement = statement.where(text_summary.c.language == language)
        return [_from_row(row) for row in self._connection.execute(statement)]

    def replace(self, subject: SubjectId, summaries: Sequence[TextSummary]) -> None:
        """Puts these in place of all that the subject has."""
        self._connection.execute(delete(text_summary).where(text_summary.c.subject_id == subject))
        rows = [
            {
                "subject_id": subject,
                "language": each.language,
                "voices": each.voices,
                "details": to_json({name: [_to_list(point) for point in getattr(each, name)] for name in LISTS}),
            }
            for each in summaries
        ]
        if rows:
            self._connection.execute(insert(text_summary), rows)


def _from_row(row: Row[Any]) -> TextSummary:
    kept: Mapping[str, Sequence[Sequence[Any]]] = from_json(row.details)
    praised, criticised, best_for = (tuple(_from_list(each) for each in kept[name]) for name in LISTS)
    return TextSummary(
        subject_id=SubjectId(row.subject_id),
        language=row.language,
        voices=row.voices,
        praised=praised,
        criticised=criticised,
        best_for=best_for,
    )


def _to_list(point: Point) -> list[Any]:
    return [point.phrase, point.count, point.positive, point.negative, quote_to_list(point.quote)]


def _from_list(kept: Sequence[Any]) -> Point:
    phrase, count, positive, negative, quote = kept
    return Point(phrase=phrase, count=count, positive=positive, negative=negative, quote=quote_from_list(quote))
