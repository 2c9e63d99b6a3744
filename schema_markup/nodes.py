"""One item of structured data, in plain names, and the path of each part of it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

_PLAIN_NAME = re.compile(r"@?[A-Za-z_][A-Za-z0-9_-]*")


class Item(dict[str, Any]):
    """What stands in a node's properties for each nested or referenced item, which is a Node of its own."""


# One for all: the properties of a node stay flat, so items that refer to each other make no endless value.
ITEM = Item()


@dataclass(slots=True, eq=False)
class Node:
    """One item: prefixes gone, nested and referenced items in ``children``."""

    path: str
    types: tuple[str, ...]
    kinds: frozenset[str]
    """Its types and every class above them."""
    properties: dict[str, Any]
    """As the schemas judge it: texts, numbers and ITEM, one or several; keywords are not among them."""
    scope: int = 0
    """The number of the document it stands in."""
    id: str | None = None
    is_nested: bool = False
    children: dict[str, list[Node]] = field(default_factory=dict)
    holders: list[tuple[Node, str]] = field(default_factory=list)
    """The items that hold or refer to this one, and by which property."""
    places: dict[str, str] = field(default_factory=dict)
    """Where a property stands that was not said here under this name."""
    dangling: dict[str, tuple[str, str]] = field(default_factory=dict)
    """The path and the id of a reference that leads nowhere, by property."""

    @property
    def is_subject(self) -> bool:
        """Whether the document is about it, rather than mentions it."""
        return not self.is_nested or any(name == "mainEntity" for _, name in self.holders)

    def place(self, name: str | None = None, *steps: str | int) -> str:
        """The path of the item, of a property, or of something inside that."""
        if name is None:
            return self.path
        if name in self.places:
            # What was put together from several places has no index that the document knows.
            return self.places[name]
        return step(self.path, name, *steps)

    def values(self, name: str) -> list[Any]:
        """The values of a property, one or many, as a list."""
        return as_list(self.properties.get(name))

    def held_as(self, name: str) -> list[Node]:
        """Who holds this as that property."""
        return [holder for holder, by in self.holders if by == name]

    def all_of(self, name: str) -> list[Node]:
        """The items that a property holds."""
        return self.children.get(name, [])


def step(path: str, *steps: str | int) -> str:
    """A path, some steps deeper: ``$.review[2].author``."""
    for each in steps:
        if isinstance(each, int):
            path += f"[{each}]"
        elif _PLAIN_NAME.fullmatch(each):
            path += f".{each}"
        else:
            path += f"[{each[:60]!a}]"
    return path


def as_list(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
