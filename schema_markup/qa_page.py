"""A customer's question with the answers of other customers: https://schema.org/QAPage.

No collector reads questions yet, so no generator is plugged in: this is the document, for the page of one question.
https://developers.google.com/search/docs/appearance/structured-data/qapage (2026-07-08) takes one question a page that
readers can answer, and none of a product page with many.
"""

from __future__ import annotations

from typing import Any

from engine.domain import Answer, PublishSettings, Question, Subject
from schema_markup.node_ids import mention, question_node_id
from schema_markup.review import LONGEST_AUTHOR, as_date


def qa_page(question: Question, subject: Subject, settings: PublishSettings) -> dict[str, Any] | None:
    """The QAPage of a question, for ``as_json``; None while nobody has answered, when it earns no result."""
    if not question.answers:
        return None
    node = question_node_id(question.id, subject, settings)
    return {
        "@context": "https://schema.org",
        "@type": "QAPage",
        "mainEntity": {
            "@type": "Question",
            "@id": node,
            "name": question.title,
            "text": question.text or question.title,
            "author": _person(question.author),
            "datePublished": as_date(question.written_at) if question.written_at else None,
            "upvoteCount": question.votes,
            "answerCount": len(question.answers),
            "about": mention(subject, settings),
            "acceptedAnswer": next((_answer(each, node) for each in _accepted(question)), None),
            "suggestedAnswer": [_answer(each, node) for each in question.answers if each.id != question.accepted],
        },
    }


def _accepted(question: Question) -> list[Answer]:
    return [each for each in question.answers if each.id == question.accepted]


def _answer(answer: Answer, question_node: str) -> dict[str, Any]:
    return {
        "@type": "Answer",
        "text": answer.text,
        "author": _person(answer.author),
        "datePublished": as_date(answer.written_at) if answer.written_at else None,
        "upvoteCount": answer.votes,
        "url": f"{question_node}-{answer.id}",
    }


def _person(name: str | None) -> dict[str, str] | None:
    return {"@type": "Person", "name": name} if name and len(name) <= LONGEST_AUTHOR else None
