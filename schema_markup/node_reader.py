"""The items of JSON-LD documents: nested ones and those of ``@graph`` as one flat list, joined by their ``@id``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from schema_markup.contexts import SCHEMA, Terms, addresses_of, is_nearly_ours, terms_of
from schema_markup.node_joining import Reference, joined, key_of
from schema_markup.nodes import ITEM, Node, step
from schema_markup.rulebook import Violation, quoted
from schema_markup.vocabulary import is_class, kinds, members, properties

_MOST_TYPES = 32
_NO_TERMS = frozenset({"@context", "@graph", "@id", "@included", "@type"})
_READ_FIRST = frozenset({"@type", "@context"})
_WRAPPERS = ("@value", "@list", "@set")


class Source(NamedTuple):
    """A parsed document and the path of its root; ``is_expanded`` where names need no context."""

    path: str
    document: Any
    is_expanded: bool = False


def read_nodes(documents: Iterable[Source]) -> tuple[list[Node], list[Violation]]:
    """The items of the documents of one page; items of one @id become one.

    Documents must not be nested deeper than ``strict_json`` allows. What is not about schema.org is left alone. Linear
    in the size of the documents, whatever they hold: hostile ones repeat one @id a hundred thousand times.
    """
    reader = _Reader()
    for number, (path, document, is_expanded) in enumerate(documents):
        reader.scope = number
        reader.read(path, document, SCHEMA if is_expanded else None)
    nodes = joined(reader.nodes, reader.references)
    return nodes, [*reader.violations, *_untyped(reader.untyped, nodes)]


def _untyped(found: list[Node], nodes: list[Node]) -> Iterator[Violation]:
    # One place may say what an item is, and another more about it under the same @id.
    typed = {key_of(each.id, each.scope) for each in nodes if each.types and each.id is not None} if found else set()
    for node in found:
        if node.id is None or key_of(node.id, node.scope) not in typed:
            yield Violation("type-missing", node.path)


@dataclass(slots=True)
class _Reader:
    scope: int = 0
    nodes: list[Node] = field(default_factory=list)
    violations: list[Violation] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)
    untyped: list[Node] = field(default_factory=list)
    plain: Mapping[str, Any] = field(default_factory=properties)
    """Names that need no quotation marks in a path."""

    def read(self, path: str, document: Any, terms: Terms | None) -> None:
        if isinstance(document, list):
            for index, each in enumerate(document):
                self.read(f"{path}[{index}]", each, terms)
        elif isinstance(document, dict) and _leaves_it_to_members(document):
            self.read(step(path, "@graph"), document["@graph"], terms)
        elif isinstance(document, dict):
            known = terms or self._terms(path, document)
            if known is not None:
                self._top(path, document, known)

    def _terms(self, path: str, document: dict[str, Any]) -> Terms | None:
        context = document.get("@context")
        if context is None:
            if not _is_spelled_out(document):
                self.violations.append(Violation("context-missing", path))
            return SCHEMA
        terms = terms_of(context)
        if terms.speaks_of_schema:
            for each in addresses_of(context) if terms is not SCHEMA else ():
                if is_nearly_ours(each):
                    self.violations.append(Violation("context-spelling", step(path, "@context"), quoted(each)))
            return terms
        if _means_schema(document):
            said = ", ".join(addresses_of(context)) or context
            self.violations.append(Violation("context-wrong", step(path, "@context"), quoted(said)))
        return None

    def _top(self, path: str, document: dict[str, Any], terms: Terms) -> None:
        graph = document.get("@graph")
        if graph is None or any(key not in _NO_TERMS for key in document):
            node = self._node(path, document, terms)
            if not node.types and not _is_reference(document, terms):
                self.untyped.append(node)
        for inner_path, inner in _members(step(path, "@graph"), graph):
            inner_terms = terms.with_context(inner["@context"]) if "@context" in inner else terms
            self._top(inner_path, inner, inner_terms)

    def _node(self, path: str, raw: dict[str, Any], terms: Terms) -> Node:
        types = self._types(path, raw, terms)
        node = Node(path, types, kinds(types), {}, self.scope)
        self.nodes.append(node)
        self._fill(node, path, raw, terms)
        return node

    def _fill(self, node: Node, path: str, raw: dict[str, Any], terms: Terms) -> None:
        properties, known = node.properties, terms.known
        for key, value in raw.items():
            name = known.get(key)
            if name is None:
                name = terms.name(key)
            if not name or name[0] == "@":
                if name not in _READ_FIRST:
                    self._keyword(node, name, key, value, path, terms)
            elif value.__class__ is dict or value.__class__ is list or name != key or name in properties:
                self._property(node, name, key, value, path, terms)
            elif value is not None:
                properties[name] = value

    def _fill_from_nest(self, node: Node, path: str, raw: dict[str, Any], terms: Terms) -> None:
        for key, value in raw.items():
            name = terms.name(key)
            if name and name[0] != "@":
                self._property(node, name, key, value, path, terms)
                node.places[name] = step(path, key)

    def _property(self, node: Node, name: str, key: str, value: Any, path: str, terms: Terms) -> None:
        where = f"{path}.{key}" if name == key and name in self.plain else step(path, key)
        if value.__class__ is dict:
            found = self._object(value, node, name, where, terms)
        else:
            found = self._value(value, node, name, where, terms)
        if found is None:
            return
        if name in node.properties:
            node.places[name] = where
            found = [*_as_list(node.properties[name]), *_as_list(found)]
        elif name != key or (found.__class__ is list and not (value.__class__ is list and len(found) == len(value))):
            node.places[name] = where
        node.properties[name] = found

    def _value(self, value: Any, node: Node, name: str, path: str, terms: Terms) -> Any:
        if value.__class__ is dict:
            return self._object(value, node, name, path, terms)
        if value.__class__ is not list:
            return value
        found: list[Any] = []
        for index, each in enumerate(value):
            one = each
            if each.__class__ is dict:
                one = self._object(each, node, name, f"{path}[{index}]", terms)
            elif each.__class__ is list:
                one = self._value(each, node, name, f"{path}[{index}]", terms)
            if one.__class__ is list:
                found.extend(one)
            elif one is not None:
                found.append(one)
        # One value in an array is one value; none is as if the property were not there.
        return found if len(found) > 1 else next(iter(found), None)

    def _object(self, value: dict[str, Any], node: Node, name: str, path: str, terms: Terms) -> Any:
        if "@context" in value:
            terms = terms.with_context(value["@context"])
        # What says its type is neither a wrapped value nor a bare reference, and nearly everything does.
        if "@type" not in value or "@value" in value:
            found = self._wrapped(value, node, name, path, terms)
            if found is not value:
                return found
        child = self._node(path, value, terms)
        child.is_nested = True
        children = node.children
        if name in children:
            children[name].append(child)
        else:
            children[name] = [child]
        return ITEM

    def _wrapped(self, value: dict[str, Any], node: Node, name: str, path: str, terms: Terms) -> Any:
        """The value inside ``@value``, ``@list`` or ``@set``, or what is referred to; the object itself otherwise."""
        for wrapper in _WRAPPERS:
            if wrapper in value:
                return self._value(value[wrapper], node, name, step(path, wrapper), terms)
        if _is_reference(value, terms):
            target = next(iter(value.values()))
            if _is_member(target, terms):
                return target if target.startswith("http") else f"https://schema.org/{terms.name(target)}"
            self.references.append(Reference(node, name, target, path))
            return ITEM
        return value

    def _keyword(self, node: Node, name: str, key: str, value: Any, path: str, terms: Terms) -> None:
        if name == "@id" and isinstance(value, str):
            node.id = value
        elif name == "@nest":
            for inner_path, inner in _members(step(path, key), value):
                self._fill_from_nest(node, inner_path, inner, terms)
        elif name == "@included":
            for inner_path, inner in _members(step(path, key), value):
                self._top(inner_path, inner, terms)
        elif name == "@reverse":
            whole = {key: value} if key in terms.reverse else value
            for each, others in whole.items() if isinstance(whole, dict) else ():
                where = step(path, key) if whole is not value else step(path, key, each)
                self._reverse(node, terms.reverse.get(each) or terms.name(each), others, where, terms)

    def _reverse(self, node: Node, name: str, value: Any, path: str, terms: Terms) -> None:
        for inner_path, inner in _members(path, value):
            if _is_reference(inner, terms):
                self.references.append(Reference(node, name, next(iter(inner.values())), inner_path, is_reverse=True))
            else:
                holder = self._node(inner_path, inner, terms)
                holder.properties[name] = ITEM
                holder.places[name] = inner_path
                holder.children.setdefault(name, []).append(node)

    def _types(self, path: str, raw: dict[str, Any], terms: Terms) -> tuple[str, ...]:
        given = raw.get("@type")
        key = "@type"
        if given is None and terms.aliases:
            key = next((alias for alias, name in terms.aliases.items() if name == "@type" and alias in raw), key)
            given = raw.get(key)
        if isinstance(given, str) and given:
            return (terms.name(given),)
        found = [each for each in _as_list(given) if isinstance(each, str) and each]
        if len(found) != len(_as_list(given)):
            self.violations.append(Violation("type-malformed", step(path, key), quoted(given)))
        return tuple(dict.fromkeys(terms.name(each) for each in found))[:_MOST_TYPES]


def _as_list(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _members(path: str, value: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    for index, each in enumerate(_as_list(value)):
        if isinstance(each, dict):
            yield (f"{path}[{index}]" if isinstance(value, list) else path), each


def _is_reference(value: dict[str, Any], terms: Terms) -> bool:
    if len(value) != 1:
        return False
    [(key, target)] = value.items()
    return isinstance(target, str) and terms.name(key) == "@id"


def _is_member(target: str, terms: Terms) -> bool:
    """Whether a reference names a value of schema.org's own lists, such as https://schema.org/InStock."""
    return "schema" in target and terms.name(target) in members()


def _leaves_it_to_members(document: dict[str, Any]) -> bool:
    """Whether it is a mere list of items that name their vocabulary each for itself."""
    if document.keys() != {"@graph"}:
        return False
    members = _as_list(document["@graph"])
    return bool(members) and all(isinstance(each, dict) and "@context" in each for each in members)


def _is_spelled_out(document: dict[str, Any]) -> bool:
    names = [*document, *(each for each in _as_list(document.get("@type")) if isinstance(each, str))]
    return any("schema.org/" in each for each in names)


def _means_schema(document: dict[str, Any]) -> bool:
    """Whether a document of an unknown context is one of schema.org with the context mistyped."""
    first = [each for _, each in _members("", document.get("@graph"))][:50]
    types = [each for one in (document, *first) for each in _as_list(one.get("@type"))]
    return any(isinstance(each, str) and is_class(each) for each in types)
