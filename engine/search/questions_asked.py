"""Questions of words alone: made of one word, and written as words again."""

from __future__ import annotations

from engine.domain.search import Asked, Clause


def as_words(asked: Asked) -> str:
    """The words of a question as somebody would write them."""
    return " ".join(map(_written, asked.clauses))


def _written(clause: Clause) -> str:
    text = f'"{clause.text}"' if clause.is_phrase else clause.text + ("*" if clause.is_start else "")
    field = f"{clause.field}:" if clause.field else ""
    return f"{'-' if clause.is_excluded else ''}{field}{text}"
