"""Traces which values of a raw record a reader looked at, so that what it dropped can be told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, SupportsIndex, overload


class Traced(dict[str, Any]):
    """A raw record that remembers in ``read`` the paths of the values that were asked for by name.

    It is a dictionary in every respect, so that no reader can tell; what is asked for as a whole (``items``, JSON) is
    not remembered.
    """

    def __init__(self, raw: dict[str, Any], read: set[str], path: str = "") -> None:
        super().__init__(raw)
        self._read = read
        self._path = path

    def __getitem__(self, key: str) -> Any:
        return _asked_for(super().__getitem__(key), self._read, f"{self._path}.{key}" if self._path else key)

    def get(self, key: str, default: Any = None) -> Any:
        try:
            return self[key]
        except KeyError:
            return default


class _TracedList(list[Any]):
    def __init__(self, raw: list[Any], read: set[str], path: str) -> None:
        super().__init__(raw)
        self._read = read
        self._path = path

    def __iter__(self) -> Iterator[Any]:
        for position, each in enumerate(super().__iter__()):
            yield _asked_for(each, self._read, f"{self._path}[{position}]")

    @overload
    def __getitem__(self, key: SupportsIndex) -> Any: ...

    @overload
    def __getitem__(self, key: slice) -> list[Any]: ...

    def __getitem__(self, key: SupportsIndex | slice) -> Any:
        found = super().__getitem__(key)
        if isinstance(key, slice):
            return _TracedList(found, self._read, self._path)
        return _asked_for(found, self._read, f"{self._path}[{key}]")


def leaves(raw: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Path and value of everything in a raw record that holds nothing else, in its order; empty values are left out."""
    if isinstance(raw, dict):
        for key, value in raw.items():
            yield from leaves(value, f"{path}.{key}" if path else str(key))
    elif isinstance(raw, list):
        for position, value in enumerate(list.__iter__(raw)):
            yield from leaves(value, f"{path}[{position}]")
    elif raw not in (None, ""):
        yield path, raw


def _asked_for(value: Any, read: set[str], path: str) -> Any:
    if isinstance(value, dict):
        return Traced(value, read, path)
    if isinstance(value, list):
        return _TracedList(value, read, path)
    read.add(path)
    return value
