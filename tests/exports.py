"""The exports of tools that tests read, one folder each, and how an operator would say what is in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from collectors.file import FileCollector
from collectors.presets import find_preset

EXPORTS = Path(__file__).parent / "samples" / "exports"
COMPANY = {"subject": "larkfield", "subject_name": "Larkfield Kettle Co.", "subject_type": "Organization"}
KETTLE = {"subject": "K2"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """One export and its mapping."""

    file: str
    preset: str = ""
    mapping: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    timezone: str = "UTC"

    @property
    def folder(self) -> Path:
        return (EXPORTS / self.file).parent

    def collector(self) -> FileCollector:
        preset = find_preset(self.preset) if self.preset else None
        return FileCollector(path=EXPORTS / self.file, mapping=self.mapping, constants=self.constants, preset=preset)


EXPORTED: Mapping[str, Export] = {
    "okendo": Export(file="okendo/input.csv", preset="okendo"),
    "judgeme": Export(file="judgeme/input.csv", preset="judgeme"),
    "shopify_legacy": Export(file="shopify_legacy/input.csv", preset="shopify_legacy"),
    "stamped": Export(file="stamped/input.json", preset="stamped"),
    "yotpo": Export(file="yotpo/input.json", preset="yotpo"),
    "senja": Export(file="senja/input.json", preset="senja", constants=COMPANY),
    "testimonialto": Export(file="testimonialto/input.json", preset="testimonialto", constants=COMPANY),
    "capterra": Export(file="capterra/input.csv", preset="capterra"),
    "gartner": Export(file="capterra/input.csv", preset="gartner"),
    "trustradius": Export(file="trustradius/input.csv", preset="trustradius"),
    "g2": Export(file="g2/input.json", preset="g2"),
    "facebook": Export(file="facebook/input.json", preset="facebook", constants=COMPANY),
    "meta": Export(file="meta/input.csv", preset="meta"),
    "google_sheet": Export(
        file="google_sheet/input.csv",
        preset="google_sheet",
        mapping={
            "rating": "How would you rate the kettle?",
            "body": "Tell us more",
            "consent": "May we quote you?",
        },
        constants={"subject": "K2 kettle", "date_order": "day-first"},
        timezone="Europe/Amsterdam",
    ),
    "semicolon_cp1252": Export(
        file="semicolon_cp1252/input.csv",
        mapping={"written_at": "Datum", "author": "Name", "rating": "Sterne", "body": "Bewertung"},
        constants=KETTLE,
        timezone="Europe/Berlin",
    ),
    "utf8_bom": Export(
        file="utf8_bom/input.csv",
        mapping={"written_at": "Date", "author": "Name", "rating": "Stars", "body": "Review"},
        constants={**KETTLE, "date_order": "month-first"},
    ),
    "nested_json": Export(
        file="nested_json/input.json",
        mapping={
            "external_id": "uid",
            "rating": "score",
            "body": "comment",
            "author": "by.name",
            "written_at": "at",
        },
        constants=KETTLE,
    ),
    "lines": Export(
        file="lines/input.jsonl",
        mapping={
            "external_id": "id",
            "rating": "stars",
            "body": "text",
            "written_at": "date",
            "language": "lang",
        },
        constants=KETTLE,
    ),
    "xlsx": Export(
        file="xlsx/input.xlsx",
        mapping={
            "written_at": "Date",
            "author": "Customer",
            "rating": "Score (0-10)",
            "body": "Quote",
            "consent": "OK to publish?",
        },
        constants={**KETTLE, "rating_best": "0-10"},
    ),
}
