"""Tests of importing and sources in a browser: by keyboard alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from review_site.wiring import now
from tests.doors import Company
from tests.seats import seated
from tests.serving import serving
from tests.signing import make_account
from tests.test_console_sources import REVIEWS, work_off

pytestmark = pytest.mark.browser


def brought(page: Page, folder: Path) -> None:
    file = folder / "shop.csv"
    file.write_text(REVIEWS, encoding="utf-8")
    page.goto("/console/sources/import")
    page.locator("#file").set_input_files(file)
    page.locator("#file").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("shop.csv")


def test_a_file_comes_in_by_keyboard_alone(sample_copy: Company, chromium: Browser, tmp_path: Path) -> None:
    with sample_copy.instance() as instance:
        make_account(instance.store, now=now())

    with (
        serving(sample_copy.store, "--no-worker") as served,
        seated(chromium, served, sample_copy, locale="nl-NL") as seat,
    ):
        page = seat.page
        brought(page, tmp_path)
        page.locator("#rights").focus()
        page.keyboard.type("Van")
        page.get_by_role("button", name="Inlezen", exact=True).focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Bezig")).to_be_visible()
        with sample_copy.instance() as instance:
            work_off(instance)
        expect(page.get_by_role("link", name="Naar de reviews die wachten")).to_be_visible(timeout=20_000)
        expect(page.get_by_role("region", name="Wat er niet klopt")).to_contain_text("rating")
        page.goto("/console/sources")
        page.keyboard.press("j")
        page.keyboard.press("o")
        expect(page.get_by_role("heading", level=1)).to_have_text("Bron larkfield-shop")

    assert seat.told == []
