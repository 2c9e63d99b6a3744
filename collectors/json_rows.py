"""JSON files that hold a list of objects, and JSON Lines; nested values are columns with dotted names (``by.name``)."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from collectors.tables import Row, TextLines, UnreadableRow, bounded, encoding_of, line_count
from engine.errors import UnreadableFileError

_MOST_JSON = 200_000_000
_MOST_DIGITS = 300
_DEEPEST = 20
_NOT_JSON = (ValueError, RecursionError)


class JsonTable:
    """The objects of the only list of objects in a JSON document, at whatever depth it stands.

    The whole document is read into memory, which is why its size is bounded; JSON Lines has no such bound.
    """

    def __init__(self, path: Path) -> None:
        if (size := path.stat().st_size) > _MOST_JSON:
            raise UnreadableFileError(
                f"{path} has {size:,} bytes; of JSON {_MOST_JSON:,} are allowed: save it as JSON Lines or CSV"
            )
        self._objects = _list_of_objects(path, _document(path))
        self.columns = _columns(self.rows())

    def rows(self) -> Iterator[Row | UnreadableRow]:
        return self.rows_after(0, 0)

    def rows_after(self, number: int, end: int) -> Iterator[Row | UnreadableRow]:  # noqa: ARG002 - it is in memory
        objects = islice(self._objects, number, None)
        return (_row(which, each) for which, each in enumerate(objects, start=number + 1))

    def count(self) -> int:
        return len(self._objects)


class JsonLinesTable:
    """One object on each line."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._encoding = encoding_of(path)
        self.columns = _columns(self.rows())
        if not self.columns:
            raise UnreadableFileError(f"{path} has no line that holds a JSON object")

    def rows(self) -> Iterator[Row | UnreadableRow]:
        return self.rows_after(0, 0)

    def rows_after(self, number: int, end: int) -> Iterator[Row | UnreadableRow]:
        with TextLines(self._path, self._encoding, end) as lines:
            for which, line in enumerate(lines, start=number + 1):
                if line.strip():
                    yield _line(which, line, lines.end)

    def count(self) -> int:
        return line_count(self._path)


def flattened(value: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    """The values of an object as texts, those of nested objects under dotted names.

    Plain values in a list are joined with commas; a list of objects stays JSON.
    """
    cells: dict[str, str] = {}
    for key, each in value.items():
        if isinstance(each, dict) and each:
            cells |= flattened(each, f"{prefix}{key}.")
        else:
            cells[prefix + key] = _as_text(each)
    return cells


def cell_of(value: Mapping[str, Any], column: str) -> str:
    """One of the ``flattened`` values of an object, empty where there is none; no other value of it is asked for."""
    if column in value:
        each = value[column]
        return "" if isinstance(each, dict) and each else _as_text(each)
    for key in value:
        if column.startswith(f"{key}.") and isinstance(inner := value[key], dict):
            return cell_of(inner, column[len(key) + 1 :])
    return ""


def compact(value: Mapping[str, Any]) -> str:
    """The value as JSON without spaces; it can always be written as UTF-8, even where a text has half a character."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.dumps(value, separators=(",", ":"))
    return text


def _line(number: int, line: str, end: int) -> Row | UnreadableRow:
    try:
        return _row(number, _parsed(line), end)
    except _NOT_JSON as error:
        return UnreadableRow(number, f"is no JSON: {error}", "write one JSON object on each line", end)


def _row(number: int, value: Any, end: int = 0) -> Row | UnreadableRow:
    if not isinstance(value, dict):
        kind = {list: "a list", str: "a text", type(None): "null"}.get(type(value), "a number or a truth value")
        return UnreadableRow(number, f"is {kind}, not an object", "write each review as an object: {…}", end)
    if _is_deeper(value, _DEEPEST):
        return UnreadableRow(number, f"is nested more than {_DEEPEST} deep", "flatten it", end)
    return bounded(number, flattened(value), value, end)


def _is_deeper(value: Any, limit: int) -> bool:
    if not isinstance(value, (dict, list)):
        return False
    inner = value.values() if isinstance(value, dict) else value
    return limit == 0 or any(_is_deeper(each, limit - 1) for each in inner)


def _columns(rows: Iterator[Row | UnreadableRow]) -> Sequence[str]:
    """The keys of all rows: any of them may bring one that no row before had."""
    return tuple(dict.fromkeys(key for row in rows if isinstance(row, Row) for key in row.cells))


def _document(path: Path) -> Any:
    try:
        return _parsed(path.read_text(encoding=encoding_of(path)))
    except json.JSONDecodeError as error:
        hint = "; if it has one object on each line, call it .jsonl" if error.msg == "Extra data" else ""
        raise UnreadableFileError(f"{path} is no JSON: {error}{hint}") from error
    except _NOT_JSON as error:
        raise UnreadableFileError(f"{path} is no JSON that can be read: {error}") from error


def _list_of_objects(path: Path, document: Any) -> Sequence[Any]:
    if isinstance(document, list):
        return document
    lists = dict(_lists(document)) if isinstance(document, dict) else {}
    of_objects = {name: each for name, each in lists.items() if any(isinstance(value, dict) for value in each)}
    candidates = of_objects or {name: each for name, each in lists.items() if not each}
    if len(candidates) != 1:
        found = f"it holds {', '.join(list(candidates)[:10])}" if candidates else "it holds none"
        raise UnreadableFileError(f"{path}: there must be exactly one list of objects, {found}; save that list alone")
    [only] = candidates.values()
    return only


def _lists(value: Mapping[str, Any], prefix: str = "", depth: int = 0) -> Iterator[tuple[str, list[Any]]]:
    for key, each in value.items():
        if isinstance(each, list):
            yield prefix + key, each
        elif isinstance(each, dict) and depth < _DEEPEST:
            yield from _lists(each, f"{prefix}{key}.", depth + 1)


def _parsed(text: str) -> Any:
    return json.loads(text, parse_int=_integer, parse_float=_number, parse_constant=str)


def _integer(text: str) -> int | str:
    return int(text) if len(text) <= _MOST_DIGITS else text


def _number(text: str) -> float | str:
    """The number, or its text where a float cannot hold it: infinity is no JSON, and could not be kept as received."""
    number = float(text)
    return number if math.isfinite(number) else text


def _as_text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if value is None or value in ([], {}):
        return ""
    if isinstance(value, list) and not any(isinstance(each, (dict, list)) for each in value):
        return ",".join(_as_text(each) for each in value)
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
