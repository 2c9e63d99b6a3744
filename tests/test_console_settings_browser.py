"""Tests of settings, account and widgets in a browser: by keyboard alone."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from review_site.wiring import now
from tests.doors import Company
from tests.seats import seated
from tests.serving import Served, serving
from tests.signing import make_account

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def desk(sample_company: Company, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, Company]]:
    company = Company(tmp_path_factory.mktemp("settings") / "company").configured()
    shutil.copytree(sample_company.store, company.store)
    with company.instance() as instance:
        make_account(instance.store, now=now())
    with serving(company.store, "--no-worker") as served:
        yield served, company


@pytest.fixture
def page(chromium: Browser, desk: tuple[Served, Company]) -> Iterator[Page]:
    """The first page of the console, by somebody who administers it."""
    with seated(chromium, *desk) as seat:
        seat.page.goto("/console")
        yield seat.page


def test_a_key_is_made_and_revoked_by_keyboard(page: Page) -> None:
    page.goto("/console/settings/keys")
    page.keyboard.press("n")
    expect(page.get_by_label("Name", exact=True)).to_be_focused()
    page.keyboard.type("Import")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("The key was made")
    shown = page.locator("#secret").text_content()
    page.keyboard.press("c")
    expect(page.get_by_role("button", name="Copy")).to_have_attribute("data-done", "true")
    copied = page.evaluate("navigator.clipboard.readText()")
    page.get_by_role("link", name="I have kept it").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="The key was made")).to_have_count(0)
    page.wait_for_load_state()
    page.keyboard.press("j")
    row = page.locator("[data-row][aria-current=true]")
    expect(row).to_contain_text("Import")
    row.locator("summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_have_text("The key was revoked.")

    assert copied == shown


def test_a_subscription_is_let_in_tried_and_its_deliveries_sent_again_by_keyboard(page: Page) -> None:
    page.goto("/console/settings/subscriptions")
    off = page.get_by_role("button", name="Enable")
    place = page.locator("[data-row]").evaluate_all(
        "(rows, button) => rows.findIndex((row) => row.contains(button))", off.element_handle()
    )
    off.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("told again from now on")
    for _ in range(place + 1):
        page.keyboard.press("j")
    page.keyboard.press("p")
    expect(page.get_by_role("heading", level=1)).to_have_text("Deliveries")
    page.get_by_label("State").focus()
    page.keyboard.type("Delivered")
    page.get_by_role("button", name="Apply").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**state=delivered**")
    page.keyboard.press("j")
    page.keyboard.press("r")
    expect(page.get_by_role("status").first).to_have_text("1 delivery is sent again.")
    assert "state=delivered" in page.url


def test_a_widget_is_chosen_and_its_code_copied_by_keyboard(page: Page) -> None:
    page.keyboard.press("g")
    page.keyboard.press("w")
    page.get_by_label("Kind").focus()
    page.keyboard.type("Badge")
    page.get_by_label("Embed as").focus()
    page.keyboard.type("A div")
    page.keyboard.press("Tab")
    page.get_by_role("button", name="Show").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**kind=badge**")
    expect(page.frame_locator("iframe").locator(".plaudit").first).to_be_visible()
    page.keyboard.press("c")
    expect(page.locator("[data-done]")).to_have_count(1)
    copied = page.evaluate("navigator.clipboard.readText()")

    assert 'data-plaudit="subjects/' in copied
    assert "/badge" in copied


def test_the_language_is_changed_by_keyboard(page: Page) -> None:
    page.goto("/console/account")
    page.get_by_label("The console speaks").focus()
    page.keyboard.type("Neder")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Je account")
    page.get_by_label("Taal van het beheer").select_option("")
    page.get_by_role("button", name="Opslaan", exact=True).press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your account")
