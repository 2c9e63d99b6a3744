"""Each platform's sample document, collected over loopback, says what a person read in it."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from engine.http import GuardedSession
from engine.plugins import load_kinds
from engine.testing.collectors import LOOPBACK
from tests.factories import NOON
from tests.platform_plays import KEY
from tests.platform_sources import PLATFORMS, rows_of
from tests.shop_sources import SAMPLES
from tests.source_server import Asked, Reply, serving
from tests.told import told


@pytest.mark.parametrize("kind", PLATFORMS)
def test_the_sample_of_a_platform_says_what_a_person_read_in_it(kind: str) -> None:
    platform, plug = PLATFORMS[kind], load_kinds()[kind]
    options = {"countries": "us"} if kind == "app_store_rss" else {}
    with (
        serving(platform.pages(rows_of(kind), 50)) as source,
        GuardedSession(LOOPBACK, clock=lambda: NOON) as http,
    ):
        given = {**platform.given(source.url), **options}
        found = told(plug, plug.collector(given, http).collect(None))

    assert found == expected(kind)


def test_kiyoh_says_the_same_in_xml_as_far_as_that_goes() -> None:
    def pages(asked: Asked) -> Reply:
        assert asked.headers["accept"] == "application/xml"
        return Reply(200, (SAMPLES / "kiyoh" / "input.xml").read_bytes(), {"Content-Type": "application/xml"})

    plug = load_kinds()["kiyoh"]
    with serving(pages) as source, GuardedSession(LOOPBACK) as http:
        given = {"location": "1046100", "token": KEY, "format": "xml", "base_url": source.url}
        found = told(plug, plug.collector(given, http).collect(None))

    assert found == expected("kiyoh", "expected.xml.json")


def test_a_page_of_ones_own_says_it_in_four_syntaxes() -> None:
    def site(asked: Asked) -> Reply:
        if asked.path == "/robots.txt":
            return Reply(404)
        return Reply(200, (SAMPLES / "own_pages" / "input.html").read_bytes(), {"Content-Type": "text/html"})

    plug = load_kinds()["own_pages"]
    with serving(site) as source, GuardedSession(LOOPBACK) as http:
        given = {"domain": "127.0.0.1", "pages": f"{source.url}/p/k2", "markup": "all"}
        found = told(plug, plug.collector(given, http).collect(None))

    said = json.dumps(found).replace(source.url, "https://larkfield.example")
    # Reviews without an id are known by a hash, which nobody can write by hand.
    assert json.loads(re.sub('"h[0-9a-f]{20}"', '"hash"', said)) == expected("own_pages")


def expected(kind: str, name: str = "expected.json") -> Any:
    return json.loads((SAMPLES / kind / name).read_text())
