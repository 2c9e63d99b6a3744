"""What holds for every page of the console, in a real browser: anybody can use it, and it is quiet and light."""

from __future__ import annotations

import gzip
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.doors import Company
from tests.proofs.console_axe import MODES, UNFOLD, objections
from tests.proofs.console_ground import Desk, desk_before

pytestmark = pytest.mark.browser

LOADED = """() => performance.getEntriesByType("resource").filter((each) => each.initiatorType != "iframe")
.reduce((sum, each) => sum + each.encodedBodySize, 0)"""
MOST_BYTES = 100_000
"""Of a page with all it loads, packed; markup goes unpacked (review_site/compressing.py says why)."""


@pytest.fixture(scope="module")
def here(chromium: Browser, sample_company: Company) -> Iterator[Desk]:
    with desk_before(chromium, sample_company) as found:
        yield found


@pytest.mark.parametrize("mode", ["light, 1280 px", "dark, 320 px, German"])
def test_every_page_is_accessible(here: Desk, axe: str, mode: str) -> None:
    assert objections(here, axe, MODES[mode]) == []


def test_no_page_says_anything_to_the_console_or_is_heavy(here: Desk) -> None:
    told: list[str] = []
    loaded: dict[str, int] = {}

    with here.seen(told, locale="nl-NL") as page:
        for each in here.addresses():
            answer = page.goto(here.served.url + each)
            assert answer is not None
            page.evaluate(UNFOLD)
            loaded[each] = len(gzip.compress(answer.body())) + page.evaluate(LOADED)

    assert told == []
    assert {address: size for address, size in loaded.items() if size > MOST_BYTES} == {}
