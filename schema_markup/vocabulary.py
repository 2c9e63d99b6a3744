"""The classes of schema.org, release 30.0 (2026-03-19), and what stands above each of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path

_LONGEST = 60
_CLASSES = Path(__file__).parent / "rules" / "classes.json"


@cache
def parents() -> Mapping[str, tuple[str, ...]]:
    """The direct superclasses of each class, by name."""
    return {name: tuple(above) for name, above in json.loads(_CLASSES.read_text("utf-8")).items()}


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


def closest(name: str) -> str | None:
    """The class that was probably meant: other capitals, or one letter more, less or other."""
    name = name.lower()
    if len(name) > _LONGEST:
        return None
    near = _near()
    return next((near[each] for each in (name, *_with_one_less(name)) if each in near), None)


@cache
def _near() -> Mapping[str, str]:
    found = {each: known for known in parents() for each in _with_one_less(known.lower())}
    return found | {known.lower(): known for known in parents()}


def _with_one_less(name: str) -> list[str]:
    return [name[:place] + name[place + 1 :] for place in range(len(name))]
