"""What axe-core objects to on our own pages, from A to AA of WCAG 2.2 and what it calls best practice: nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

import pytest
import requests
from playwright.sync_api import Browser

from tests.doors import Company
from tests.hosts import hosting, served_company
from tests.proofs.product_page import SHEET, product_page
from tests.proofs.widgets_access import seen
from tests.proofs.widgets_ground import KINDS
from tests.seats import objections
from tests.serving import Served

pytestmark = pytest.mark.browser

KETTLE = "/reviews/k2-kettle"
STYLED = f"<style>{SHEET} iframe, img {{ max-width: 100% }}</style>"
FRAME = "/embed/subjects/k2-kettle/list"
PAGES: Mapping[str, str] = {
    "home": "/",
    "subject": KETTLE,
    "narrowed": f"{KETTLE}?star=2",
    "topic": "/topics/en-spout",
    "collection": "/collections/quiet-mornings",
    "review": "/review/REVIEW",
    "report": "/report/REVIEW",
    "method": "/method",
    "gallery": "/widgets?about=subjects/k2-kettle&kind=wall&embed=div",
    "missing": "/review/nobody",
}


@pytest.fixture(scope="module")
def instance(sample_company: Company, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served_company(sample_company, tmp_path_factory.mktemp("company") / "company") as served:
        yield served


def addresses(instance: Served) -> Mapping[str, str]:
    """PAGES, with a review that there is."""
    reports = re.search(r"/report/(\w+)", requests.get(instance.url + KETTLE, timeout=20).text)
    assert reports
    return {name: instance.url + path.replace("REVIEW", reports[1]) for name, path in PAGES.items()}


@pytest.mark.parametrize("mode", ["light", "dark", "320 px", "forced colours"])
def test_every_page_of_ours_is_accessible(instance: Served, chromium: Browser, axe: str, mode: str) -> None:
    pages = addresses(instance)

    found: dict[str, Sequence[str]] = {}
    with seen(chromium, instance.url, mode) as page:
        for name, address in pages.items():
            # The frames of the gallery are loaded after it.
            page.goto(address, wait_until="networkidle" if name == "gallery" else "load")
            found[name] = objections(page, axe)

    assert {name: each for name, each in found.items() if each} == {}


@pytest.mark.parametrize("locale", ["de", "nl", "fr", "es"])
def test_so_is_every_language_on_the_narrowest_screen(
    instance: Served, chromium: Browser, axe: str, locale: str
) -> None:
    pages = addresses(instance)

    found: dict[str, Sequence[str]] = {}
    with seen(chromium, instance.url, "320 px") as page:
        for name in ("subject", "review", "report", "method", "gallery"):
            address = pages[name]
            asked = f"{address}{'&' if '?' in address else '?'}locale={locale}"
            page.goto(asked, wait_until="networkidle" if name == "gallery" else "load")
            found[name] = objections(page, axe)

    assert {name: each for name, each in found.items() if each} == {}


@pytest.mark.parametrize("mode", ["light", "dark", "320 px", "forced colours"])
def test_so_is_a_page_with_every_kind_in_a_frame(instance: Served, chromium: Browser, axe: str, mode: str) -> None:
    framed = "".join(
        f'<iframe src="{instance.url}/embed/subjects/k2-kettle/{kind}" title="{kind}" data-plaudit></iframe>'
        for kind in KINDS
    )
    with hosting(instance.url) as shop:
        shop.pages["/"] = product_page(framed, STYLED).encode()
        with seen(chromium, shop.url, mode) as page:
            found = objections(page, axe)

    assert found == []


@pytest.mark.parametrize(("scheme", "ground"), [("light", "rgb(255, 255, 255)"), ("dark", "rgb(18, 18, 18)")])
def test_words_in_a_frame_stand_on_a_ground_of_their_own(
    instance: Served, chromium: Browser, scheme: Literal["light", "dark"], ground: str
) -> None:
    with chromium.new_context(color_scheme=scheme) as context:
        page = context.new_page()
        page.goto(f"{instance.url}{FRAME}")
        found = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")

    assert found == ground
