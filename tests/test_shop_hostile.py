"""Whatever stands in whichever place of a raw review, it is read, or the field is named that cannot be."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from importlib import import_module
from typing import Any

import pytest

from collectors.api import Page, as_cursor, position_of, to_batch
from engine.domain import Standing
from engine.errors import SourceError
from engine.http import GuardedSession
from engine.testing.collectors import LOOPBACK
from tests.shop_sources import SHOPS, plug, put, rows_of, sample
from tests.source_server import Asked, Reply, serving
from tests.told import told

ODD: tuple[Any, ...] = (
    None,
    True,
    -7,
    1e300,
    "",
    "x",
    "\ud800\x00",
    "9999-12-31T23:59:59",
    "0001-01-01T00:00:00",
    [],
    {},
    [None],
    [[]],
    [{}],
    {"x": [{}]},
)


def places(document: Any, path: str = "") -> Iterator[str]:
    """The path of every value in a document."""
    if path:
        yield path
    inside = (
        document.items() if isinstance(document, dict) else enumerate(document if isinstance(document, list) else ())
    )
    for name, value in inside:
        yield from places(value, f"{path}.{name}" if path else str(name))


@pytest.mark.parametrize("kind", SHOPS)
def test_a_raw_review_with_anything_in_any_place_is_read_or_refused_with_its_field(kind: str) -> None:
    original = json.dumps(rows_of(kind)[0])
    read = import_module(f"collectors.{kind}").read

    for path in places(json.loads(original)):
        for odd in ODD:
            raw = json.loads(original)
            put(raw, path, odd)

            batch = to_batch(Page(place="here", entries=[raw], following=None), read)

            told(plug(kind), [batch])
            assert all(each.external_id.encode() and each.payload.encode() for each in batch.records), path
            assert Standing.DELETED not in {each.standing for each in batch.records}


@pytest.mark.parametrize("kind", SHOPS)
def test_a_page_with_anything_in_any_place_is_read_or_refused(kind: str) -> None:
    original = json.dumps(sample(kind))
    rows_at = f"{SHOPS[kind].path}.0.".removeprefix(".")
    said: list[bytes] = []

    def answer(asked: Asked) -> Reply:
        return Reply(200, b'{"access_token": "t"}' if asked.path == "/oauth/token" else said[-1])

    with serving(answer) as source, GuardedSession(LOOPBACK) as http:
        collector = plug(kind).collector(SHOPS[kind].given(source.url), http)
        for path in (each for each in places(json.loads(original)) if not each.startswith(rows_at)):
            for odd in ODD[::3]:
                document = json.loads(original)
                put(document, path, odd)
                said.append(json.dumps(document).encode())

                with suppress(SourceError):
                    first = next(iter(collector.collect(None)))
                    assert len(as_cursor(position_of(first.cursor))) < 5000
