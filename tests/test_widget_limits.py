"""What the widgets promise of their weight, their stillness and their accessibility, on a shop's page in a browser."""

from __future__ import annotations

from collections.abc import Iterator

import extruct
import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import Browser

from tests.proofs.product_page import ARABIC, ENGLISH, product_page
from tests.proofs.widgets_access import MODES, SIDEWAYS, objected, seen
from tests.proofs.widgets_bytes import MOST, MOST_FIVE, packed, weights
from tests.proofs.widgets_company import FIVE, TYPICAL
from tests.proofs.widgets_ground import KINDS, Scene, staged
from tests.proofs.widgets_loads import DESK, PHONE, Device, asked_by, loads, slow_pages, worst

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def here(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    with staged(chromium, tmp_path_factory.mktemp("scene")) as scene:
        yield scene


def test_style_sheet_and_script_of_all_kinds_weigh_two_kilobytes_each() -> None:
    assert {name: size for name, size in weights().items() if size > MOST} == {}


def test_five_reviews_with_their_markup_weigh_two_and_a_half(here: Scene) -> None:
    html = here.snippet("list", FIVE)

    assert html.count('class="plaudit-review"') == 5
    assert html.count('"@type":"Review"') == 5
    assert packed(html.encode()) <= MOST_FIVE


@pytest.mark.parametrize(("embed", "most"), [("snippet", 1), ("script", 2), ("oembed", 2), ("div", 3)])
def test_an_embed_asks_for_two_files_and_a_div_for_its_reviews(here: Scene, embed: str, most: int) -> None:
    asked = asked_by(here.browser, here.shows_embedded("list", embed))

    assert len(asked.addresses) == most


@pytest.mark.parametrize("embed", ["script", "div"])
@pytest.mark.parametrize(
    ("kind", "device"), [("list", PHONE), ("wall", DESK), ("gallery", PHONE)], ids=["list", "wall", "gallery"]
)
def test_nothing_moves_on_a_slow_line(here: Scene, kind: str, device: Device, embed: str) -> None:
    with slow_pages(here.browser, device) as pages:
        found = loads(pages, here.shows_embedded(kind, embed), 1)

    assert worst(found) == 0


@pytest.mark.parametrize("device", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("kind", ["list", "wall"])
def test_what_is_isolated_moves_nothing_though_the_page_has_no_style_sheet_of_ours(
    here: Scene, kind: str, device: Device
) -> None:
    address = here.shows(product_page(here.snippet(kind, isolate="1")))

    with slow_pages(here.browser, device) as pages:
        found = loads(pages, address, 2)

    assert worst(found) == 0


@pytest.mark.parametrize("mode", MODES)
def test_all_kinds_together_are_accessible(here: Scene, axe: str, mode: str) -> None:
    widgets = "\n".join(here.snippet(kind) for kind in KINDS)
    words = ARABIC if mode == "from the right" else ENGLISH
    address = here.shows(product_page(widgets, here.head(), words))

    with seen(here.browser, address, mode) as page:
        found, wider = objected(page, axe), page.evaluate(SIDEWAYS)

    assert found == []
    assert wider <= 0


@pytest.mark.parametrize("embed", ["snippet", "script", "oembed"])
def test_every_review_is_read_without_a_browser(here: Scene, embed: str) -> None:
    page = product_page(*here.embedded("list", embed, FIVE))

    [document] = extruct.extract(page, syntaxes=["json-ld"])["json-ld"]
    words = " ".join(BeautifulSoup(page, "html.parser").get_text(" ").split())

    bodies = {body for *_, body in TYPICAL}
    assert {each["reviewBody"] for each in document["review"]} == bodies
    assert {each for each in bodies if each in words} == bodies
