"""An exported site in a real browser: the pages themselves, and a shop that embeds its snippets."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.doors import Company
from tests.hosts import SETTINGS, Shop, hosting
from tests.serving import free_port
from tests.static_host import static_host
from tests.test_cli_serve import listened_to

pytestmark = pytest.mark.browser

PAGE = "reviews/k2-kettle/"


@dataclass(frozen=True, slots=True)
class Site:
    """An exported site, and what it was asked for in vain."""

    url: str
    folder: Path
    missing: list[str]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, sample_company: Company) -> Iterator[Site]:
    folder, port = tmp_path_factory.mktemp("export"), free_port()
    settings = SETTINGS.format(port=port).replace("[publish]", 'locales = ["en", "nl"]\n[publish]')
    company = Company(folder / "company").configured(settings)
    shutil.copytree(sample_company.store, company.store)
    done = company.plaudit("export", folder / "site", "--no-live")
    assert done.exit_code == 0, done.output
    with static_host(folder / "site", port) as missing:
        yield Site(f"http://127.0.0.1:{port}", folder / "site", missing)


@pytest.fixture
def shop(site: Site) -> Iterator[Shop]:
    with hosting(site.url) as found:
        yield found


@pytest.fixture(params=[True, False], ids=["with scripts", "without scripts"])
def page(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    context = chromium.new_context(java_script_enabled=request.param)
    yield context.new_page()
    context.close()


def test_the_pages_lead_to_each_other(site: Site, page: Page) -> None:
    told = listened_to(page)
    site.missing.clear()

    page.goto(f"{site.url}/", wait_until="networkidle")
    page.locator(f"a[href$='/{PAGE}']").first.click()
    newest = page.locator(".plaudit-review").first.inner_text()
    page.locator("a", has_text="Lowest").first.click()
    page.wait_for_url(f"**/{PAGE}lowest/")
    lowest = page.locator(".plaudit-review").first.inner_text()
    page.locator("a[rel~=next]").first.click()
    page.wait_for_url(f"**/{PAGE}lowest/after-*/")

    assert newest != lowest
    assert page.locator(".plaudit-review").count() > 0
    assert told == []
    assert [each for each in site.missing if each != "/favicon.ico"] == []


def test_a_language_has_pages_of_its_own(site: Site, page: Page) -> None:
    page.goto(f"{site.url}/{PAGE}", wait_until="networkidle")

    page.locator("a[hreflang=nl]").first.click()
    page.wait_for_url(f"**/nl/{PAGE}")

    assert page.locator("html").get_attribute("lang") == "nl"
    assert page.locator(".plaudit-review").count() == 5


def test_a_snippet_of_the_export_is_whole_in_a_shop_and_its_links_lead_to_the_site(
    site: Site, shop: Shop, page: Page
) -> None:
    told = listened_to(page)
    snippet = (site.folder / "v1/subjects/k2-kettle/snippets/en/list.html").read_text(encoding="utf-8")

    page.goto(shop.shows(snippet), wait_until="networkidle")
    shown = page.locator(".plaudit-review").count()
    page.locator(".plaudit-list a", has_text="Lowest").first.click()
    page.wait_for_url(f"{site.url}/{PAGE}lowest/")

    assert shown == 5
    assert page.locator(".plaudit-review").count() == 5
    assert told == []


def test_a_div_that_finds_no_instance_keeps_what_stands_in_it(site: Site, shop: Shop, page: Page) -> None:
    fallback = f'<a href="{site.url}/{PAGE}">Reviews of the kettle</a>'

    page.goto(shop.shows(shop.embed("subjects/k2-kettle/list", fallback)), wait_until="networkidle")
    page.locator("a", has_text="Reviews of the kettle").click()
    page.wait_for_url(f"{site.url}/{PAGE}")

    assert page.locator(".plaudit-review").count() == 5


def test_a_carousel_of_the_export_has_its_buttons(site: Site, shop: Shop, chromium: Browser) -> None:
    snippet = (site.folder / "v1/subjects/k2-kettle/snippets/en/carousel.html").read_text(encoding="utf-8")
    context = chromium.new_context(reduced_motion="reduce")
    page = context.new_page()

    page.goto(shop.shows(snippet), wait_until="networkidle")
    page.locator("[data-plaudit-step='1']").click()
    page.wait_for_function("document.querySelector('.plaudit-rail').scrollLeft > 0")

    context.close()


def test_the_address_that_a_snippet_names_as_its_own_is_a_file(site: Site) -> None:
    snippet = (site.folder / "v1/subjects/k2-kettle/snippets/nl/list-bare.html").read_text(encoding="utf-8")

    own = snippet.partition('data-src="')[2].partition('"')[0]

    assert own.startswith(site.url)
    assert (site.folder / own.removeprefix(f"{site.url}/")).is_file()
