"""JSON read strictly: whatever two programs could read differently is said, and nothing crashes or hangs the reader."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from schema_markup.rulebook import Violation, quoted

DEEPEST = 64
_LONGEST_INTEGER = 300
_HALF_CHARACTER = re.compile(r"\\u[dD][89a-fA-F]")
_BREAKOUT = re.compile(r"</script|<script|<!--", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text holds; ``document`` is None when it could not be read."""

    document: Any
    violations: tuple[Violation, ...]


def read_json(text: str, path: str) -> Reading:
    """The document and everything wrong with its text (RFC 8259, and what a browser does with it in a page)."""
    parser = _Parser(path)
    document = parser.parse(text.removeprefix("\ufeff"))
    if document is None:
        return Reading(None, tuple(parser.violations))
    return Reading(document, (*parser.violations, *_unsafe(text, document, path)))


@dataclass(slots=True)
class _Parser:
    path: str
    violations: list[Violation] = field(default_factory=list)

    def parse(self, text: str) -> Any:
        decoder = json.JSONDecoder(
            object_pairs_hook=self._object,
            parse_float=self._float,
            parse_int=self._integer,
            parse_constant=self._constant,
        )
        try:
            document = decoder.decode(text)
        except json.JSONDecodeError as error:
            self._note("json-unreadable", f"{error.msg}, line {error.lineno}, column {error.colno}")
            return None
        except RecursionError:
            self._note("json-too-deep", str(DEEPEST))
            return None
        return self._judged(text, document)

    def _judged(self, text: str, document: Any) -> Any:
        # As many brackets as that are needed to be too deep: most documents need no walk.
        if text.count("{") + text.count("[") > DEEPEST and _is_deeper(document, DEEPEST):
            self._note("json-too-deep", str(DEEPEST))
            return None
        if not isinstance(document, dict | list):
            self._note("json-not-an-object", "null" if document is None else quoted(document))
            return None
        return document

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            seen: set[str] = set()
            for key, _ in pairs:
                if key in seen:
                    self._note("json-duplicate-key", quoted(key))
                seen.add(key)
        return found

    def _float(self, text: str) -> float:
        value = float(text)
        if math.isinf(value):
            self._note("json-number", text)
            return 0.0
        return value

    def _integer(self, text: str) -> int:
        if len(text) > _LONGEST_INTEGER:
            self._note("json-number", text)
            return 0
        return int(text)

    def _constant(self, name: str) -> None:
        self._note("json-number", name)

    def _note(self, rule: str, found: str) -> None:
        self.violations.append(Violation(rule, self.path, found))


def _is_deeper(document: Any, limit: int) -> bool:
    level = [document]
    for _ in range(limit):
        level = [child for each in level for child in _children(each)]
        if not level:
            return False
    return True


def _children(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return [each for each in value.values() if isinstance(each, dict | list)]
    return [each for each in value if isinstance(each, dict | list)]


def _unsafe(text: str, document: Any, path: str) -> list[Violation]:
    found = []
    if "<" in text and _BREAKOUT.search(text):
        found.append(Violation("script-breakout", path, _BREAKOUT.findall(text)[0]))
    if ("\\u" in text and _HALF_CHARACTER.search(text)) or not _is_encodable(text):
        half = _half_character(document)
        if half:
            found.append(Violation("json-half-character", path, half))
    return found


def _is_encodable(text: str) -> bool:
    try:
        return text.isascii() or bool(text.encode("utf-8"))
    except UnicodeEncodeError:
        return False


def _half_character(document: Any) -> str | None:
    try:
        json.dumps(document, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError as error:
        return ascii(error.object[error.start])
    return None
