"""Synonyms from a file of the operator's: words of one group find each other, at a lower weight.

The file is TOML; each language has a list of groups, and ``any`` is for names that are the same in every language::

    en = [["sofa", "couch"], ["tv", "telly", "television set"]]
    any = [["k2", "kettle two"]]

None is built in: what means the same in one trade does not in another.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.errors import BadValueError, ConfigError
from engine.language import normal_language
from engine.search.analysis import base_language, phrase

ANY = "any"
MOST_IN_GROUP = 50
_WAY = 'write it like en = [["sofa", "couch"], ["tv", "television"]]'
_LINE = re.compile(r"at line (\d+)")

Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Synonyms:
    """Which words are looked for too."""

    groups: Mapping[str, Mapping[str, Sequence[Row]]] = field(default_factory=dict)
    """By language and folded word, the rows of words that mean the same."""

    def of(self, word: str, language: str) -> Sequence[Row]:
        """What else is looked for when a folded word is asked for."""
        return [row for its in (language, ANY) for row in self.groups.get(its, {}).get(word, ())]


def read_synonyms(path: Path) -> Synonyms:
    """The synonyms of a file. Raises ConfigError with all mistakes, each with file and line."""
    try:
        text = path.read_text(encoding="utf-8")
        table = tomllib.loads(text)
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError([f"{path}: cannot be read: {error}"]) from error
    except tomllib.TOMLDecodeError as error:
        line = found[1] if (found := _LINE.search(str(error))) else str(text.count("\n") + 1)
        raise ConfigError([f"{path}, line {line}: {error}"]) from error
    if mistakes := list(_mistakes(table)):
        raise ConfigError([f"{path}, line {_line(text, key, value)}: {message}" for key, value, message in mistakes])
    return Synonyms({_language(key): _by_word(groups) for key, groups in table.items()})


def _mistakes(table: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    for key, groups in table.items():
        try:
            _language(key)
        except BadValueError as error:
            yield key, "", str(error)
        if not isinstance(groups, list):
            yield key, "", f"{key} is no list of groups: {_WAY}"
            continue
        for group in groups:
            yield from ((key, value, message) for value, message in _of_group(group))


def _of_group(group: object) -> Iterator[tuple[str, str]]:
    if not isinstance(group, list) or not all(isinstance(word, str) for word in group):
        yield _first_word(group), f"{str(group)[:60]} is no group of words: {_WAY}"
        return
    if not 2 <= len(group) <= MOST_IN_GROUP:
        yield _first_word(group), f"a group has 2 to {MOST_IN_GROUP} words, and this one has {len(group)}"
    for word in group:
        if not phrase(word):
            yield word, f"{word!r} has no letter and no digit"


def _first_word(group: object) -> str:
    first = group[0] if isinstance(group, list) and group else group
    return first if isinstance(first, str) else ""


def _line(text: str, key: str, value: str) -> int:
    """The first line that a word stands in as TOML writes it, after its key."""
    lines = text.splitlines()
    start = next((at for at, line in enumerate(lines) if line.strip().strip("\"'").startswith(key)), 0)
    if not value:
        return start + 1
    quoted = (f'"{value}"', f"'{value}'")
    return next((at + 1 for at in range(start, len(lines)) if any(each in lines[at] for each in quoted)), start + 1)


def _language(key: str) -> str:
    return ANY if key == ANY else base_language(normal_language(key))


def _by_word(groups: Sequence[Sequence[str]]) -> Mapping[str, Sequence[Row]]:
    found: dict[str, list[Row]] = {}
    for group in groups:
        rows = list(dict.fromkeys(phrase(word) for word in group))
        for row in rows:
            if len(row) == 1:
                found.setdefault(row[0], []).extend(each for each in rows if each != row)
    return found
