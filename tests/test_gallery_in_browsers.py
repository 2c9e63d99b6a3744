"""The gallery in a real browser: its previews, its buttons, and whether a page loads what it says."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page

from review_site.gallery.choosing import EMBEDS
from tests.doors import Company
from tests.hosts import hosting, served_company
from tests.serving import Served
from tests.test_cli_serve import listened_to

pytestmark = pytest.mark.browser

INSIDE = """() => [...document.querySelectorAll('.glass')].map((glass) => {
  const [around, drawn] = [glass, glass.firstElementChild].map((each) => each.getBoundingClientRect());
  return drawn.left > around.left && drawn.right < around.right && drawn.bottom < around.bottom;
})"""
KETTLE = "/widgets?about=subjects/k2-kettle"


@pytest.fixture(scope="module")
def instance(sample_company: Company, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served_company(sample_company, tmp_path_factory.mktemp("gallery") / "company") as served:
        yield served


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    yield context.new_page()
    context.close()


def code(page: Page, embed: str, words: str) -> str:
    """The text to copy that stands under these words."""
    body = page.locator("details").nth(EMBEDS.index(embed))
    return body.get_by_label(words, exact=True).input_value()


def said_requests(page: Page, embed: str) -> int:
    return int(page.locator("details summary span").nth(EMBEDS.index(embed)).inner_text().split()[0])


@pytest.mark.parametrize("width", [320, 1280])
def test_draws_three_screens_at_their_own_widths_and_never_wider_than_the_window(
    instance: Served, page: Page, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    told = listened_to(page)

    page.goto(f"{instance.url}{KETTLE}&kind=wall", wait_until="networkidle")

    inside = [
        each.evaluate("[innerWidth, document.querySelectorAll('.plaudit-review').length > 0]")
        for each in page.frames[1:]
    ]
    assert inside == [[360, True], [768, True], [1200, True]]
    assert page.evaluate("document.documentElement.scrollWidth") == width
    rooms = page.evaluate(INSIDE)
    assert rooms == [True, True, True]
    assert told == []


def test_a_button_copies_its_code_and_says_so(instance: Served, page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=instance.url)
    told = listened_to(page)
    page.goto(f"{instance.url}{KETTLE}&embed=div&theme=warm")

    button = page.locator("details[open] .copy").first
    button.click()
    page.get_by_role("status").get_by_text("Copied").wait_for()

    assert page.evaluate("navigator.clipboard.readText()") == code(page, "div", "Where it belongs in the page")
    assert button.inner_text() == "Copied"
    assert told == []


@pytest.mark.parametrize(
    "clipboard", ["undefined", "{ writeText: () => Promise.reject(new DOMException('', 'NotAllowedError')) }"]
)
def test_without_a_clipboard_or_its_permission_the_code_is_marked_and_says_so(
    instance: Served, page: Page, clipboard: str
) -> None:
    page.add_init_script(f"Object.defineProperty(navigator, 'clipboard', {{ value: {clipboard} }})")
    page.goto(f"{instance.url}{KETTLE}&embed=frame")

    page.locator("details[open] .copy").first.click()
    page.get_by_role("status").get_by_text("Marked").wait_for()

    marked = page.evaluate("getSelection().toString() || document.activeElement.value")
    assert marked == code(page, "frame", "Where it belongs in the page")
    assert page.locator("details[open] .copy").first.inner_text().startswith("Marked")
    page.keyboard.press("Tab")
    assert page.locator("details[open] .copy").first.inner_text() == "Copy"


def test_works_by_keyboard_and_without_javascript(instance: Served, chromium: Browser) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(instance.url + KETTLE)

    page.get_by_label("Kind", exact=True).focus()
    page.keyboard.type("Carousel")
    for _ in range(6):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/widgets?about=*kind=carousel*")

    assert page.locator(".copy:visible").count() == 0
    assert "/snippets/carousel" in page.locator("details[open] textarea").first.input_value()
    assert [urlsplit(each.url).path for each in page.frames[1:]] == ["/embed/subjects/k2-kettle/carousel"] * 3
    context.close()


@pytest.mark.parametrize("embed", EMBEDS)
def test_a_page_with_the_code_in_it_asks_for_as_much_as_the_gallery_says(
    instance: Served, chromium: Browser, page: Page, embed: str
) -> None:
    page.goto(f"{instance.url}{KETTLE}&embed={embed}")
    head = code(page, embed, "In the head of the page")
    asked: list[str] = []

    with hosting(instance.url) as shop, chromium.new_context() as context:
        is_fetched = embed not in ("div", "frame")
        body = (
            shop.snippet("subjects/k2-kettle/snippets/list")
            if is_fetched
            else code(page, embed, "Where it belongs in the page")
        )
        shop.pages["/"] = f'<!doctype html><html lang="en"><head>{head}</head><body>{body}</body></html>'.encode()
        host = context.new_page()
        host.on("request", lambda request: asked.append(request.url))
        told = listened_to(host)
        host.goto(shop.url + "/", wait_until="networkidle")
        place = host.frames[-1] if embed == "frame" else host
        place.locator(".plaudit-review").first.wait_for()

    added = [each for each in asked if each.startswith(instance.url) and "/media/" not in each]
    assert len(added) == said_requests(page, embed)
    assert told == []
