"""Items of one ``@id`` made one item, references led to what they refer to, and each item told who holds it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from schema_markup.nodes import ITEM, Node, as_list
from schema_markup.vocabulary import properties

_MOST_TYPES = 32
_MOST_REPLACED = 500
# Two statements of these are two statements, not one said twice.
_ADDED_UP = frozenset({"aggregateRating", "review"})
_NOTHING: tuple[frozenset[str], frozenset[str]] = (frozenset(), frozenset())


class Reference(NamedTuple):
    """``{"@id": ...}`` as the value of a property."""

    holder: Node
    name: str
    target: str
    path: str
    is_reverse: bool = False


def joined(nodes: list[Node], references: Iterable[Reference]) -> list[Node]:
    """The items, one for each @id; blank node identifiers mean something in their own document only."""
    by_id: dict[tuple[str, int], Node] = {}
    stand_in: dict[int, Node] = {}
    for node in nodes:
        if node.id is not None:
            first = by_id.setdefault(key_of(node.id, node.scope), node)
            if first is not node:
                _merge(first, node)
                stand_in[id(node)] = first
    for reference in references:
        _resolve(reference, by_id, stand_in)
    if stand_in:
        nodes = [node for node in nodes if id(node) not in stand_in]
    for node in nodes:
        _tell_children(node, stand_in)
    return nodes


def key_of(name: str, scope: int) -> tuple[str, int]:
    """What an @id is known by: that of a blank node in its own document only."""
    return (name, scope) if name.startswith("_:") else (name, -1)


def _resolve(reference: Reference, by_id: dict[tuple[str, int], Node], stand_in: dict[int, Node]) -> None:
    holder = stand_in.get(id(reference.holder), reference.holder)
    target = by_id.get(key_of(reference.target, reference.holder.scope))
    if target is None:
        if not reference.is_reverse:
            _leave(holder, reference)
        return
    if reference.is_reverse:
        holder, target = target, holder
        if reference.name not in holder.properties:
            holder.properties[reference.name] = ITEM
            holder.places[reference.name] = reference.path
    holder.children.setdefault(reference.name, []).append(target)


def _leave(holder: Node, reference: Reference) -> None:
    """Of a property that takes addresses the official context reads ``{"@id": ...}`` as one."""
    if "URL" not in properties().get(reference.name, _NOTHING)[1]:
        holder.dangling.setdefault(reference.name, (reference.path, reference.target))
        return
    value = holder.properties.get(reference.name)
    if isinstance(value, list) and len(value) <= _MOST_REPLACED and ITEM in value:
        value[value.index(ITEM)] = reference.target
    elif value is ITEM:
        holder.properties[reference.name] = reference.target


def _merge(first: Node, second: Node) -> None:
    if len(first.types) < _MOST_TYPES:
        first.types += tuple(each for each in second.types if each not in first.types)
        first.kinds |= second.kinds
    first.is_nested = first.is_nested and second.is_nested
    for name, value in second.properties.items():
        if name not in first.properties:
            first.properties[name] = value
            first.places[name] = second.place(name)
        elif name in _ADDED_UP:
            first.places.setdefault(name, first.place(name))
            if not isinstance(first.properties[name], list):
                first.properties[name] = [first.properties[name]]
            first.properties[name].extend(as_list(value))
    for name, held in second.children.items():
        first.children.setdefault(name, []).extend(held)


def _tell_children(node: Node, stand_in: dict[int, Node]) -> None:
    for name, held in node.children.items():
        children = held
        if len(held) > 1 or stand_in:
            children = list({id(child): child for child in (stand_in.get(id(each), each) for each in held)}.values())
            node.children[name] = children
        for child in children:
            child.holders.append((node, name))
