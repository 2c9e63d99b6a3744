"""What schema.org itself says of an item: its types, which properties it may have and what those take.

Ranges are advisory: text is tolerated where an item is expected (https://schema.org/docs/datamodel.html, conformance).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from schema_markup.grammar import as_number, as_seconds, is_date, is_link, is_time, is_truth
from schema_markup.nodes import ITEM, Node, as_list
from schema_markup.rulebook import Violation, quoted
from schema_markup.vocabulary import (
    closest,
    closest_property,
    is_class,
    is_enumeration,
    is_property,
    kinds,
    members,
    properties,
    superseded,
)

Reader = Callable[[Any], bool]
_ENTITY = re.compile(r"&(?:amp|lt|gt|quot|apos|nbsp|#0?39|#x27|#8217);")
# Google reads these as HTML, in which the codes are right.
_HTML = frozenset({"text", "articleBody", "recipeInstructions"})
# Google's own page still names it (local-business, 2026-07-08).
_STILL_ASKED_FOR = frozenset({"menu"})
_HOME = ("https://schema.org/", "http://schema.org/")
_LOOKED_THROUGH: frozenset[Any] = frozenset({str, list})
_NOTHING: frozenset[str] = frozenset()
_IRI = re.compile(r"^(?:https?://schema\.org/|schema:)")
_READERS: dict[str, Reader] = {
    "Number": lambda value: as_number(value) is not None,
    "Integer": lambda value: as_number(value) is not None,
    "Float": lambda value: as_number(value) is not None,
    "Boolean": is_truth,
    "Date": is_date,
    "DateTime": is_date,
    "Time": is_time,
    "URL": is_link,
    "Duration": lambda value: as_seconds(value) is not None,
}


@dataclass(frozen=True, slots=True)
class Fact:
    """What an item of certain classes may say by one property."""

    takes: frozenset[str]
    readers: tuple[Reader, ...]
    """A plain value must please one of them; any will do where there are none."""
    names: frozenset[str]
    """The enumerations whose members it takes, where it takes nothing else."""
    wrong: tuple[tuple[str, str], ...]
    """The rules that the property breaks here already, each with what is found."""
    reads_html: bool
    is_number: bool = False


@dataclass(slots=True)
class Known:
    """The facts about items of certain classes, gathered as they are asked for."""

    kinds: frozenset[str]
    facts: dict[str, Fact] = field(default_factory=dict)
    anything: set[str] = field(default_factory=set)
    """Properties of which a plain value can be whatever it is."""
    are_classes: bool = True
    """Whether every class is schema.org's and current."""

    def about(self, name: str) -> Fact | None:
        """None for a property that schema.org does not have."""
        found = self.facts.get(name)
        if found is None and name in properties():
            found = self.facts[name] = _fact(name, self.kinds)
            if not (found.readers or found.names or found.wrong):
                self.anything.add(name)
        return found


@lru_cache(maxsize=1024)
def known_about(classes: frozenset[str]) -> Known:
    return Known(classes, are_classes=all(is_class(name) and name not in superseded() for name in classes))


def _fact(name: str, classes: frozenset[str]) -> Fact:
    of, takes = properties()[name]
    wrong = []
    if name in superseded() and name not in _STILL_ASKED_FOR:
        wrong.append(("property-superseded", f"{name} is now {superseded()[name]}"))
    ours = any(is_class(each) for each in classes)
    if of and ours and not of & classes and "Role" not in classes:
        wrong.append(("property-domain", quoted(name)))
    readers: tuple[Reader, ...] = ()
    if "Text" not in takes:
        readers = tuple(_READERS[each] for each in sorted(takes) if each in _READERS)
    names = takes if takes and all(is_enumeration(each) for each in takes) else frozenset()
    is_number = "Number" in takes or "Integer" in takes
    return Fact(takes, readers, names, tuple(wrong), name in _HTML, is_number)


def is_plainly_good(node: Node) -> bool:
    """Whether ``vocabulary_violations`` has nothing to say, found out without a closer look."""
    known = known_about(node.kinds)
    if not known.are_classes or node.places:
        return False
    anything = known.anything
    for name, value in node.properties.items():
        if value is ITEM:
            continue
        if name not in anything:
            if not _is_plain(value, known.facts.get(name)):
                return False
        elif value.__class__ in _LOOKED_THROUGH and not _is_sound(value):
            return False
    return not node.children or _are_expected(node.children, known.facts)


