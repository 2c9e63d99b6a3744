"""Presets: each tool's export says what a person read in it, is recognised, and is refused where it is another's."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from collectors.file import FileCollector, open_table
from collectors.file_source import FileKind
from collectors.mapping import FIELDS
from collectors.presets import Preset, find_preset, fitting, presets
from engine.errors import NotFoundError, RefusedError
from engine.rights import PROFILES
from tests.exports import EXPORTED, EXPORTS
from tests.told import told

ROOT = Path(__file__).parent.parent
PRESETS = list(presets().values())
HASHED = re.compile(r"h[0-9a-f]{20}-1")


def found_in(name: str) -> Any:
    """What became of an export; ids that we made of what a row says are left out."""
    export = EXPORTED[name]
    kind = FileKind()
    kind.rights = find_preset(export.preset).rights if export.preset else "own"
    found = told(kind, export.collector().collect(None), export.timezone)
    for each in found["reviews"]:
        if HASHED.fullmatch(each["external_id"]):
            del each["external_id"]
    return found


@pytest.mark.parametrize("name", EXPORTED)
def test_an_export_says_what_a_person_read_in_it(name: str) -> None:
    expected = json.loads((EXPORTED[name].folder / "expected.json").read_text(encoding="utf-8"))

    assert found_in(name) == expected


def test_every_sample_and_every_preset_is_tried() -> None:
    folders = {each.name for each in EXPORTS.iterdir()}

    assert folders == {each.folder.name for each in EXPORTED.values()}
    assert set(presets()) == {each.preset for each in EXPORTED.values()} - {""}


@pytest.mark.parametrize("name", [name for name, export in EXPORTED.items() if export.preset])
def test_an_export_is_recognised_by_its_columns(name: str) -> None:
    columns = open_table(EXPORTS / EXPORTED[name].file).columns

    names = [each.name for each in fitting(columns)]

    assert EXPORTED[name].preset in names
    assert len(names) == (2 if name in ("capterra", "gartner") else 1)


@pytest.mark.parametrize("name", [name for name, export in EXPORTED.items() if not export.preset])
def test_a_file_of_nobody_s_is_not(name: str) -> None:
    assert fitting(open_table(EXPORTS / EXPORTED[name].file).columns) == []


@pytest.mark.parametrize("preset", PRESETS, ids=lambda each: str(each.name))
def test_a_preset_names_fields_and_a_profile_that_there_are(preset: Preset) -> None:
    named = {*preset.layout.columns, *preset.layout.values, *preset.constants}

    assert named <= set(FIELDS)
    assert preset.rights in PROFILES
    assert all(word == word.casefold() for meant in preset.layout.values.values() for word in meant)
    assert preset.title
    assert preset.lost


@pytest.mark.parametrize("preset", PRESETS, ids=lambda each: str(each.name))
def test_every_preset_is_in_the_documents(preset: Preset) -> None:
    rows = (ROOT / "docs" / "collectors.md").read_text(encoding="utf-8")

    assert f"| `{preset.name}` |" in rows


def test_an_unknown_preset_is_told_with_what_may_have_been_meant() -> None:
    with pytest.raises(NotFoundError, match=r"did you mean judgeme\?"):
        find_preset("judgme")
    with pytest.raises(NotFoundError, match="there are capterra, "):
        find_preset("x")


def collector(name: str, **mapping: str) -> FileCollector:
    export = EXPORTED[name]
    return FileCollector(path=EXPORTS / export.file, mapping=mapping, constants={}, preset=find_preset(export.preset))


def test_a_file_of_another_shape_is_refused_with_what_is_missing() -> None:
    export = FileCollector(
        path=EXPORTS / "judgeme/input.csv", mapping={"bodi": "x"}, constants={}, preset=find_preset("okendo")
    )

    with pytest.raises(RefusedError) as refused:
        export.collect(None)

    assert "it is no file of Okendo's import template: there is no column 'dateCreated', 'name'" in str(refused.value)
    assert "there is no field 'bodi'" in str(refused.value)


def test_what_the_operator_says_goes_before_the_preset() -> None:
    export = EXPORTED["judgeme"]
    told_otherwise = FileCollector(
        path=EXPORTS / export.file,
        mapping={"subject": "product_handle", "rating_best": "rating"},
        constants={"title": "As received", "subject_type": "Service"},
        preset=find_preset("judgeme"),
    )

    [batch] = told_otherwise.collect(None)

    fields = batch.records[0].fields
    assert fields["subject"] == "k2-gooseneck"
    assert (fields["title"], fields["subject_type"], fields["rating_best"]) == ("As received", "Service", "5")


@pytest.mark.parametrize(
    ("name", "column", "value", "standing"),
    [
        ("shopify_legacy", "state", "published", "public"),
        ("shopify_legacy", "state", "hidden", "hidden"),
        ("shopify_legacy", "state", "flagged", "hidden"),
        ("senja", "approved", "false", "hidden"),
        ("yotpo", "deleted", "true", "hidden"),
        ("yotpo", "archived", "TRUE", "hidden"),
        ("g2", "attributes.is_public", "false", "hidden"),
    ],
)
def test_what_is_not_public_at_its_source_stays_hidden(name: str, column: str, value: str, standing: str) -> None:
    export = EXPORTED[name]
    [row] = open_table(EXPORTS / export.file).rows()
    layout = find_preset(export.preset).layout

    fields = layout.fields({**row.cells, column: value})  # type: ignore[union-attr]

    assert fields.get("standing", "public") == standing


def test_a_testimonial_whose_author_did_not_agree_says_so() -> None:
    layout = find_preset("testimonialto").layout

    answers = [layout.fields({"consent": value}).get("consent") for value in ("true", "false", "")]

    assert answers == ["agreed to publication in the form of Testimonial.to", "no", None]


@pytest.mark.parametrize(
    "headers", ["Zeitstempel,E-Mail-Adresse", "Tijdstempel,E-mailadres", "Timestamp,Email Address"]
)
def test_a_sheet_of_a_form_is_known_in_its_language(headers: str, tmp_path: Path) -> None:
    path = tmp_path / "sheet.csv"
    path.write_text(f"{headers},Frage\n2026-10-15 10:30:00,kim@mail.example,Gut\n", encoding="utf-8")
    [preset] = fitting(open_table(path).columns)

    [batch] = FileCollector(path=path, mapping={"body": "Frage"}, constants={}, preset=preset).collect(None)

    assert preset.name == "google_sheet"
    assert batch.records[0].fields["written_at"] == "2026-10-15 10:30:00"
    assert batch.records[0].contact == {"email": "kim@mail.example"}
