"""Tests of malformed records: which one it is stays known, unless that is what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from collectors.api import Page, Read, to_batch
from collectors.fields import identity, inner, rows, text, whole
from engine.domain import Record


def read(raw: Mapping[str, Any], place: str) -> Record:
    author, order = inner(raw, "author"), text(raw, "order.number")
    fields = {
        "author": text(author, "name"),
        "rating": str(whole(raw, "stars") or ""),
        "tags": ",".join(text(each, "word") for each in rows(raw, "tags")),
        "verified": order,
    }
    return Record(external_id=identity(raw, "id"), place=place, payload="{}", fields=fields)


def skipped(raw: Any, reader: Read = read) -> tuple[str, ...]:
    batch = to_batch(Page(place="shop page 1", entries=[raw], following=None), reader)
    assert len(batch.problems) == 1
    assert batch.records == ()
    return tuple(batch.skipped)


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param({"stars": {"value": 5}}, id="an object where a number should be"),
        pytest.param({"stars": "many"}, id="a word where a number should be"),
        pytest.param({"author": "Ann"}, id="a text where an object should be"),
        pytest.param({"author": {"name": ["Ann"]}}, id="a fault inside an object"),
        pytest.param({"order": 17}, id="a number where a path leads through"),
        pytest.param({"order": {"number": {}}}, id="a fault at the end of a path"),
        pytest.param({"tags": [{"word": []}]}, id="a fault inside a list"),
        pytest.param({"tags": ["good"], "stars": "many", "author": "Ann"}, id="three faults"),
    ],
)
def test_a_malformed_record_is_known_by_its_id(fault: Mapping[str, Any]) -> None:
    assert skipped({"id": 17, **fault}) == ("17",)


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param({"stars": "many"}, id="no id"),
        pytest.param({"id": {"of": 17}}, id="an id that is none"),
        pytest.param({"id": ["17"], "stars": "many"}, id="an id that is none, and another fault"),
        pytest.param(["17"], id="no object"),
        pytest.param("17", id="a text"),
    ],
)
def test_a_record_without_an_id_is_not_known(raw: Any) -> None:
    assert skipped(raw) == ()


def test_an_entry_that_holds_several_records_is_not_known_by_one_of_them() -> None:
    def several(raw: Mapping[str, Any], place: str) -> list[Record]:
        return [read({**raw, "id": number}, place) for number in (1, 2)]

    assert skipped({"stars": "many"}, several) == ()
