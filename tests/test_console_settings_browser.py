"""Tests of settings, account and widgets in a browser: by keyboard alone, to everybody's eyes, without a message."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, expect

from review_site.wiring import now
from tests.conftest import lacking
from tests.doors import Company
from tests.proofs.axe import axe_script
from tests.proofs.measuring import SkippedError
from tests.proofs.widgets_access import MODES, SIDEWAYS, objected
from tests.serving import Served, serving
from tests.signing import EMAIL, PASSWORD, make_account

pytestmark = pytest.mark.browser

PAGES = (
    "/console/account",
    "/console/settings",
    "/console/settings/keys",
    "/console/settings/users",
    "/console/settings/subscriptions",
    "/console/settings/deliveries",
    "/console/settings/audit",
    "/console/settings/configuration",
    "/console/widgets?about=subjects/k2-kettle&kind=wall",
    "/console/widgets?find=nothing-of-the-kind",
)
MOST_BYTES = 100_000


@pytest.fixture(scope="module")
def served(sample_company: Company, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    company = Company(tmp_path_factory.mktemp("settings") / "company").configured()
    shutil.copytree(sample_company.store, company.store)
    with company.instance() as instance:
        make_account(instance.store, now=now())
    with serving(company.store, "--no-worker") as running:
        yield running


@pytest.fixture(scope="module")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    try:
        return axe_script(tmp_path_factory.mktemp("axe"))
    except SkippedError as error:
        lacking("npm", str(error))
        raise


@contextmanager
def signed_in(chromium: Browser, served: Served, **options: object) -> Iterator[Page]:
    with chromium.new_context(**options) as context:  # type: ignore[arg-type]  # what a test wants of the browser
        page = context.new_page()
        page.goto(f"{served.url}/console/login")
        page.locator("#email").fill(EMAIL)
        page.locator("#password").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url("**/console")
        yield page


@pytest.mark.parametrize("mode", ["light", "dark", "320 px", "200 %", "forced colours"])
def test_every_page_is_accessible(served: Served, chromium: Browser, axe: str, mode: str) -> None:
    found: dict[str, Sequence[str]] = {}

    with signed_in(chromium, served, bypass_csp=True, **MODES[mode]) as page:
        for path in PAGES:
            page.goto(served.url + path, wait_until="networkidle")
            page.evaluate("document.querySelectorAll('details').forEach(each => (each.open = true))")
            wider = page.evaluate(SIDEWAYS)
            found[path] = [*objected(page, axe), *([f"{wider} px wider than the window"] if wider > 0 else [])]

    assert {path: each for path, each in found.items() if each} == {}


def test_no_page_says_anything_to_the_console_or_loads_too_much(served: Served, chromium: Browser) -> None:
    told: list[str] = []
    loaded: dict[str, int] = {}

    with signed_in(chromium, served, locale="de-DE") as page:
        page.on("console", lambda message: told.append(message.text))
        page.on("pageerror", lambda error: told.append(str(error)))
        for path in PAGES:
            page.goto(served.url + path, wait_until="networkidle")
            loaded[path] = page.evaluate(
                "performance.getEntries().filter(each => each.initiatorType != 'iframe')"
                ".reduce((sum, each) => sum + (each.encodedBodySize ?? 0), 0)"
            )

    assert told == []
    assert {path: size for path, size in loaded.items() if size > MOST_BYTES} == {}


def test_a_key_is_made_and_revoked_by_keyboard(served: Served, chromium: Browser) -> None:
    with signed_in(chromium, served) as page:
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        page.goto(f"{served.url}/console/settings/keys")
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


def test_a_subscription_is_let_in_tried_and_its_deliveries_sent_again_by_keyboard(
    served: Served, chromium: Browser
) -> None:
    with signed_in(chromium, served) as page:
        page.goto(f"{served.url}/console/settings/subscriptions")
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


def test_a_widget_is_chosen_and_its_code_copied_by_keyboard(served: Served, chromium: Browser) -> None:
    with signed_in(chromium, served) as page:
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        page.goto(f"{served.url}/console")
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


def test_the_language_is_changed_by_keyboard(served: Served, chromium: Browser) -> None:
    with signed_in(chromium, served) as page:
        page.goto(f"{served.url}/console/account")
        page.get_by_label("The console speaks").focus()
        page.keyboard.type("Neder")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("Je account")
        page.get_by_label("Taal van het beheer").select_option("")
        page.get_by_role("button", name="Opslaan", exact=True).press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("Your account")
