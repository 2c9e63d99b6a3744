"""Which classes Google lets be rated, and which it expects by a property: ``rules/types.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from schema_markup.nodes import ITEM, Node
from schema_markup.rulebook import FOLDER, Violation, quoted
from schema_markup.vocabulary_checks import type_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """Which classes a property takes."""

    property: str
    of: str
    types: frozenset[str]
    rule: str
    text: bool


@cache
def _types() -> dict[str, Any]:
    with (FOLDER / "types.toml").open("rb") as file:
        return tomllib.load(file)


@cache
def reviewable() -> frozenset[str]:
    """The classes that Google lets carry ratings and reviews, their subclasses not spelled out."""
    return frozenset(_types()["reviewable"])


@lru_cache(maxsize=1024)
def expected_of(kinds: frozenset[str]) -> Mapping[str, tuple[Expected, ...]]:
    """What is expected of items of these classes, by property."""
    found: dict[str, tuple[Expected, ...]] = {}
    for each in _types()["expected"]:
        if each["of"] == "Thing" or each["of"] in kinds:
            types = frozenset(each["types"])
            name = each["property"]
            one = Expected(property=name, of=each["of"], types=types, rule=each["rule"], text=each.get("text", False))
            found[name] = (*found.get(name, ()), one)
    return found


def is_as_expected(node: Node) -> bool:
    """Whether ``expected_types`` has nothing to say."""
    expected, properties, children = expected_of(node.kinds), node.properties, node.children
    for name in expected:
        if name in properties:
            for each in expected[name]:
                if not each.text and properties[name] is not ITEM:
                    return False
                for child in children.get(name, ()):
                    if child.kinds.isdisjoint(each.types):
                        return False
    return True


def expected_types(node: Node) -> Iterator[Violation]:
    """What a property holds that Google does not read there."""
    expected, properties = expected_of(node.kinds), node.properties
    for name in expected:
        if name in properties:
            for each in expected[name]:
                yield from _unexpected(node, each)


def _unexpected(node: Node, expected: Expected) -> Iterator[Violation]:
    name = expected.property
    if not expected.text and node.properties[name] is not ITEM:
        for value in node.values(name):
            if value is not ITEM:
                yield Violation(expected.rule, node.place(name), quoted(value))
    for child in node.all_of(name):
        # A Role stands between the two and says more about it (https://schema.org/Role).
        if not child.kinds & expected.types and "Role" not in child.kinds:
            yield Violation(expected.rule, child.path, type_of(child))
