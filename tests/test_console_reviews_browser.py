"""Tests of moderation in a browser: by keyboard alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, expect

from engine.domain import Role
from review_site.wiring import now
from tests.doors import Company
from tests.factories import make_record, take_in
from tests.seats import seated
from tests.serving import Served, serving
from tests.signing import make_account

pytestmark = pytest.mark.browser

QUEUE = "/console/reviews"


@contextmanager
def queue(company: Company) -> Iterator[Served]:
    """A server with twenty-three reviews that wait."""
    with company.instance() as instance:
        make_account(instance.store, role=Role.MODERATOR, now=now())
        for number in range(1, 24):
            record = make_record(str(number), body=f"Kettle number {number}, see www.example.com")
            take_in(instance.store, record, now=now())
    with serving(company.store, "--no-worker") as server:
        yield server


def press(page: Page, *keys: str) -> None:
    """Presses keys, the last of which leads to another page."""
    for key in keys[:-1]:
        page.keyboard.press(key)
    with page.expect_navigation():
        page.keyboard.press(keys[-1])


def test_twenty_reviews_are_decided_and_three_given_back_by_keyboard(chromium: Browser, company: Company) -> None:
    with queue(company) as own, seated(chromium, own, company) as seat:
        page = seat.page
        page.goto("/console")
        press(page, "g", "r")

        page.keyboard.press("j")
        for _ in range(17):
            expect(page.locator("[data-row][aria-current=true]")).to_be_focused()
            press(page, "a")
        page.keyboard.press("r")
        expect(page.locator("[data-row][aria-current=true]").locator("select")).to_be_focused()
        press(page, "s", "Tab", "Enter")
        expect(page.get_by_role("status").first).to_contain_text("1 review was rejected.")
        press(page, "u")
        expect(page.get_by_role("status").first).to_contain_text("1 review is as it was before.")
        page.keyboard.press("x")
        page.keyboard.press("j")
        page.keyboard.press("x")
        page.get_by_role("button", name="Approve the marked").focus()
        press(page, "Enter")
        expect(page.get_by_role("status").first).to_contain_text("2 reviews were approved.")
        press(page, "u")
        expect(page.get_by_role("status").first).to_contain_text("2 reviews are as they were before.")
        for _ in range(3):
            press(page, "a")

        expect(page.get_by_role("navigation", name="What to look at")).to_contain_text("Waiting 3")

    assert seat.told == []


def test_a_filter_keeps_the_page_and_changes_the_address(chromium: Browser, company: Company) -> None:
    with queue(company) as own, seated(chromium, own, company) as seat:
        page = seat.page
        page.goto(QUEUE)
        page.keyboard.press("/")
        page.keyboard.type("number 23,")
        page.keyboard.press("Enter")

        expect(page.locator("[data-row]")).to_have_count(1)
        assert "number" in page.url

    assert seat.told == []
