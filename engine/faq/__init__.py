"""Questions and answers from reviews: each sentence of an answer is a count or a quotation and names its reviews."""

from __future__ import annotations

from engine.faq.answers import answer, answer_id
from engine.faq.drafting import draft
from engine.faq.states import PLACEHOLDERS, decided, filled, unknown_placeholders
from engine.faq.wording import FOLDER

__all__ = ["FOLDER", "PLACEHOLDERS", "answer", "answer_id", "decided", "draft", "filled", "unknown_placeholders"]
