"""Presets: how the export of each tool is laid out, as data; one TOML file for each, beside this module.

A preset says which column is which field, what its values mean, by which columns it is known, and how sure all of that
is. docs/adr/0020-presets-are-data.md says why.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from typing import Any

from collectors.layout import AspectColumn, Layout, Passage
from collectors.mapping import FIELDS, mistakes, plain_name, refuse_for
from engine.errors import NotFoundError
from engine.plugins import Sureness


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """One tool's export."""

    name: str
    title: str
    sureness: Sureness
    rights: str
    """The rights profile of what it holds; an import can only narrow it."""
    known_by: Sequence[frozenset[str]]
    """Columns that together are found in no other export; one such group for each language."""
    layout: Layout
    constants: Mapping[str, str]
    lost: str
    """What the export holds and a review does not."""
    note: str
    """What an operator should know before he uses it."""

    def fits(self, columns: Sequence[str]) -> bool:
        return any(not _lacking(group, columns) for group in self.known_by)

    def laid_out(self, columns: Sequence[str], mapping: Mapping[str, str], constants: Mapping[str, str]) -> Layout:
        """The layout of a file with these columns; what the operator maps or fixes goes before the preset.

        Raises RefusedError with all mistakes at once when the file is of another shape.
        """
        found = list(mistakes(columns, mapping, constants))
        if not self.fits(columns):
            wanted = min((_lacking(group, columns) for group in self.known_by), key=len)
            found.append(f"it is no {self.title}: there is no column {', '.join(map(repr, wanted))}")
        refuse_for(found, columns)
        fixed = {name for name in constants if name not in mapping}
        layout = self.layout.called(_spelled(self.layout.read, columns))
        chosen = {
            name: [mapping[name]] if name in mapping else layout.columns[name]
            for name in FIELDS
            if name in mapping or (name in layout.columns and name not in fixed)
        }
        return Layout(
            columns=chosen,
            values={name: meant for name, meant in layout.values.items() if name not in mapping},
            passages=() if "body" in {*mapping, *fixed} else layout.passages,
            aspects=layout.aspects,
            withheld={name: column for name, column in layout.withheld.items() if name not in mapping},
        )

    def fixed(self, mapping: Mapping[str, str], constants: Mapping[str, str]) -> Mapping[str, str]:
        """The fields that have one value in all rows."""
        return {name: value for name, value in self.constants.items() if name not in mapping} | dict(constants)


@cache
def presets() -> Mapping[str, Preset]:
    """Every preset by its name."""
    tables = {
        path.name.removesuffix(".toml"): tomllib.loads(path.read_text("utf-8"))
        for path in files(__package__).iterdir()
        if path.name.endswith(".toml")
    }
    return {name: _preset(name, table, tables) for name, table in sorted(tables.items())}


def find_preset(name: str) -> Preset:
    """Raises NotFoundError with what may have been meant."""
    found = presets().get(name)
    if found is None:
        near = get_close_matches(name, presets(), n=1)
        meant = f"did you mean {near[0]}?" if near else f"there are {', '.join(presets())}"
        raise NotFoundError(f"there is no preset {name!r}; {meant}")
    return found


def fitting(columns: Sequence[str]) -> Sequence[Preset]:
    """The presets of which a file may be an export, those that are known by more columns first."""
    found = [each for each in presets().values() if each.fits(columns)]
    return sorted(found, key=lambda each: -max(len(group) - len(_lacking(group, columns)) for group in each.known_by))


def _lacking(group: frozenset[str], columns: Sequence[str]) -> Sequence[str]:
    there_are = {plain_name(each) for each in columns}
    return sorted(each for each in group if plain_name(each) not in there_are)


def _spelled(wanted: Iterable[str], columns: Sequence[str]) -> Mapping[str, str]:
    """How a file spells each of some columns, where it spells it otherwise."""
    by_name = {plain_name(each): each for each in reversed(columns)}
    return {each: by_name[plain_name(each)] for each in wanted if each not in columns and plain_name(each) in by_name}


def _preset(name: str, table: Mapping[str, Any], tables: Mapping[str, Mapping[str, Any]]) -> Preset:
    whole = {**tables[table["like"]], **table} if "like" in table else table
    layout = Layout(
        columns={field: _several(columns) for field, columns in whole["columns"].items()},
        values=whole.get("values", {}),
        passages=[Passage(**each) for each in whole.get("passages", ())],
        aspects=[AspectColumn(**each) for each in whole.get("aspects", ())],
        withheld=whole.get("withheld", {}),
    )
    return Preset(
        name=name,
        title=whole["title"],
        sureness=Sureness(whole["sureness"]),
        rights=whole["rights"],
        known_by=[frozenset(group) for group in whole["known_by"]],
        layout=layout,
        constants=whole.get("constants", {}),
        lost=whole["lost"],
        note=whole.get("note", ""),
    )


def _several(columns: str | list[str]) -> Sequence[str]:
    return [columns] if isinstance(columns, str) else columns
