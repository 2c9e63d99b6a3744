"""Exports as older versions, other languages and spreadsheets write them: the same columns by other spellings."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from collectors.file import FileCollector, open_table
from collectors.layout import Layout
from collectors.presets import find_preset, fitting
from engine.domain import Record, Standing
from tests.exports import EXPORTED, EXPORTS

CSV = [name for name, export in EXPORTED.items() if export.preset and export.file.endswith(".csv")]


def read(path: Path, preset: str = "", **mapping: str) -> list[Record]:
    found = find_preset(preset) if preset else None
    collector = FileCollector(path=path, mapping=mapping, constants={}, preset=found)
    return [record for batch in collector.collect(None) for record in batch.records]


def said(record: Record) -> tuple[object, ...]:
    """What a record says, whatever its place and its payload."""
    return (record.fields, record.contact, record.replies, record.media, record.aspects, record.standing)


def written(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


def spelled(header: str, how: str) -> str:
    match how:
        case "in capitals":
            return header.upper()
        case "with underscores":
            return header.replace(" ", "_")
        case _:
            return header.replace("_", " ").title()


@pytest.mark.parametrize("how", ["in capitals", "with underscores", "as titles"])
@pytest.mark.parametrize("name", CSV)
def test_an_export_with_its_columns_spelled_otherwise_says_the_same(name: str, how: str, tmp_path: Path) -> None:
    export = EXPORTED[name]
    header, _, rows = (EXPORTS / export.file).read_text(encoding="utf-8").partition("\n")
    path = written(tmp_path / "other.csv", f"{spelled(header, how)}\n{rows}")

    records = read(path, export.preset)

    assert export.preset in [each.name for each in fitting(open_table(path).columns)]
    assert [said(each) for each in records] == [said(each) for each in read(EXPORTS / export.file, export.preset)]


@pytest.mark.parametrize(
    ("delimiter", "encoding"), [(";", "utf-8-sig"), ("\t", "utf-16"), (";", "cp1252"), ("|", "utf-8")]
)
@pytest.mark.parametrize("first", ["", "sep={}\r\n"], ids=["", "told"])
def test_an_export_that_a_spreadsheet_saved_says_the_same(
    delimiter: str, encoding: str, first: str, tmp_path: Path
) -> None:
    rows = [
        [
            "product_handle",
            "state",
            "rating",
            "title",
            "author",
            "email",
            "body",
            "reply",
            "replied_at",
            "later column",
        ],
        ["k2", "published", "4,5", "Schön", "Jürgen", "", "Gießt gut;\r\nschwer, aber gut", "", "", "x"],
    ]
    lines = "\r\n".join(delimiter.join(f'"{cell}"' for cell in row) for row in rows)
    path = written(tmp_path / "saved.csv", first.format(delimiter) + lines + "\r\n", encoding)

    [record] = read(path, "shopify_legacy")

    assert record.fields["author"] == "Jürgen"
    assert record.fields["rating"] == "4,5"
    assert record.fields["body"].replace("\r\n", "\n") == "Gießt gut;\nschwer, aber gut"


def test_columns_that_are_spelled_nearly_like_fields_need_no_mapping(tmp_path: Path) -> None:
    path = written(tmp_path / "plain.csv", "External ID,Written-At,Body,Sub Title\n7,2026-09-30,Pours well,x\n")

    [record] = read(path)

    assert record.external_id == "7"
    assert record.fields == {"written_at": "2026-09-30", "body": "Pours well"}


@pytest.mark.parametrize(
    ("preset", "row", "standing"),
    [
        pytest.param("judgeme", {"curated": "ok"}, None, id="Judge.me, let through"),
        pytest.param("judgeme", {"curated": "spam"}, "hidden", id="Judge.me, spam"),
        pytest.param("judgeme", {"curated": "not-yet"}, "hidden", id="Judge.me, waiting"),
        pytest.param("judgeme", {"curated": "ok", "published": "FALSE"}, "hidden", id="Judge.me, taken down"),
        pytest.param("okendo", {"status": "pending"}, "hidden", id="Okendo, waiting"),
        pytest.param("okendo", {"status": "Approved"}, "public", id="Okendo, approved"),
        pytest.param("yotpo", {"deleted": "0", "archived": "WAHR"}, "hidden", id="Yotpo, archived in German"),
        pytest.param("yotpo", {"deleted": "0", "archived": "FALSCH"}, None, id="Yotpo, neither in German"),
        pytest.param("senja", {"approved": "VRAI"}, "public", id="Senja, approved in French"),
        pytest.param("senja", {"approved": "non"}, "hidden", id="Senja, not approved in French"),
    ],
)
def test_what_an_export_holds_back_stays_hidden_in_any_language(
    preset: str, row: Mapping[str, str], standing: Standing | None
) -> None:
    assert find_preset(preset).layout.fields(row).get("standing") == standing


def test_a_partner_of_the_vendor_is_told_as_such_in_an_export_of_g2() -> None:
    layout = find_preset("g2").layout

    told = [layout.fields({"attributes.is_business_partner": each}).get("relation") for each in ("true", "false", "")]

    assert told == ["agency", None, None]


def test_a_name_that_is_not_withheld_is_shown_in_any_language() -> None:
    layout = Layout(columns={"author": ["name"]}, withheld={"author": "anonymous"})

    shown = [layout.fields({"name": "Ana", "anonymous": each}).get("author") for each in ("FALSCH", "0", "WAAR", "?")]

    assert shown == ["Ana", "Ana", None, None]


def test_a_sheet_of_a_form_that_asks_for_no_address_is_known(tmp_path: Path) -> None:
    path = written(tmp_path / "sheet.csv", "Tijdstempel,Wat vond je ervan?\n15-10-2026 10:30:00,Mooi\n")

    [preset] = fitting(open_table(path).columns)
    [record] = read(path, preset.name, body="Wat vond je ervan?")

    assert preset.name == "google_sheet"
    assert record.fields["written_at"] == "15-10-2026 10:30:00"
