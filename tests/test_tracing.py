"""Tests of the trace over a raw record: what a reader looked at is known, and the reader cannot tell."""

from __future__ import annotations

import json
from typing import Any

from review_site.tracing import Traced, leaves

RAW: dict[str, Any] = {
    "id": 7,
    "by": {"name": "Owen", "mail": "owen@larkfield.example"},
    "tags": ["gift", "steel"],
    "parts": [{"label": "fit", "value": 4}, {"label": "heat", "value": None}],
    "title": "",
}


def test_what_is_asked_for_by_name_is_remembered_by_its_path() -> None:
    read: set[str] = set()
    raw = Traced(RAW, read)

    asked = (
        raw["id"],
        raw["by"]["name"],
        raw.get("none"),
        raw.get("tags")[1],
        [each["value"] for each in raw["parts"]],
    )

    assert asked == (7, "Owen", None, "steel", [4, None])
    assert read == {"id", "by.name", "tags[1]", "parts[0].value", "parts[1].value"}


def test_what_is_taken_as_a_whole_is_not_remembered() -> None:
    read: set[str] = set()
    raw = Traced(RAW, read)

    assert json.loads(json.dumps(raw)) == RAW
    assert isinstance(raw["by"], dict)
    assert isinstance(raw["tags"][:1], list)
    assert "id" in raw
    assert read == set()


def test_every_value_has_its_path_and_empty_ones_have_none() -> None:
    assert dict(leaves(RAW)) == {
        "id": 7,
        "by.name": "Owen",
        "by.mail": "owen@larkfield.example",
        "tags[0]": "gift",
        "tags[1]": "steel",
        "parts[0].label": "fit",
        "parts[0].value": 4,
        "parts[1].label": "heat",
    }
