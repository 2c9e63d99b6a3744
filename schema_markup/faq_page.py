"""The generator ``faq-jsonld``: questions about a subject with answers that rest on its reviews."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from engine.domain import Draft, FaqEntry, Material, Scope
from schema_markup.document import as_json
from schema_markup.node_ids import faq_node_id, subject_node_id


class FaqPage:
    """https://schema.org/FAQPage; valid, though Google shows no FAQ result since 2026-05-07.

    The text of an answer is the plain text that the page shows, never HTML-escaped: a conforming parser would read
    ``&lt;`` as those four characters, and so not find the answer on the page. Google, which read the text as HTML,
    ignored the tags it did not know and no longer reads it at all.
    """

    name = "faq-jsonld"
    media_type = "application/ld+json"
    scopes = frozenset({Scope.SUBJECT})
    needs: Sequence[str] = ("jsonld",)

    def build(self, material: Material) -> Draft | None:
        if not material.marked_up_faq:
            return None
        quoted = dict.fromkeys(review for entry in material.marked_up_faq for review in entry.review_ids)
        return Draft(body=as_json(_document(material)), reviews=tuple(quoted))


def answer_text(entry: FaqEntry) -> str:
    """The whole answer as one line of plain text."""
    return " ".join(sentence.text for sentence in entry.sentences)


def _document(material: Material) -> dict[str, Any]:
    subject, settings = material.subject, material.settings
    return {
        "@context": "https://schema.org",
        "@type": "FAQPage",
        "@id": faq_node_id(subject, settings),
        "inLanguage": material.locale,
        # Without the subject's own document its id would lead nowhere.
        "about": {"@id": subject_node_id(subject, settings)} if "jsonld" in material.parts else None,
        "mainEntity": [_question(entry) for entry in material.marked_up_faq],
    }


def _question(entry: FaqEntry) -> dict[str, Any]:
    return {
        "@type": "Question",
        "name": entry.question,
        "acceptedAnswer": {"@type": "Answer", "text": answer_text(entry)},
    }