def _is_blank(text: str) -> bool:
    return not text or text.isspace()


def _is_sound(value: Any) -> bool:
    if value.__class__ is str:
        return not _is_blank(value) and ("&" not in value or not _ENTITY.search(value))
    return value[0] is ITEM or all(_is_sound(each) for each in value if each.__class__ is str)


def _are_expected(children: Mapping[str, list[Node]], facts: Mapping[str, Fact]) -> bool:
    for name, held in children.items():
        fact = facts.get(name)
        if fact is None or fact.wrong:
            return False
        for child in held:
            if child.kinds.isdisjoint(fact.takes):
                return False
    return True


def _is_plain(value: Any, fact: Fact | None) -> bool:
    """Whether one value is what its property takes, where one look tells."""
    if fact is None or fact.wrong:
        return False
    if value.__class__ is int or value.__class__ is float:
        return fact.is_number
    if value.__class__ is not str or ("&" in value and _ENTITY.search(value)):
        return False
    if fact.names:
        short = value.rpartition("/")[2] if value.startswith(_HOME) else value
        return not members().get(short, _NOTHING).isdisjoint(fact.names)
    return any(reads(value) for reads in fact.readers)


def vocabulary_violations(node: Node) -> Iterator[Violation]:
    """Everything that the vocabulary finds wrong with a node."""
    yield from _types(node)
    known = known_about(node.kinds)
    facts, children = known.facts, node.children
    for name, value in node.properties.items():
        fact = facts.get(name) or known.about(name)
        if fact is None:
            yield from _unknown(node, name)
            continue
        for rule, found in fact.wrong:
            yield Violation(rule, node.place(name), found)
        if value is not ITEM:
            yield from _plain_values(node, name, value, fact)
        if name in children:
            yield from _items(children[name], fact)
    for name, place in node.places.items():
        if place.endswith(".reviews"):
            yield Violation("property-superseded", node.place(name), "reviews is now review")


def _types(node: Node) -> Iterator[Violation]:
    for name in node.types:
        if is_class(name):
            if name in superseded():
                yield Violation("type-superseded", node.path, f"{name} is now {superseded()[name]}")
        elif ":" not in name:
            meant = closest(name)
            said = f"{quoted(name)} (did you mean {meant}?)" if meant else quoted(name)
            yield Violation("type-unknown", node.path, said)


def _unknown(node: Node, name: str) -> Iterator[Violation]:
    if ":" in name or is_property(name) or not node.kinds or not any(is_class(each) for each in node.kinds):
        return
    meant = closest_property(name)
    said = f"{quoted(name)} (did you mean {meant}?)" if meant else quoted(name)
    yield Violation("property-unknown", node.place(name), said)


def _plain_values(node: Node, name: str, value: Any, fact: Fact) -> Iterator[Violation]:
    for each in value if value.__class__ is list else (value,):
        if each is ITEM:
            continue
        if each.__class__ is str:
            if _is_blank(each):
                yield Violation("value-empty", node.place(name), name)
                continue
            if fact.names:
                yield from _member(node, name, each, fact.names)
            if "&" in each and not fact.reads_html and _ENTITY.search(each):
                yield Violation("text-entities", node.place(name), _ENTITY.findall(each)[0])
        if fact.readers and not any(reads(each) for reads in fact.readers):
            yield Violation("value-type", node.place(name), quoted(each))


def _member(node: Node, name: str, value: str, names: frozenset[str]) -> Iterator[Violation]:
    short = _IRI.sub("", value)
    # Some lists are continued by others, for example the ways to pay.
    if ":" in short or members().get(short, frozenset()) & names or kinds((short,)) & names:
        return
    yield Violation("value-enumeration", node.place(name), quoted(value))


def _items(held: list[Node], fact: Fact) -> Iterator[Violation]:
    for child in held:
        kinds_there = child.kinds
        if kinds_there & fact.takes or "Role" in kinds_there or not fact.takes or "Thing" in fact.takes:
            continue
        if child.types and not any(is_class(each) for each in child.types):
            continue
        yield Violation("value-unexpected", child.path, type_of(child))


def type_of(node: Node) -> str:
    """What an item is, for messages."""
    return " and ".join(node.types) or "an object without @type"


def flat(values: Any) -> list[Any]:
    """The plain values among those of a property."""
    return [each for each in as_list(values) if each is not ITEM]
