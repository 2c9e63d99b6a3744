"""Questions as both doors read them: the words, and the facets beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace

from engine.domain import Problem
from engine.domain.search import Asked, Facet
from engine.errors import BadValueError
from engine.search.questions_asked import plain


def read_question(text: str, selected: Mapping[str, Sequence[str]]) -> tuple[Asked, Sequence[Problem]]:
    """What is asked for, and what of it could not be understood.

    Raises BadValueError for a facet that there is none of.
    """
    asked = plain(text)
    facets: dict[Facet, AbstractSet[str]] = dict(asked.facets)
    for name, values in selected.items():
        facet = facet_of(name)
        facets[facet] = facets.get(facet, frozenset()) | set(values)
    return replace(asked, facets=facets), ()


def facet_of(name: str) -> Facet:
    if name not in set(Facet):
        raise BadValueError(f"{name[:40]}: there is no such facet; there are {', '.join(Facet)}")
    return Facet(name)


def asks_for_states(asked: Asked) -> bool:
    """Whether the question is about what is kept, shown or not."""
    return Facet.STATE in asked.facets or Facet.STATE in asked.unwanted
