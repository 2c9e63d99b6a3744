"""Embeds in a real browser, on pages of another origin under a strict policy with Trusted Types."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, Route, ViewportSize

from tests.doors import Company
from tests.hosts import Shop, hosting, served_company, shifts
from tests.serving import Served
from tests.test_cli_serve import listened_to

pytestmark = pytest.mark.browser

LIST = "subjects/k2-kettle/snippets/list"
BARE = "subjects/k2-kettle/snippets/list-bare"
PHONE: ViewportSize = {"width": 360, "height": 740}
DESK: ViewportSize = {"width": 1280, "height": 800}
FOCUSED = """() => {
  let found = document.activeElement;
  while (found.shadowRoot?.activeElement) found = found.shadowRoot.activeElement;
  return found.matches('li') ? 'review ' + [...found.parentElement.children].indexOf(found) : found.textContent.trim();
}"""


@pytest.fixture(scope="module")
def instance(sample_company: Company, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served_company(sample_company, tmp_path_factory.mktemp("company") / "company") as served:
        yield served


@pytest.fixture(scope="module")
def shop(instance: Served) -> Iterator[Shop]:
    with hosting(instance.url) as found:
        yield found


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(viewport=DESK)
    yield context.new_page()
    context.close()


def dates(page: Page, root: str = ".plaudit-list") -> list[str]:
    times = page.locator(f"{root} .plaudit-review > .plaudit-by time")
    return [str(each.get_attribute("datetime")) for each in times.all()]


def open_quietly(page: Page, address: str) -> list[str]:
    told = listened_to(page)
    page.goto(address, wait_until="networkidle")
    return told


def held_back(page: Page) -> list[Route]:
    """The questions for snippets, from now on, each to be answered when the test wants it."""
    waiting: list[Route] = []

    def keep(route: Route) -> None:
        waiting.append(route)

    page.route("**/snippets/**", keep)
    return waiting


def let_click_pass(page: Page) -> None:
    """Waits until a browser excuses no more shift by the last click."""
    page.wait_for_function("since => performance.now() > since + 700", arg=page.evaluate("performance.now()"))


def test_a_snippet_with_the_script_asks_for_nothing_when_it_is_loaded(shop: Shop, page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    told = open_quietly(page, shop.shows(shop.snippet(LIST, locale="nl")))

    assert told == []
    assert [each.rpartition(".")[2] for each in asked[1:]] == ["css", "js"]
    assert shifts(page) == 0


@pytest.mark.parametrize("options", [{}, {"isolate": "1"}], ids=["light", "isolated"])
def test_another_order_comes_into_the_page(shop: Shop, page: Page, options: dict[str, str]) -> None:
    told = open_quietly(page, shop.shows(shop.snippet(LIST, locale="nl", **options)))
    before = dates(page)

    page.get_by_role("link", name="Oudste eerst").click()
    page.get_by_text("Oudste eerst", exact=True).and_(page.locator("[aria-current]")).wait_for()

    assert page.url == shop.url + "/"
    assert dates(page) == sorted(dates(page)) != before
    assert page.evaluate(FOCUSED) == "Oudste eerst"
    assert page.locator("output").inner_text() == "5 van 103 reviews getoond. Volgorde: Oudste eerst."
    assert page.locator("output").get_attribute("lang") == "nl"
    assert shifts(page) == 0
    assert told == []


@pytest.mark.parametrize("options", [{}, {"isolate": "1"}], ids=["light", "isolated"])
def test_more_reviews_come_below_and_the_first_of_them_has_the_focus(
    shop: Shop, page: Page, options: dict[str, str]
) -> None:
    told = open_quietly(page, shop.shows(shop.snippet(BARE, locale="en", **options)))
    first = dates(page)

    page.get_by_role("link", name="More reviews").click()
    page.locator(".plaudit-review").nth(5).wait_for()

    assert dates(page)[:5] == first
    assert len(dates(page)) == 10
    assert page.evaluate(FOCUSED) == "review 5"
    assert page.locator("output").inner_text() == "5 more reviews. 10 of 103 reviews shown."
    assert page.get_by_role("link", name="More reviews").count() == 1
    assert shifts(page) == 0
    assert told == []


def test_a_filter_by_stars_comes_into_the_page_and_goes_again(shop: Shop, page: Page) -> None:
    told = open_quietly(page, shop.shows(shop.snippet(BARE, locale="en")))
    before = dates(page)

    page.locator(".plaudit-filter a[href*='star=1']").click()
    page.locator(".plaudit-selection").wait_for()
    filtered = page.locator(".plaudit-rating .plaudit-unseen").all_inner_texts()
    page.locator(".plaudit-selection").get_by_role("link", name="Show all reviews").click()
    page.locator(".plaudit-selection").wait_for(state="detached")

    assert set(filtered) == {"Rated 1 out of 5"}
    assert dates(page) == before
    assert page.evaluate(FOCUSED) == "Reviews of K2 Gooseneck Kettle"
    assert page.url == shop.url + "/"
    assert told == []


def test_a_topic_comes_into_the_page_keeps_the_focus_says_so_and_goes_again(shop: Shop, page: Page) -> None:
    told = open_quietly(page, shop.shows(shop.snippet(BARE, locale="en")))
    chip = page.locator(".plaudit-filter a[href*='topic=en-spout']")
    before = dates(page)

    words = str(chip.text_content())
    chip.press("Enter")
    page.locator(".plaudit-selection", has_text="only reviews about “spout”").wait_for()
    focused = page.evaluate(FOCUSED)
    said = page.locator("output").inner_text()
    bodies = page.locator(".plaudit-review").all_inner_texts()
    page.locator(".plaudit-selection").get_by_role("link", name="Show all reviews").press("Enter")
    page.locator(".plaudit-selection").wait_for(state="detached")

    assert focused == words
    assert re.fullmatch(
        r"5 of \d+ reviews shown\. A selection: only reviews about “spout”\. Order: Newest first\.", said
    )
    assert ["spout" in each.casefold() for each in bodies] == [True] * 5
    assert dates(page) == before
    assert page.evaluate(FOCUSED) == "Reviews of K2 Gooseneck Kettle"
    assert told == []


def test_a_topic_and_then_stars_narrow_together(shop: Shop, page: Page) -> None:
    open_quietly(page, shop.shows(shop.snippet(BARE, locale="en")))

    page.locator(".plaudit-filter a[href*='topic=en-lid']").click()
    page.locator(".plaudit-selection", has_text="about “lid”").wait_for()
    page.locator(".plaudit-filter a[href*='star=5']").click()
    page.locator(".plaudit-selection", has_text="only reviews with 5 stars").wait_for()

    assert "about “lid”" in page.locator(".plaudit-selection").inner_text()
    assert page.locator(".plaudit-filter [aria-current]").all_inner_texts() == ["5 stars", "lid"]
    assert page.evaluate(FOCUSED) == "5 stars"


def test_two_widgets_of_one_kind_do_not_disturb_each_other(shop: Shop, page: Page) -> None:
    snippet = shop.snippet(BARE, locale="en")
    told = open_quietly(page, shop.shows(f'<div class="one">{snippet}</div><div class="two">{snippet}</div>'))
    before = dates(page, ".one")

    page.locator(".two").get_by_role("link", name="Lowest rating first").click()
    page.locator(".two [aria-current]", has_text="Lowest rating first").wait_for()

    assert dates(page, ".one") == before
    assert dates(page, ".two") != before
    assert page.locator(".plaudit-list").count() == 2
    assert told == []


def test_a_second_click_before_the_answer_asks_once(shop: Shop, page: Page) -> None:
    open_quietly(page, shop.shows(shop.snippet(BARE, locale="en")))
    waiting = held_back(page)

    page.get_by_role("link", name="More reviews").dblclick()
    waiting[0].continue_()
    page.locator(".plaudit-review").nth(5).wait_for()

    assert len(waiting) == 1
    assert page.locator(".plaudit-review").count() == 10


def test_of_two_links_the_last_one_counts(shop: Shop, page: Page) -> None:
    open_quietly(page, shop.shows(shop.snippet(BARE, locale="en")))
    waiting = held_back(page)

    page.get_by_role("link", name="Oldest first").click()
    page.get_by_role("link", name="Lowest rating first").click()
    for each in waiting:
        each.continue_()
    page.locator("[aria-current]", has_text="Lowest rating first").wait_for()
    page.wait_for_load_state("networkidle")

    assert page.locator(".plaudit-orders [aria-current]").inner_text() == "Lowest rating first"
    assert page.url == shop.url + "/"


@pytest.mark.parametrize("words", ["More reviews", "Oldest first"])
def test_a_late_answer_moves_nothing_that_is_in_view(shop: Shop, page: Page, words: str) -> None:
    open_quietly(page, shop.shows(shop.snippet(BARE, locale="en")))
    waiting = held_back(page)
    link = page.get_by_role("link", name=words)

    link.scroll_into_view_if_needed()
    link.click()
    let_click_pass(page)
    waiting[0].continue_()
    page.locator(".plaudit-list:not([aria-busy])").wait_for()
    page.locator("output", has_text=words).wait_for(state="attached")

    assert shifts(page) == 0


def test_a_page_of_the_list_that_is_late_and_short_moves_nothing_either(shop: Shop, page: Page) -> None:
    open_quietly(page, shop.shows(shop.snippet(BARE, locale="en", star="2")))
    waiting = held_back(page)

    page.get_by_role("link", name="More reviews").click()
    let_click_pass(page)
    waiting[0].continue_()
    page.locator("output", has_text="More reviews").wait_for(state="attached")

    assert shifts(page) == 0


@pytest.mark.parametrize("key", ["Control", "Shift"])
def test_a_click_with_a_key_is_left_to_the_browser(shop: Shop, page: Page, key: Literal["Control", "Shift"]) -> None:
    open_quietly(page, shop.shows(shop.snippet(BARE, locale="en")))
    before = dates(page)

    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Oldest first").click(modifiers=[key])

    assert opened.value.url == f"{shop.instance}/reviews/k2-kettle?sort=oldest"
    assert dates(page) == before


@pytest.mark.parametrize("words", ["More reviews", "Oldest first"])
def test_where_the_answer_fails_the_link_leads_to_its_own_page(shop: Shop, page: Page, words: str) -> None:
    open_quietly(page, shop.shows(shop.snippet(BARE, locale="en")))
    page.route("**/snippets/**", lambda route: route.fulfill(status=503, body=""))
    wanted = page.get_by_role("link", name=words).get_attribute("href")

    page.get_by_role("link", name=words).click()
    page.wait_for_url(f"{shop.instance}/reviews/**")

    assert page.url == wanted


def test_going_back_leads_where_one_came_from(shop: Shop, page: Page) -> None:
    open_quietly(page, shop.shows(shop.snippet(BARE, locale="en")))
    start = f"{shop.instance}/reviews/m1-grinder"
    page.goto(start)
    page.goto(shop.url)
    page.get_by_role("link", name="Oldest first").click()
    page.locator("[aria-current]", has_text="Oldest first").wait_for()

    page.go_back()

    assert page.url == start


def test_other_links_of_a_widget_are_left_alone(shop: Shop, page: Page) -> None:
    open_quietly(page, shop.shows(shop.snippet(BARE, locale="en")))

    page.locator(".plaudit-method").click()
    page.wait_for_url(f"{shop.instance}/**")

    assert page.url.startswith(f"{shop.instance}/method")


def test_everything_goes_by_links_without_javascript(shop: Shop, chromium: Browser) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(shop.shows(shop.snippet(BARE, locale="en")))

    page.get_by_role("link", name="Lowest rating first").click()
    page.get_by_role("link", name="More reviews").click()

    assert page.url.startswith(f"{shop.instance}/reviews/k2-kettle?sort=lowest&after=")
    assert page.locator(".plaudit-review").count() == 5
    context.close()


def test_a_topic_is_a_link_without_javascript_and_leads_back(shop: Shop, chromium: Browser) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(shop.shows(shop.snippet(BARE, locale="en")))

    page.locator(".plaudit-filter a[href*='topic=en-spout']").click()
    narrowed, bodies = page.url, page.locator(".plaudit-review").all_inner_texts()
    page.locator(".filter").get_by_role("link", name="Show all reviews").click()

    assert narrowed == f"{shop.instance}/reviews/k2-kettle?topic=en-spout"
    assert ["spout" in each.casefold() for each in bodies] == [True] * 5
    assert page.url == f"{shop.instance}/reviews/k2-kettle"
    context.close()


def test_the_buttons_of_a_carousel_turn_it(shop: Shop, page: Page) -> None:
    told = open_quietly(page, shop.shows(shop.snippet("subjects/k2-kettle/snippets/carousel", locale="en")))
    place = "document.querySelector('.plaudit-rail').scrollLeft"

    page.locator("[data-plaudit-step='1']").click()
    page.wait_for_function(f"() => {place} > 100")
    page.locator("[data-plaudit-step='-1']").click()
    page.wait_for_function(f"() => {place} === 0")

    assert shifts(page) == 0
    assert told == []


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
@pytest.mark.parametrize("options", [{}, {"isolate": "1"}], ids=["light", "isolated"])
def test_the_buttons_of_a_carousel_say_where_it_ends_and_keep_the_focus(
    shop: Shop, page: Page, direction: str, options: dict[str, str]
) -> None:
    carousel = shop.snippet("subjects/k2-kettle/snippets/carousel", locale="en", **options)
    open_quietly(page, shop.shows(carousel.replace('dir="ltr"', f'dir="{direction}"')))
    back, on = page.locator("[data-plaudit-step='-1']"), page.locator("[data-plaudit-step='1']")
    at_first = [each.get_attribute("aria-disabled") for each in (back, on)]

    on.press("Enter")
    page.locator("[data-plaudit-step='-1'][aria-disabled=false]").wait_for()
    while on.get_attribute("aria-disabled") == "false":
        on.press("Enter")
        page.evaluate("new Promise(requestAnimationFrame)")

    assert at_first == ["true", "false"]
    assert page.evaluate(FOCUSED) == "Next reviews"
    assert page.locator("[data-plaudit-step='-1'][aria-disabled=false]").count() == 1
