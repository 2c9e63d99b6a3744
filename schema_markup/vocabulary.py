"""The vocabulary of schema.org, release 30.0 (2026-03-19): classes, properties, enumerations, and what replaced what.

``rules/vocabulary.json`` holds the facts; ``vocabulary_build`` writes it from a release.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

TABLE = Path(__file__).parent / "rules" / "vocabulary.json"
_LONGEST = 60


@cache
def _table() -> Mapping[str, Any]:
    table: dict[str, Any] = json.loads(TABLE.read_text("utf-8"))
    return table


@cache
def parents() -> Mapping[str, tuple[str, ...]]:
    """The direct superclasses of each class, by name."""
    return {name: tuple(above) for name, above in _table()["classes"].items()}


@cache
def properties() -> Mapping[str, tuple[frozenset[str], frozenset[str]]]:
    """The classes that have each property, and the classes and data types that it takes; subclasses not spelled out."""
    return {name: (frozenset(of), frozenset(takes)) for name, (of, takes) in _table()["properties"].items()}


@cache
def members() -> Mapping[str, frozenset[str]]:
    """The enumeration that each member belongs to, with every class above it."""
    return {name: kinds((of,)) for name, of in _table()["members"].items()}


def superseded() -> Mapping[str, str]:
    """The name that replaced a class, property or member, by the old one."""
    found: Mapping[str, str] = _table()["superseded"]
    return found


@cache
def pending() -> frozenset[str]:
    """Names that schema.org still gathers experience with; using them is legitimate, so no rule speaks of them."""
    return frozenset(_table()["pending"])


@lru_cache(maxsize=1024)
def kinds(types: tuple[str, ...]) -> frozenset[str]:
    """The types themselves and every class above them; names that are not schema.org's stand for themselves."""
    found: set[str] = set()
    waiting = list(types)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting.extend(parents().get(name, ()))
    return frozenset(found)


def is_class(name: str) -> bool:
    return name in parents()


def is_property(name: str) -> bool:
    """Whether it is a property; an action's ``query-input`` and ``result-output`` are too.

    https://schema.org/docs/actions.html
    """
    return name in properties() or (name.endswith(("-input", "-output")) and name.rpartition("-")[0] in properties())


@cache
def is_enumeration(name: str) -> bool:
    return "Enumeration" in kinds((name,))


def closest(name: str) -> str | None:
    """The class that was probably meant: other capitals, or one letter more, less or other."""
    return _closest(name, _near_classes())


def closest_property(name: str) -> str | None:
    """The property that was probably meant, likewise."""
    return _closest(name, _near_properties())


def _closest(name: str, near: Mapping[str, str]) -> str | None:
    name = name.lower()
    if len(name) > _LONGEST:
        return None
    return next((near[each] for each in (name, *_with_one_less(name)) if each in near), None)


@cache
def _near_classes() -> Mapping[str, str]:
    return _near(parents())


@cache
def _near_properties() -> Mapping[str, str]:
    return _near(properties())


def _near(names: Iterable[str]) -> Mapping[str, str]:
    found = {each: known for known in names for each in _with_one_less(known.lower())}
    return found | {known.lower(): known for known in names}


def _with_one_less(name: str) -> list[str]:
    return [name[:place] + name[place + 1 :] for place in range(len(name))]
