"""From the path of a problem to its line and column in the text that was judged."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterator

_SCRIPT = re.compile(r"<script\b([^>]*)>(.*?)</script", re.IGNORECASE | re.DOTALL)
_JSON_LD = re.compile(r"""\btype\s*=\s*["']?\s*application/ld\+json""", re.IGNORECASE)
_WHERE = re.compile(r"script\[([0-9]{1,6})\]$")
_STEP = re.compile(r"""\.(@?[A-Za-z_][A-Za-z0-9_-]*)|\[([0-9]{1,9})\]|\[('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")\]""")
_SPACE = re.compile(r"[ \t\r\n]*")
_SCALAR = re.compile(r'"(?:[^"\\]|\\.)*"|[^\s,\]}]+')
_DEEPEST = 80


def source_place(text: str, path: str) -> tuple[int, int] | None:
    """Line and column, both from 1, of what a problem's path names; None where that cannot be told.

    ``path`` is one of a JSON-LD document (``$.review[0].author``) or of a script of a page (``script[0] $.name``);
    Microdata and RDFa have no such place.
    Where the document ends before the path does, the place of the deepest part that exists is told.
    """
    where, dollar, steps = path.partition("$")
    start = _start(text, where.strip()) if dollar else None
    if start is None:
        return None
    position = _follow(text, start, list(_steps(steps)))
    line_starts = [0, *(found.end() for found in re.finditer("\n", text[:position]))]
    line = bisect_right(line_starts, position)
    return line, position - line_starts[line - 1] + 1


def _start(text: str, where: str) -> int | None:
    if where.startswith(("microdata", "rdfa")):
        return None
    number = _WHERE.search(where)
    if number is None:
        return 1 if text.startswith("\ufeff") else 0
    scripts = [found.start(2) for found in _SCRIPT.finditer(text) if _JSON_LD.search(found[1])]
    wanted = int(number[1])
    return scripts[wanted] if wanted < len(scripts) else None


def _steps(steps: str) -> Iterator[str | int]:
    for found in _STEP.finditer(steps):
        name, index, quoted = found.groups()
        if index is not None:
            yield int(index)
        else:
            yield name if name is not None else quoted[1:-1].encode("ascii", "replace").decode("unicode_escape")


def _follow(text: str, position: int, steps: list[str | int]) -> int:
    position = _skip(text, position)
    for step in steps:
        found = _member(text, position, step)
        if found is None:
            # A property that a path names may have been said once more under another name or place.
            break
        position = found
    return position


def _member(text: str, position: int, step: str | int) -> int | None:
    """Where the value of one step begins in the object or array at ``position``."""
    if text[position : position + 1] != ("[" if isinstance(step, int) else "{"):
        return None
    position, index = _skip(text, position + 1), 0
    while position < len(text) and text[position] not in "]}":
        begin = position
        name: str | int = index
        if not isinstance(step, int):
            key = _SCALAR.match(text, position)
            if key is None:
                return None
            name = _text(key[0])
            position = _skip(text, _skip(text, key.end()) + 1)
        if name == step or (isinstance(name, str) and len(name) > 60 and name[:60] == step):
            return position
        position = _skip(text, _end(text, position))
        position = _skip(text, position + 1) if text[position : position + 1] == "," else position
        index += 1
        if position <= begin:
            return None
    return None


def _end(text: str, position: int) -> int:
    """Where the value that begins at ``position`` ends."""
    depth = 0
    while position < len(text):
        character = text[position]
        if character in "{[":
            depth += 1
            position += 1
        elif character in "}]":
            depth -= 1
            position += 1
        elif character in " \t\r\n,:":
            position += 1
            continue
        else:
            scalar = _SCALAR.match(text, position)
            position = scalar.end() if scalar else position + 1
        if depth <= 0:
            return position
    return position


def _skip(text: str, position: int) -> int:
    found = _SPACE.match(text, position)
    return found.end() if found else position


def _text(key: str) -> str:
    try:
        return str(json.loads(key, strict=False))
    except ValueError:
        return key
