"""The JSON Schemas of ``rules/``, one for each type, ready to judge nodes.

They are plain JSON Schema (2020-12) with two annotations that any validator skips: ``rule`` names the rule that a
subschema stands for, its parts included, and ``judged`` says which nodes of the type are judged by it: ``root`` those
that a document is about, with ``listed`` those too that it lists one by one; ``as`` those held by one of these
properties, ``held-by`` by an item of such a type, ``within`` where that item is held by one of these properties itself,
``of`` by an item of such a type; ``not`` none that is of such a type too, ``not-as`` none held by one of these
properties. A schema sees the flat properties of one node: each nested item is an empty object.

jsonschema-rs says which nodes are good, which nearly all are; the package jsonschema says what is wrong with the rest.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, cast
from urllib.parse import urljoin

import jsonschema_rs
from jsonschema import Draft202012Validator, ValidationError
from jsonschema.protocols import Validator
from jsonschema.validators import extend
from referencing import Registry, Resource

from schema_markup.nodes import Node
from schema_markup.rulebook import FOLDER, Violation, quoted

_LISTS = {"item": "ListItem", "itemListElement": "ItemList"}
_ANNOTATIONS = frozenset({"$schema", "$id", "$comment", "judged", "rule"})


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeSchema:
    """What a schema can say about nodes of one type."""

    name: str
    type: str
    root_only: bool
    or_listed: bool
    held_as: frozenset[str]
    held_by: frozenset[str]
    within: frozenset[str]
    of: frozenset[str]
    never: frozenset[str]
    never_as: frozenset[str]
    schema: Mapping[str, Any]
    fast: jsonschema_rs.Draft202012Validator
    exact: Validator

    def judges(self, node: Node) -> bool:
        """Whether a node of the type is one that the schema is about."""
        if self.root_only and not (node.is_subject or (self.or_listed and _is_listed(node))):
            return False
        if self.never_as and any(name in self.never_as for _, name in node.holders):
            return False
        if not self.held_as:
            return True
        return any(name in self.held_as and self._is_held_rightly(holder) for holder, name in node.holders)

    def _is_held_rightly(self, holder: Node) -> bool:
        if self.held_by and not holder.kinds & self.held_by:
            return False
        if not self.within:
            return True
        return any(name in self.within and (not self.of or above.kinds & self.of) for above, name in holder.holders)

    def accepts(self, properties: Mapping[str, Any]) -> bool:
        """Whether nothing is wrong; False too for what the quick judge cannot read, such as half a character."""
        try:
            return self.fast.is_valid(properties)
        except ValueError:
            return False

    def violations(self, node: Node) -> Iterator[Violation]:
        """What is wrong with a node, in the order of the schema."""
        for error in self.exact.iter_errors(node.properties):
            schema = cast("Mapping[str, str]", error.schema)
            yield Violation(schema["rule"], _place(node, list(error.absolute_path)), _found(error))


def _is_listed(node: Node) -> bool:
    return any(_LISTS.get(name) in holder.kinds for holder, name in node.holders)


def _place(node: Node, steps: list[str | int]) -> str:
    return node.place(str(steps[0]), *steps[1:]) if steps else node.path


def _found(error: ValidationError) -> str:
    if error.validator == "required":
        instance = cast("Mapping[str, Any]", error.instance)
        return ", ".join(name for name in cast("list[str]", error.validator_value) if name not in instance)
    return quoted(error.instance)


def schemas_for(node: Node) -> tuple[TypeSchema, ...]:
    """The schemas that a node is judged by."""
    if len(node.holders) > 1:
        return _judging(node)
    if not node.holders:
        return _of_root(node.kinds, node.is_nested)
    holder, name = node.holders[0]
    if len(holder.holders) > 1:
        return _judging(node)
    above, above_name = holder.holders[0] if holder.holders else (holder, "")
    return _of_place(node.kinds, node.is_nested, holder.kinds, name, above.kinds, above_name)


@lru_cache(maxsize=1024)
def schemas_of(kinds: frozenset[str]) -> tuple[TypeSchema, ...]:
    """The schemas for nodes of these classes; each may leave out some of the nodes."""
    return tuple(each for each in type_schemas() if each.type in kinds and not each.never & kinds)


@lru_cache(maxsize=4096)
def _of_root(kinds: frozenset[str], is_nested: bool) -> tuple[TypeSchema, ...]:
    return _judging(Node("", (), kinds, {}, is_nested=is_nested))


@lru_cache(maxsize=4096)
def _of_place(
    kinds: frozenset[str],
    is_nested: bool,
    holder_kinds: frozenset[str],
    name: str,
    above_kinds: frozenset[str],
    above_name: str,
) -> tuple[TypeSchema, ...]:
    """The same for every node of such classes in such a place, so it is found out once."""
    above = Node("", (), above_kinds, {})
    holder = Node("", (), holder_kinds, {}, holders=[(above, above_name)] if above_name else [])
    return _judging(Node("", (), kinds, {}, is_nested=is_nested, holders=[(holder, name)]))


def _judging(node: Node) -> tuple[TypeSchema, ...]:
    return tuple(each for each in schemas_of(node.kinds) if each.judges(node))


@cache
def type_schemas() -> tuple[TypeSchema, ...]:
    """Every schema that judges nodes, in the order of the files."""
    contents = [json.loads(path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.schema.json"))]
    registry: Registry[Any] = Registry().with_resources(
        (content["$id"], Resource.from_contents(content)) for content in contents
    )
    return tuple(_type_schema(content, registry) for content in contents if "judged" in content)


def _type_schema(content: dict[str, Any], registry: Registry[Any]) -> TypeSchema:
    judged = content["judged"]
    whole = _inlined({key: value for key, value in content.items() if key != "$defs"}, content["$id"], registry)
    return TypeSchema(
        name=content["$id"].rpartition("/")[2],
        type=content["title"],
        root_only=judged.get("root", False),
        or_listed=judged.get("listed", False),
        held_as=frozenset(judged.get("as", ())),
        held_by=frozenset(judged.get("held-by", ())),
        within=frozenset(judged.get("within", ())),
        of=frozenset(judged.get("of", ())),
        never=frozenset(judged.get("not", ())),
        never_as=frozenset(judged.get("not-as", ())),
        schema=whole,
        # The patterns of rules/ look neither ahead nor behind, so the engine without backtracking can run them.
        fast=jsonschema_rs.Draft202012Validator(
            _without_rules(whole), pattern_options=jsonschema_rs.RegexOptions(size_limit=50_000_000)
        ),
        exact=_Exact(whole),
    )


def _pattern(_: Validator, pattern: str, instance: Any, __: Any) -> Iterator[ValidationError]:
    # In Python "$" stands before a last line break too; in JSON Schema's regular expressions (ECMA-262) it does not.
    if isinstance(instance, str) and not re.search(pattern.replace("$", r"\Z"), instance):
        yield ValidationError("does not match")


_Exact = extend(Draft202012Validator, {"pattern": _pattern})  # type: ignore[no-untyped-call]


def _without_rules(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_without_rules(each) for each in schema]
    if isinstance(schema, dict):
        return {key: _without_rules(value) for key, value in schema.items() if key != "rule"}
    return schema


def _inlined(schema: Any, base: str, registry: Registry[Any], rule: str | None = None) -> Any:
    """The schema with every $ref replaced by what it points to, which judges nearly twice as fast."""
    if isinstance(schema, list):
        return [_inlined(each, base, registry, rule) for each in schema]
    if not isinstance(schema, dict):
        return schema
    rule = schema.get("rule", rule)
    whole: dict[str, Any] = {"rule": rule} if rule else {}
    for key, value in schema.items():
        if key == "$ref":
            target = urljoin(base, value)
            found = registry.resolver().lookup(target).contents
            _add(whole, _inlined(found, target.partition("#")[0], registry, rule))
        elif key in {"properties", "$defs"}:
            _add(whole, {key: {name: _inlined(each, base, registry, rule) for name, each in value.items()}})
        elif key not in _ANNOTATIONS:
            _add(whole, {key: _inlined(value, base, registry, rule)})
    return whole


def _add(whole: dict[str, Any], more: dict[str, Any]) -> None:
    # Two lists of conditions are one longer list; nothing else may be said twice beside a $ref.
    for key, value in more.items():
        if key == "allOf":
            whole[key] = [*whole.get(key, ()), *value]
        elif whole.setdefault(key, value) != value and key != "rule":
            raise ValueError(f"{key!r} stands both in a schema and in what its $ref points to")
