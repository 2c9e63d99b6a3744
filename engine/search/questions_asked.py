"""Questions as they are asked: plain words read into clauses, and clauses written as words again."""

from __future__ import annotations

import re

from engine.domain.search import Asked, Clause

LONGEST = 500
"""Characters of a question that are read."""
_PART = re.compile(r'(?P<minus>-)?(?:"(?P<phrase>[^"]*)"|(?P<word>[^\s"]+))')


def plain(text: str) -> Asked:
    """Words, "phrases", and -words that must not be there; every other sign is a part of a word."""
    return Asked(
        clauses=tuple(
            Clause(
                text=(found["phrase"] or found["word"] or "").strip(),
                is_phrase=found["phrase"] is not None,
                is_excluded=found["minus"] is not None,
            )
            for found in _PART.finditer(text[:LONGEST])
            if (found["phrase"] or found["word"] or "").strip("- ")
        )
    )


def only(word: str, language: str | None) -> Asked:
    return Asked(clauses=(Clause(text=word),), language=language)


def as_words(asked: Asked) -> str:
    """The words of a question as somebody would write them."""
    return " ".join(map(_written, asked.clauses))


def _written(clause: Clause) -> str:
    text = f'"{clause.text}"' if clause.is_phrase else clause.text + ("*" if clause.is_start else "")
    field = f"{clause.field}:" if clause.field else ""
    return f"{'-' if clause.is_excluded else ''}{field}{text}"
