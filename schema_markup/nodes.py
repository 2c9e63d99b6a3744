"""The items of JSON-LD documents: nested ones and those of @graph as one flat list, joined by their @id."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from schema_markup.rulebook import Violation
from schema_markup.vocabulary import kinds

_IRI = re.compile(r"^https?://schema\.org/")
_PLAIN_NAME = re.compile(r"^@?[A-Za-z_][A-Za-z0-9_-]*$")
# Two statements of these are two statements, not one said twice.
_ADDED_UP = frozenset({"aggregateRating", "review"})
_KEYWORDS = frozenset({"@context", "@graph"})
_MOST_TYPES = 32


class Properties(dict[str, Any]):
    """The properties of a node.

    jsonschema words its errors with ``repr``, and items that refer to each other twice would be printed without end.
    """

    def __repr__(self) -> str:
        return "{...}"


@dataclass(slots=True, eq=False)
class Node:
    """One item, in plain names: prefixes gone, references replaced by what they refer to."""

    path: str
    types: tuple[str, ...]
    kinds: frozenset[str]
    """Its types and every class above them."""
    properties: Properties
    """As the schemas judge it; the values of nested items are their ``properties``."""
    children: dict[str, list[Node]] = field(default_factory=dict)
    holders: list[tuple[Node, str]] = field(default_factory=list)
    """The items that hold or refer to this one, and by which property."""
    is_nested: bool = False
    places: dict[str, str] = field(default_factory=dict)
    """Where a property stands that was said about this item elsewhere."""

    @property
    def is_subject(self) -> bool:
        """Whether the document is about it, rather than mentions it."""
        return not self.is_nested or any(name == "mainEntity" for _, name in self.holders)

    def place(self, *steps: str | int) -> str:
        """The path of something inside."""
        if steps and steps[0] in self.places:
            return step(self.places[str(steps[0])], *steps)
        return step(self.path, *steps)

    def values(self, name: str) -> list[Any]:
        """The values of a property, one or many, as a list."""
        return as_list(self.properties.get(name))

    def held_as(self, name: str) -> list[Node]:
        """Who holds this as that property."""
        return [holder for holder, by in self.holders if by == name]


def step(path: str, *steps: str | int) -> str:
    """A path, some steps deeper: ``$.review[2].author``."""
    for each in steps:
        if isinstance(each, int):
            path += f"[{each}]"
        elif _PLAIN_NAME.match(each):
            path += f".{each}"
        else:
            path += f"[{each[:60]!a}]"
    return path


def as_list(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def read_nodes(documents: Iterable[tuple[str, Any]]) -> tuple[list[Node], list[Violation]]:
    """The items of the documents of one page, each given with its path; items of one @id become one.

    Documents must not be nested deeper than ``strict_json`` allows. What is not about schema.org is left alone.
    """
    reader = _Reader()
    for number, (path, document) in enumerate(documents):
        reader.read(path, document, number)
    reader.join()
    return reader.nodes, reader.violations


@dataclass(slots=True)
class _Terms:
    prefixes: frozenset[str]
    scope: int

    def name(self, key: str) -> str:
        if ":" not in key:
            return key
        prefix, _, rest = key.partition(":")
        return rest if prefix in self.prefixes else _IRI.sub("", key)


@dataclass(slots=True)
class _Reader:
    """Linear in the size of the documents, whatever they hold: hostile ones repeat one @id a hundred thousand times."""

    nodes: list[Node] = field(default_factory=list)
    violations: list[Violation] = field(default_factory=list)
    referring: dict[tuple[int, str], Node] = field(default_factory=dict)
    scopes: dict[int, int] = field(default_factory=dict)

    def read(self, path: str, document: Any, number: int) -> None:
        if isinstance(document, list):
            for index, each in enumerate(document):
                self.read(f"{path}[{index}]", each, number)
        elif isinstance(document, dict):
            self._root(path, document, number)

    def _root(self, path: str, document: dict[str, Any], number: int) -> None:
        context = document.get("@context")
        if context is None:
            self.violations.append(Violation("context-missing", path))
        elif not _speaks_of_schema(context):
            return
        self._top(path, document, _Terms(_prefixes(context) | {"schema"}, number))

    def _top(self, path: str, document: dict[str, Any], terms: _Terms) -> None:
        if any(key not in {"@context", "@graph", "@id"} for key in document) or "@graph" not in document:
            node = self._node(path, document, terms)
            if not node.types:
                self.violations.append(Violation("type-missing", path))
        graph = document.get("@graph")
        for index, each in enumerate(as_list(graph)):
            if isinstance(each, dict):
                self._top(step(path, "@graph", index) if isinstance(graph, list) else step(path, "@graph"), each, terms)

    def _node(self, path: str, raw: dict[str, Any], terms: _Terms) -> Node:
        types = tuple(terms.name(each) for each in as_list(raw.get("@type")) if isinstance(each, str))[:_MOST_TYPES]
        node = Node(path, types, kinds(types), Properties())
        self.nodes.append(node)
        self.scopes[id(node)] = terms.scope
        for key, value in raw.items():
            if key not in _KEYWORDS:
                name = terms.name(key)
                is_plain = not isinstance(value, dict | list)
                node.properties[name] = value if is_plain else self._value(value, node, name, step(path, key), terms)
        return node

    def _value(self, value: Any, holder: Node, name: str, path: str, terms: _Terms) -> Any:
        if isinstance(value, list):
            return [self._value(each, holder, name, f"{path}[{index}]", terms) for index, each in enumerate(value)]
        if not isinstance(value, dict):
            return value
        for wrapper in ("@value", "@list", "@set"):
            if wrapper in value:
                return self._value(value[wrapper], holder, name, step(path, wrapper), terms)
        if _is_reference(value):
            self.referring[id(holder), name] = holder
            return value
        child = self._node(path, value, terms)
        child.is_nested = True
        holder.children.setdefault(name, []).append(child)
        return child.properties

    def join(self) -> None:
        """Make one item of those with one @id, replace references by what they refer to, and tell each its holders."""
        by_id: dict[tuple[str, int], Node] = {}
        stand_in: dict[int, Node] = {}
        for node in self.nodes:
            name = node.properties.get("@id")
            if isinstance(name, str):
                first = by_id.setdefault(_key(name, self.scopes[id(node)]), node)
                if first is not node:
                    _merge(first, node)
                    stand_in[id(node)] = first
        self.nodes = [node for node in self.nodes if id(node) not in stand_in]
        referring = {
            (id(stand_in.get(id(holder), holder)), name, self.scopes[id(holder)]): stand_in.get(id(holder), holder)
            for (_, name), holder in self.referring.items()
        }
        for (_, name, scope), holder in referring.items():
            _resolve(holder, name, by_id, scope)
        for node in self.nodes:
            _tell_children(node, stand_in)


def _key(name: str, scope: int) -> tuple[str, int]:
    # Blank node identifiers mean something in their own document only.
    return (name, scope) if name.startswith("_:") else (name, -1)


def _is_reference(value: Any) -> bool:
    return isinstance(value, dict) and len(value) == 1 and isinstance(value.get("@id"), str)


def _resolve(holder: Node, name: str, by_id: dict[tuple[str, int], Node], scope: int) -> None:
    def resolved(value: Any) -> Any:
        if isinstance(value, list):
            return [resolved(each) for each in value]
        target = by_id.get(_key(value["@id"], scope)) if _is_reference(value) else None
        if target is None:
            return value
        holder.children.setdefault(name, []).append(target)
        return target.properties

    holder.properties[name] = resolved(holder.properties.get(name))


def _merge(first: Node, second: Node) -> None:
    if len(first.types) < _MOST_TYPES:
        first.types += tuple(each for each in second.types if each not in first.types)
        first.kinds |= second.kinds
    first.is_nested = first.is_nested and second.is_nested
    for name, value in second.properties.items():
        if name not in first.properties:
            first.properties[name] = value
            first.places[name] = second.path
            first.children.setdefault(name, []).extend(second.children.get(name, ()))
        elif name in _ADDED_UP:
            if not isinstance(first.properties[name], list):
                first.properties[name] = [first.properties[name]]
            first.properties[name].extend(as_list(value))
            first.children.setdefault(name, []).extend(second.children.get(name, ()))


def _tell_children(node: Node, stand_in: dict[int, Node]) -> None:
    for name, held in node.children.items():
        children = {id(child): child for child in (stand_in.get(id(each), each) for each in held)}
        node.children[name] = list(children.values())
        for child in children.values():
            child.holders.append((node, name))


def _speaks_of_schema(context: Any) -> bool:
    if isinstance(context, str):
        return "schema.org" in context
    if isinstance(context, list):
        return any(_speaks_of_schema(each) for each in context)
    if isinstance(context, dict):
        return any(isinstance(each, str) and "schema.org" in each for each in context.values())
    return False


def _prefixes(context: Any) -> frozenset[str]:
    found: set[str] = set()
    for each in as_list(context):
        if isinstance(each, dict):
            found |= {key for key, iri in each.items() if isinstance(iri, str) and _IRI.sub("", iri) == ""}
    return frozenset(found)
