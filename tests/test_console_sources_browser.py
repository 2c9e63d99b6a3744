"""Tests of home, first run and sources in a browser: by keyboard alone, and what axe-core objects to: nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from engine.domain import SourceId
from review_site.wiring import now, open_instance
from tests.conftest import lacking
from tests.hosts import served_company
from tests.proofs.axe import axe_script
from tests.proofs.measuring import SkippedError
from tests.proofs.widgets_access import SIDEWAYS, objected
from tests.serving import Served
from tests.signing import EMAIL, PASSWORD, make_account
from tests.test_console_sources import REVIEWS, work_off

pytestmark = pytest.mark.browser

PAGES = (
    "/console",
    "/console/start",
    "/console/sources",
    "/console/sources/known/trustspot",
    "/console/sources/known/trustspot/record?id=RECORD",
    "/console/sources/import",
    "/console/sources/testimonial",
)
MODES = {
    "light": {"viewport": {"width": 1280, "height": 800}, "color_scheme": "light"},
    "dark": {"viewport": {"width": 1280, "height": 800}, "color_scheme": "dark"},
    "320 px": {"viewport": {"width": 320, "height": 640}, "locale": "de-DE"},
}


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, Path, str]]:
    """A server of the sample company, its folder, and the id of a record of it."""
    folder = tmp_path_factory.mktemp("company") / "company"
    with served_company(folder) as served:
        opened = open_instance(folder / "config.toml", folder / "store", {})
        make_account(opened.store, now=now())
        with opened.store.reading() as transaction:
            [filed] = transaction.reviews.of_source(SourceId("trustspot"), limit=1)
        opened.store.close()
        yield served, folder, filed.review.external_id


@pytest.fixture(scope="module")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    try:
        return axe_script(tmp_path_factory.mktemp("axe"))
    except SkippedError as error:
        lacking("npm", str(error))
        raise


def signed_in(context: BrowserContext, served: Served) -> tuple[Page, list[str]]:
    """A page of somebody who is signed in, and all that its console says."""
    page, told = context.new_page(), list[str]()
    page.on("console", lambda message: told.append(message.text))
    page.on("pageerror", lambda error: told.append(str(error)))
    page.goto(f"{served.url}/console/login")
    page.locator("#email").fill(EMAIL)
    page.locator("#password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{served.url}/console")
    return page, told


def objections(page: Page, axe: str) -> Sequence[str]:
    wider = page.evaluate(SIDEWAYS)
    return [*objected(page, axe), *([f"{wider} px wider than the window"] if wider > 0 else [])]


def brought(page: Page, served: Served, folder: Path) -> None:
    file = folder / "shop.csv"
    file.write_text(REVIEWS, encoding="utf-8")
    page.goto(f"{served.url}/console/sources/import")
    page.locator("#file").set_input_files(file)
    page.locator("#file").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("shop.csv")


@pytest.mark.parametrize("mode", list(MODES))
def test_axe_objects_to_none_of_the_pages(
    instance: tuple[Served, Path, str], chromium: Browser, axe: str, mode: str, tmp_path: Path
) -> None:
    served, _, record = instance
    # A script of axe is none of ours, which the policy would refuse.
    context = chromium.new_context(**MODES[mode], bypass_csp=True)  # type: ignore[arg-type]
    page, _ = signed_in(context, served)

    found: dict[str, Sequence[str]] = {}
    for path in PAGES:
        page.goto(served.url + path.replace("RECORD", record), wait_until="networkidle")
        found[path] = objections(page, axe)
    brought(page, served, tmp_path)
    found["upload"] = objections(page, axe)
    context.close()

    assert {path: each for path, each in found.items() if each} == {}


def test_a_file_comes_in_by_keyboard_alone(
    instance: tuple[Served, Path, str], chromium: Browser, tmp_path: Path
) -> None:
    served, folder, _ = instance
    context = chromium.new_context(locale="nl-NL")
    page, told = signed_in(context, served)
    brought(page, served, tmp_path)
    page.locator("#rights").focus()
    page.keyboard.type("Van")
    page.get_by_role("button", name="Inlezen", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Bezig")).to_be_visible()
    opened = open_instance(folder / "config.toml", folder / "store", {})
    work_off(opened)
    opened.store.close()
    expect(page.get_by_role("link", name="Naar de reviews die wachten")).to_be_visible(timeout=20_000)
    expect(page.get_by_role("region", name="Wat er niet klopt")).to_contain_text("rating")
    page.goto(f"{served.url}/console/sources")
    page.keyboard.press("j")
    page.keyboard.press("o")
    expect(page.get_by_role("heading", level=1)).to_have_text("Bron larkfield-shop")
    context.close()

    assert told == []
