"""The id of a raw review that cannot be read: what is known of it is which one it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from engine.domain import Record
from engine.errors import BadValueError

_MOST_FAULTS = 8
_DEEPEST = 20

Reading = Callable[[Any], Iterable[Record]]


def id_of(raw: Any, error: BadValueError, read: Reading) -> tuple[str, ...]:
    """The external id that a raw review has when it is read without the fields at fault; none where it is not one id.

    Every BadValueError of a reader begins with the path of the field at fault (``reviewer.name is a list``). An id that
    is at fault itself is missing then, so that no other is taken for it.
    """
    for _ in range(_MOST_FAULTS):
        at_fault = str(error).partition(" ")[0].rstrip(":")
        less = _without(raw, at_fault.split("."), _DEEPEST)
        if less == raw:
            return ()
        raw = less
        try:
            ids = tuple(each.external_id for each in read(raw))
        except BadValueError as further:
            error = further
        else:
            return ids if len(ids) == 1 else ()
    return ()


def _without(value: Any, path: list[str], depth: int) -> Any:
    """A value without what stands under a path, wherever in it that begins: readers name fields from where they are."""
    if depth == 0:
        return value
    if isinstance(value, list):
        return [_without(each, path, depth - 1) for each in value]
    if not isinstance(value, Mapping):
        return value
    left = {name: _without(each, path, depth - 1) for name, each in value.items() if [name] != path}
    if len(path) > 1 and path[0] in left:
        left[path[0]] = _less(left[path[0]], path[1:])
    return left


def _less(value: Any, path: list[str]) -> Any:
    """A value without what stands under a path from here on; what stands in its way is at fault itself."""
    if not isinstance(value, Mapping):
        return None
    if len(path) == 1:
        return {name: each for name, each in value.items() if name != path[0]}
    return {**value, path[0]: _less(value.get(path[0]), path[1:])}
