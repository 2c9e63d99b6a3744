"""How the cells of a row become what a record says: its fields, and what hangs on it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

OTHERWISE = "*"
"""Among the meanings of values: whatever is not named."""
REPLY_FIELDS: Mapping[str, str] = {"reply": "body", "reply_author": "author", "reply_at": "written_at"}
MEDIA_FIELDS: Mapping[str, str] = {"pictures": "image", "films": "video"}
# As programs and spreadsheets write them in five languages.
_YES = frozenset({"true", "yes", "y", "t", "1", "wahr", "ja", "waar", "vrai", "oui", "verdadero", "sí"})
_NO = frozenset({"false", "no", "n", "f", "0", "falsch", "nein", "onwaar", "nee", "faux", "non", "falso"})
# An address may hold commas: only one before the next address is between two.
_BETWEEN = re.compile(r"[,;\s]+(?=https?://)|\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """One column of several that a text is put together of."""

    column: str
    label: str = ""
    """What stands before it, as the source shows it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AspectColumn:
    """A column that holds the rating of a part."""

    column: str
    label: str
    worst: str = "1"
    best: str = "5"


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Which column holds what.

    ``columns`` has, for each field, those that may hold it: the first that says something does. ``values`` has what the
    source writes, in lower case, and what it means; ``true`` and ``false`` are also what says so in other words.
    """

    columns: Mapping[str, Sequence[str]]
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    passages: Sequence[Passage] = ()
    aspects: Sequence[AspectColumn] = ()
    withheld: Mapping[str, str] = field(default_factory=dict)
    """By field, the column whose yes keeps it to its author."""

    @property
    def read(self) -> frozenset[str]:
        """The columns that anything is read from."""
        columns = {each for some in self.columns.values() for each in some} | set(self.withheld.values())
        return frozenset(columns | {each.column for each in self.passages} | {each.column for each in self.aspects})

    def called(self, names: Mapping[str, str]) -> Layout:
        """The same layout of a file that calls its columns by other names."""
        return Layout(
            columns={name: [names.get(each, each) for each in some] for name, some in self.columns.items()},
            values=self.values,
            passages=[replace(each, column=names.get(each.column, each.column)) for each in self.passages],
            aspects=[replace(each, column=names.get(each.column, each.column)) for each in self.aspects],
            withheld={name: names.get(each, each) for name, each in self.withheld.items()},
        )

    def fields(self, cells: Mapping[str, str]) -> dict[str, str]:
        """The fields that a row fills, by their names."""
        found: dict[str, str] = {}
        for name, columns in self.columns.items():
            for column in columns:
                value = cells.get(column, "")
                if name in self.values:
                    value = self._meant(name, value)
                if value and not value.isspace():
                    found[name] = value
                    break
        for name, column in self.withheld.items():
            if cells.get(column, "").strip().casefold() not in _NO | {""}:
                found.pop(name, None)
        if self.passages and (body := self._put_together(cells)):
            found["body"] = body
        return found

    def rated(self, cells: Mapping[str, str]) -> tuple[Mapping[str, str], ...]:
        """The ratings of parts that a row holds."""
        return tuple(
            {"label": each.label, "value": cells[each.column], "worst": each.worst, "best": each.best}
            for each in self.aspects
            if cells.get(each.column, "").strip()
        )

    def _meant(self, name: str, value: str) -> str:
        meanings = self.values[name]
        written = value.strip().casefold()
        if written in meanings:
            return meanings[written]
        truth = "true" if written in _YES else "false" if written in _NO else OTHERWISE
        return meanings.get(truth, meanings.get(OTHERWISE, value)) if written else ""

    def _put_together(self, cells: Mapping[str, str]) -> str:
        said = ((each.label, cells.get(each.column, "").strip()) for each in self.passages)
        return "\n\n".join(f"{label} {text}".strip() for label, text in said if text)


def media_of(values: Mapping[str, str]) -> tuple[Mapping[str, str], ...]:
    """Pictures and films, of the fields that hold their addresses."""
    return tuple(
        {"url": each, "kind": kind} for name, kind in MEDIA_FIELDS.items() for each in _addresses(values.get(name, ""))
    )


def reply_of(values: Mapping[str, str]) -> tuple[Mapping[str, str], ...]:
    """The owner's answer, of the fields that hold it."""
    reply = {name: values[said] for said, name in REPLY_FIELDS.items() if said in values}
    return (reply,) if "body" in reply else ()


def _addresses(text: str) -> Sequence[str]:
    """What a cell lists: JSON, or addresses with commas or spaces between them."""
    if text.lstrip().startswith("["):
        try:
            listed = json.loads(text)
        except (ValueError, RecursionError):
            listed = None
        if isinstance(listed, list):
            return [each for each in listed if isinstance(each, str) and each.strip()]
    return [each for part in _BETWEEN.split(text) if (each := part.strip(",;"))]
