"""The facets of what was found: their commonest values by the names that people know them by."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from engine.domain import SubjectId
from engine.domain.search import Facet
from engine.search.codes import Columns, Mask, exact_code, industry_of, language_of
from engine.search.facets import Counted, code_of, counted
from engine.store import Told, Transaction

VALUES = 20
"""Values of a facet that are listed; all of them when they are asked for."""
MOST = 1000
"""Values of a facet that are listed when all are asked for."""

Selected = Mapping[Facet, AbstractSet[str]]
Found = tuple[Sequence[Counted], Sequence[str], bool]
"""What is listed of a facet, the selected values that nothing is found of, and whether there are more."""
_NOTHING: Found = ((), (), False)


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetValue:
    value: str
    label: str
    """As a person calls it."""
    count: int
    is_selected: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetCounts:
    """The values of a facet among what was found, its own selection aside, the commonest first."""

    facet: Facet
    values: Sequence[FacetValue]
    has_more: bool = False


def facet_counts(
    transaction: Transaction,
    known: Columns,
    masks: Mapping[Facet, Mask],
    selected: Selected,
    whole: AbstractSet[Facet] = frozenset(),
) -> list[FacetCounts]:
    """The facets of ``masks``, each counted among its own reviews; a value that is selected is listed with no review
    too."""
    found = {facet: _listed(known, facet, mask, selected, whole) for facet, mask in masks.items()}
    names = _Names(transaction, known, found)
    return [
        FacetCounts(
            facet=facet,
            values=list(_values(names, facet, listed, missing, selected.get(facet, frozenset()))),
            has_more=has_more,
        )
        for facet, (listed, missing, has_more) in found.items()
    ]


def _listed(known: Columns, facet: Facet, mask: Mask, selected: Selected, whole: AbstractSet[Facet]) -> Found:
    wanted = selected.get(facet, frozenset())
    listed, there_are = counted(known, facet, mask, most=MOST if facet in whole else VALUES, wanted=wanted)
    missing = sorted(one for one in wanted if not any(_stands_for(facet, each, one) for each in listed))
    return listed, missing, len(listed) < there_are


def _stands_for(facet: Facet, each: Counted, value: str) -> bool:
    return each.code == code_of(facet, value) if each.value is None else each.value == value


def _values(
    names: _Names, facet: Facet, listed: Sequence[Counted], missing: Sequence[str], selected: AbstractSet[str]
) -> Iterator[FacetValue]:
    for each in listed:
        value = each.value if each.value is not None else names.value(facet, each)
        # Its only review was taken away since it was counted.
        if value is not None:
            is_selected = any(_stands_for(facet, each, one) for one in selected)
            yield FacetValue(value=value, label=names.label(facet, value), count=each.count, is_selected=is_selected)
    for value in missing:
        yield FacetValue(value=value, label=names.label(facet, value), count=0, is_selected=True)


class _Names:
    """What values are called, read from the store once for all of them."""

    def __init__(self, transaction: Transaction, known: Columns, found: Mapping[Facet, Found]) -> None:
        self._known = known
        firsts = [
            int(known.numbers[each.first])
            for facet, (listed, _, _) in found.items()
            for each in listed
            if each.value is None and facet is not Facet.TOPIC
        ]
        self._told = transaction.search.told(firsts)
        topics, missing, _ = found.get(Facet.TOPIC, _NOTHING)
        self._topics = _topics(transaction, {each.code for each in topics} | {exact_code(each) for each in missing})
        subjects = {each.subject for each in self._told.values()}
        # A database takes no NUL and no lone surrogate, and no id has one.
        subjects |= {each for each in found.get(Facet.SUBJECT, _NOTHING)[1] if each.isprintable()}
        self._subjects = transaction.subjects.among([SubjectId(each) for each in sorted(subjects)])

    def value(self, facet: Facet, each: Counted) -> str | None:
        if facet is Facet.TOPIC:
            return next((which for which in self._topics if exact_code(which) == each.code), None)
        told = self._told.get(int(self._known.numbers[each.first]))
        return None if told is None else _VALUE_OF[facet](told)

    def label(self, facet: Facet, value: str) -> str:
        if facet is Facet.TOPIC:
            return self._topics.get(value, value)
        if facet is Facet.SUBJECT and SubjectId(value) in self._subjects:
            return self._subjects[SubjectId(value)].name
        return value


_VALUE_OF: Mapping[Facet, Callable[[Told], str | None]] = {
    Facet.SUBJECT: lambda told: told.subject,
    Facet.SOURCE: lambda told: told.source,
    Facet.LANGUAGE: lambda told: language_of(told.language),
    Facet.ROLE: lambda told: told.role,
    Facet.COMPANY: lambda told: told.company,
    Facet.INDUSTRY: lambda told: industry_of(told.tags),
}


def _topics(transaction: Transaction, codes: AbstractSet[int]) -> dict[str, str]:
    """The names of topics by their ids."""
    return {each: name for each, name in transaction.topics.names().items() if exact_code(each) in codes}
