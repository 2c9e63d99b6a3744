"""Questions as both doors read them: the words, and the facets beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace

from engine.domain import Problem, Severity
from engine.domain.search import Asked, Facet
from engine.errors import BadValueError
from engine.search import questions
from engine.search.questions import Misread


def read_question(
    text: str, selected: Mapping[str, Sequence[str]], language: str | None = None
) -> tuple[Asked, Sequence[Misread]]:
    """What is asked for, and what of it could not be understood.

    Raises BadValueError for a facet that there is none of.
    """
    question = questions.read_question(text, language=language)
    asked = question.asked
    facets: dict[Facet, AbstractSet[str]] = dict(asked.facets)
    for name, values in selected.items():
        facet = facet_of(name)
        facets[facet] = facets.get(facet, frozenset()) | set(values)
    return replace(asked, facets=facets), question.problems


def facet_of(name: str) -> Facet:
    if name not in set(Facet):
        raise BadValueError(f"{name[:40]}: there is no such facet; there are {', '.join(Facet)}")
    return Facet(name)


def asks_for_states(asked: Asked) -> bool:
    """Whether the question is about what is kept, shown or not."""
    return Facet.STATE in asked.facets or Facet.STATE in asked.unwanted


def as_problems(misread: Sequence[Misread]) -> list[Problem]:
    """What was not understood, as everything that is wrong is told; the place counts characters of the question."""
    return [
        Problem(rule=each.key, severity=Severity.WARNING, path=f"q[{each.start}:{each.end}]", message=each.message)
        for each in misread
    ]
