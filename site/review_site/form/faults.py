"""What is wrong with what was typed, in words: in a list that leads to each field, and beside the fields."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from engine.i18n import Texts
from review_site.form.reading import Fault

Told = Sequence[tuple[str, str]]
"""The name of the field, empty for the whole form, and the words, in the order of the fields."""


def words_of(fault: Fault, spoken: Texts) -> str:
    if fault.number is not None:
        return spoken.plural(fault.key, fault.number, **fault.values)
    return spoken(fault.key, **fault.values)


def listed(told: Told, first_of: Mapping[str, str]) -> Told:
    """With the id to lead to in place of the name; ``first_of`` has it by field, where several boxes make one field."""
    return [(first_of.get(name, name), said) for name, said in told]


def beside(told: Told, fields: Iterable[str]) -> Mapping[str, str]:
    """All that is said about each of the fields; empty where nothing is."""
    return {each: " ".join(said for name, said in told if name == each) for each in fields}
