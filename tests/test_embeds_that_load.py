"""Embeds that come in later, a filled ``<div>`` and a frame: in a real browser, and nothing in view ever moves."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, ViewportSize

from tests.doors import Company
from tests.hosts import Shop, hosting, served_company, shifts
from tests.serving import Served
from tests.test_cli_serve import listened_to

pytestmark = pytest.mark.browser

LIST = "subjects/k2-kettle/list"
KINDS = ("badge", "carousel", "faq", "gallery", "histogram", "list", "phrases", "quote", "testimonials", "wall")
PHONE: ViewportSize = {"width": 360, "height": 740}
DESK: ViewportSize = {"width": 1280, "height": 800}
WALL: ViewportSize = {"width": 2560, "height": 3000}
FALLBACK = '<a href="/elsewhere">Reviews of this kettle</a>'
HEIGHT = "document.querySelector('[data-plaudit]').offsetHeight"
TEXTS = "<p>The shop says a lot about it.</p>" * 60


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


def open_quietly(page: Page, address: str) -> list[str]:
    told = listened_to(page)
    page.goto(address, wait_until="networkidle")
    return told


def framed(shop: Shop, name: str = "list", query: str = "", height: int = 300) -> str:
    source = f"{shop.instance}/embed/subjects/k2-kettle/{name}{query}"
    return f'<iframe src="{source}" title="Reviews" width="640" height="{height}" data-plaudit></iframe>'


def test_a_div_is_filled_by_one_question(shop: Shop, page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    told = open_quietly(page, shop.shows(shop.embed(LIST, FALLBACK, locale="nl", theme="card")))

    assert told == []
    assert asked[3:] == [f"{shop.instance}/v1/subjects/k2-kettle/snippets/list?locale=nl"]
    assert page.locator(".plaudit-theme-card .plaudit-review").count() == 5
    assert page.locator("script[type='application/ld+json']").count() == 1
    assert page.get_by_text("Reviews of this kettle").count() == 0
    assert shifts(page) == 0


def test_a_div_without_markup_has_none(shop: Shop, page: Page) -> None:
    told = open_quietly(page, shop.shows(shop.embed(LIST, ld="0")))

    assert page.locator(".plaudit-review").count() == 5
    assert page.locator("script[type='application/ld+json']").count() == 0
    assert told == []


def test_an_isolated_div_has_a_shadow_root_that_works(shop: Shop, page: Page) -> None:
    told = open_quietly(page, shop.shows(shop.embed(LIST, locale="en", isolate="1", theme="warm")))

    page.get_by_role("link", name="More reviews").click()
    page.locator(".plaudit-review").nth(5).wait_for()

    root = "document.querySelector('.plaudit-isolate').shadowRoot"
    assert page.evaluate(f"{root}.querySelectorAll('.plaudit-theme-warm .plaudit-review').length") == 10
    assert page.evaluate(f"{root}.querySelector('script')") is None
    assert page.locator(".plaudit-isolate > script").count() == 1
    assert shifts(page) == 0
    assert told == []


@pytest.mark.parametrize("size", [PHONE, DESK, WALL], ids=["phone", "desk", "wall"])
def test_nothing_moves_when_a_div_is_filled(shop: Shop, page: Page, size: ViewportSize) -> None:
    page.set_viewport_size(size)

    moved = {}
    for kind in KINDS:
        page.goto(shop.shows(shop.embed(f"subjects/k2-kettle/{kind}")), wait_until="networkidle")
        moved[kind] = shifts(page)

    assert {kind: each for kind, each in moved.items() if each} == {}
    assert moved


def test_what_is_higher_than_its_room_grows_when_its_end_is_out_of_view(shop: Shop, page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 900})
    open_quietly(page, shop.shows(shop.embed(LIST) + TEXTS))
    held = page.evaluate(HEIGHT)

    page.set_viewport_size({"width": 1280, "height": 500})
    page.wait_for_function(f"() => {HEIGHT} > {held}")
    grown = page.evaluate(HEIGHT)
    page.set_viewport_size({"width": 1280, "height": 900})

    assert held == 640
    assert page.evaluate(HEIGHT) == grown
    assert shifts(page) == 0


def test_what_does_not_fill_its_room_gives_it_back_when_nobody_sees_that(shop: Shop, page: Page) -> None:
    open_quietly(page, shop.shows(TEXTS + shop.embed("subjects/k2-kettle/histogram") + TEXTS))

    assert page.evaluate(HEIGHT) < 640
    assert shifts(page) == 0


@pytest.mark.parametrize(
    "path", ["subjects/none/list", "subjects/k2-kettle/none", "nowhere/k2-kettle/list", "", "subjects/k2-kettle/jsonld"]
)
def test_where_there_is_nothing_the_link_stays(shop: Shop, page: Page, path: str) -> None:
    page.goto(shop.shows(shop.embed(path, FALLBACK)), wait_until="networkidle")

    assert page.locator("[data-plaudit]").inner_text() == "Reviews of this kettle"
    assert shifts(page) == 0


def test_without_javascript_the_link_stays(shop: Shop, chromium: Browser) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()

    page.goto(shop.shows(shop.embed(LIST, FALLBACK)))

    assert page.locator("[data-plaudit]").inner_text() == "Reviews of this kettle"
    context.close()


def test_two_copies_of_the_script_fill_a_div_once(shop: Shop, page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    body = shop.embed(LIST, locale="en")
    shop.shows(body)
    again = shop.pages["/"].decode().partition("<script")[2].partition("</script>")[0]

    told = open_quietly(page, shop.shows(body + f"<script{again}</script>"))
    page.get_by_role("link", name="More reviews").click()
    page.locator(".plaudit-review").nth(5).wait_for()

    assert len([each for each in asked if "/snippets/list?" in each]) == 1
    assert page.locator(".plaudit-review").count() == 10
    assert told == []


def test_a_div_that_comes_later_is_filled_on_request(shop: Shop, page: Page) -> None:
    told = open_quietly(page, shop.shows(""))

    page.evaluate(
        """() => {
          const place = document.createElement("div");
          place.dataset.plaudit = "subjects/k2-kettle/badge";
          document.body.append(place);
          document.dispatchEvent(new Event("plaudit"));
        }"""
    )
    page.locator(".plaudit-badge").wait_for()

    assert told == []


def test_a_copy_of_ones_own_is_told_where_the_instance_is(shop: Shop, page: Page) -> None:
    script = page.request.get(shop.instance + "/assets/plaudit.00000000.js").text()
    shop.pages["/own.js"] = script.encode()
    head = f'<script src="/own.js" data-base="{shop.instance}/" defer></script>'

    told = open_quietly(page, shop.shows(shop.embed(LIST), head=head, script=False))

    assert page.locator(".plaudit-review").count() == 5
    assert told == []


def test_nothing_is_kept_in_the_browser(shop: Shop, page: Page) -> None:
    open_quietly(page, shop.shows(shop.embed(LIST) + framed(shop)))

    page.locator("div[data-plaudit]").get_by_role("link", name="Oldest first").click()
    page.locator("div[data-plaudit] [aria-current]", has_text="Oldest first").wait_for()

    assert page.context.cookies() == []
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0


def test_a_frame_below_what_is_seen_gets_as_high_as_what_it_holds(shop: Shop, page: Page) -> None:
    told = open_quietly(page, shop.shows(TEXTS + framed(shop) + TEXTS))

    page.wait_for_function(f"() => {HEIGHT} > 500")

    inside = page.frames[1].evaluate("document.documentElement.scrollHeight")
    assert page.evaluate(HEIGHT) == inside
    assert shifts(page) == 0
    assert told == []


@pytest.mark.parametrize("size", [PHONE, DESK, WALL], ids=["phone", "desk", "wall"])
@pytest.mark.parametrize("kind", ["badge", "list", "quote"])
def test_nothing_moves_around_a_frame(shop: Shop, page: Page, kind: str, size: ViewportSize) -> None:
    page.set_viewport_size(size)

    page.goto(shop.shows(framed(shop, kind) + TEXTS), wait_until="networkidle")

    assert shifts(page) == 0


@pytest.mark.parametrize("sandbox", ["", ' sandbox="allow-scripts"'], ids=["plain", "sandboxed"])
def test_a_framed_list_can_be_sorted_and_is_never_higher_than_what_it_holds(
    shop: Shop, page: Page, sandbox: str
) -> None:
    element = framed(shop, query="?locale=nl&theme=dark").replace(" data-plaudit", f"{sandbox} data-plaudit")
    told = open_quietly(page, shop.shows(TEXTS + element + TEXTS))
    frame = page.frame_locator("iframe")

    frame.get_by_role("link", name="Oudste eerst").click()
    frame.locator("[aria-current]", has_text="Oudste eerst").wait_for()
    frame.get_by_role("link", name="Meer reviews").click()
    frame.locator(".plaudit-review").nth(5).wait_for()

    assert page.url == shop.url + "/"
    assert told == []


def test_links_of_a_frame_lead_out_of_it(shop: Shop, page: Page) -> None:
    open_quietly(page, shop.shows(framed(shop)))

    page.frame_locator("iframe").locator(".plaudit-method").click()
    page.wait_for_url(f"{shop.instance}/method**")

    assert len(page.frames) == 1


@pytest.mark.parametrize("said", ["1e9", "-5", "'1000'", "NaN", "null"])
def test_a_height_that_another_window_makes_up_changes_nothing(shop: Shop, page: Page, said: str) -> None:
    open_quietly(page, shop.shows(TEXTS + framed(shop) + TEXTS))
    page.wait_for_function(f"() => {HEIGHT} > 500")
    before = page.evaluate(HEIGHT)

    page.evaluate(f"postMessage({{ plaudit: {{ height: {said} }} }}, '*')")
    page.evaluate("new Promise(done => { addEventListener('message', done); postMessage(1, '*') })")

    assert page.evaluate(HEIGHT) == before


@pytest.mark.parametrize(("said", "height"), [("1e9", 20000), ("-5", 0), ("'x'", 0), ("NaN", 0), ("{}", 0)])
def test_a_height_that_a_frame_makes_up_has_bounds(shop: Shop, page: Page, said: str, height: int) -> None:
    open_quietly(page, shop.shows(TEXTS + framed(shop) + TEXTS))
    page.wait_for_function(f"() => {HEIGHT} > 500")
    before = page.evaluate(HEIGHT)

    page.frames[1].evaluate(f"parent.postMessage({{ plaudit: {{ height: {said} }} }}, '*')")
    page.frames[1].evaluate("parent.postMessage(1, '*')")
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")

    assert page.evaluate(HEIGHT) == (height or before)
