"""What somebody chose for a file, read from its form, and the form as it is shown again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from collectors.mapping import FIELDS, plain_name
from collectors.presets import presets
from engine.domain.uploads import Choices, Upload
from engine.i18n import Texts
from engine.rights import PROFILES
from review_site.console.pages import Fault
from review_site.imports_at_work import Glance

FIXED = ("subject", "language", "rating_best", "date_order")
"""Fields that are most often the same in all rows."""
USUAL_RIGHTS = ("own", "display-only", "internal")


class Typed(Protocol):
    def get(self, key: str, default: str, /) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    value: str
    words: str
    is_chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnLine:
    """One column of a file, with what is in it and what may be made of it."""

    id: str
    name: str
    samples: Sequence[str]
    choices: Sequence[Choice]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoosingForm:
    columns: Sequence[ColumnLine]
    presets: Sequence[Choice]
    rights: Sequence[Choice]
    """Those that are usual."""
    other_rights: Sequence[Choice]
    fixed: Mapping[str, str]


def choices_from(typed: Typed, columns: Sequence[str]) -> tuple[Choices, Sequence[Fault]]:
    """What was chosen, and what is wrong with it: a field can be read from one column only."""
    preset = typed.get("preset", "").strip()
    chosen = [(column, typed.get(f"column-{number}", "")) for number, column in enumerate(columns)]
    mapping: dict[str, str] = {}
    faults: list[Fault] = []
    for number, (column, field) in enumerate(chosen):
        if field in mapping:
            values = {"one": mapping[field], "other": column}
            faults.append(Fault(name=f"column-{number}", key="fault-twice", values=values))
        elif field in FIELDS:
            mapping[field] = column
    constants = {each: said for each in FIXED if (said := typed.get(each, "").strip()) and each not in mapping}
    choices = Choices(
        source=typed.get("source", "").strip(),
        rights=typed.get("rights", "").strip(),
        attribution=typed.get("attribution", "").strip(),
        approval=typed.get("approval", "").strip(),
        preset=preset,
        mapping=mapping,
        constants={**dict(_left_out(columns, mapping, preset)), **constants},
    )
    return choices, faults


def form_of(upload: Upload, glance: Glance, spoken: Texts) -> ChoosingForm:
    choices = upload.choices
    known = list(presets().values())
    named = [("", spoken("preset-none")), *((each.name, each.title) for each in known)]
    usual = [(each, spoken(f"rights-{each}")) for each in USUAL_RIGHTS]
    others = [(name, name) for name in sorted(PROFILES) if name not in USUAL_RIGHTS]
    by_column = {column: field for field, column in choices.mapping.items()}
    return ChoosingForm(
        columns=[
            ColumnLine(
                id=f"column-{number}",
                name=column,
                samples=glance.samples.get(column, ()),
                choices=_fields(by_column.get(column, ""), spoken, has_preset=bool(choices.preset)),
            )
            for number, column in enumerate(glance.columns)
        ],
        presets=_choices(named, choices.preset),
        rights=_choices(usual, choices.rights),
        other_rights=_choices(others, choices.rights),
        fixed={each: choices.constants.get(each, "") for each in FIXED},
    )


def _left_out(columns: Sequence[str], mapping: Mapping[str, str], preset: str) -> Iterator[tuple[str, str]]:
    """Fields with a column of their name that nobody chose for them: it is not to be read by itself."""
    if preset:
        return
    free = {plain_name(each) for each in columns if each not in mapping.values()}
    for field in FIELDS:
        if field not in mapping and plain_name(field) in free:
            yield field, ""


def _fields(chosen: str, spoken: Texts, *, has_preset: bool) -> Sequence[Choice]:
    unchosen = spoken("column-as-preset" if has_preset else "column-unread")
    return _choices([("", unchosen), *((each, spoken(f"field-{each}")) for each in FIELDS)], chosen)


def _choices(named: Sequence[tuple[str, str]], chosen: str) -> Sequence[Choice]:
    return [Choice(value=value, words=words, is_chosen=value == chosen) for value, words in named]
