"""The style sheet of the widgets: how much it weighs, where it comes from, and what readers see of it in a browser."""

from __future__ import annotations

import gzip
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from engine.domain import RatingSummary
from engine.i18n import PUBLIC_LOCALES
from tests.conftest import ROOT, lacking
from tests.doors import Site
from tests.factories import make_review
from tests.kinds import built, material_of
from tests.seeing import CONTRASTS, STYLE_SHEET, THEMES, host, looks, shown
from widgets.histogram import Histogram

KINDS = ("badge", "list-bare", "histogram", "phrases", "quote", "wall", "carousel", "testimonials", "faq", "summary")
SOURCES = ROOT / "widgets" / "styles"


@pytest.fixture(scope="session")
def snippets(sample_site: Site) -> str:
    """One snippet of each kind, as an English page would print them."""
    answers = [sample_site.get(f"/v1/subjects/k2-kettle/snippets/{kind}?locale=en") for kind in KINDS]
    assert [answer.status_code for answer in answers] == [200] * len(KINDS)
    return "\n".join(answer.text for answer in answers)


def test_weighs_no_more_than_two_kilobytes_on_its_way() -> None:
    assert len(gzip.compress(STYLE_SHEET.read_bytes(), 9)) <= 2048


def test_what_is_committed_is_what_its_sources_give(tmp_path: Path) -> None:
    if not shutil.which("npm") or not shutil.which("make"):
        lacking("npm", "there is no npm or no make in PATH")

    done = subprocess.run(["make", "-s", "built", f"BUILT={tmp_path}"], cwd=ROOT, capture_output=True, check=False)

    if done.returncode:
        lacking("npm", "npm cannot fetch esbuild")
    built = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert "plaudit.css" in built
    assert built == {name: (STYLE_SHEET.parent / name).read_bytes() for name in built}


def test_every_property_and_theme_is_documented() -> None:
    sources = "".join(path.read_text(encoding="utf-8") for path in SOURCES.glob("*.css"))
    page = (ROOT / "docs" / "widgets.md").read_text(encoding="utf-8")

    properties = set(re.findall(r"var\((--plaudit-[a-z]+)", sources))

    assert set(re.findall(r"^\| `(--plaudit-[a-z]+)`", page, re.MULTILINE)) == properties
    assert set(re.findall(r"^\| `plaudit-theme-([a-z]+)`", page, re.MULTILINE)) == set(THEMES)


def test_leaves_every_property_of_the_host_to_the_host() -> None:
    assert re.findall(r"(?<![(\w])--plaudit-[a-z]+\s*:", STYLE_SHEET.read_text(encoding="utf-8")) == []


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("theme", THEMES)
def test_every_word_stands_out_from_its_ground(chromium: Browser, snippets: str, theme: str, scheme: str) -> None:
    with shown(chromium, host(snippets, theme=theme), color_scheme=scheme) as page:
        contrasts = page.evaluate(CONTRASTS)

    assert len(contrasts) > 100
    assert [each for each in contrasts if each[0] < 4.5] == []


@pytest.mark.browser
@pytest.mark.parametrize("ink", ["#ddd", "#333"], ids=["light on dark", "dark on light"])
def test_fits_a_page_that_never_said_its_color_scheme(chromium: Browser, snippets: str, ink: str) -> None:
    ground = "#111" if ink == "#ddd" else "#fff"
    style = f":root {{ color-scheme: normal }} body {{ background: {ground}; color: {ink} }}"

    with shown(chromium, host(snippets, style=style)) as page:
        contrasts = page.evaluate(CONTRASTS)

    assert [each for each in contrasts if each[0] < 4.5] == []


@pytest.mark.browser
def test_what_the_host_sets_further_out_wins_over_a_theme(chromium: Browser, snippets: str) -> None:
    style = "body { --plaudit-star: rgb(1, 2, 3); --plaudit-ink: rgb(4, 5, 6); --plaudit-paper: rgb(250, 251, 252) }"

    with shown(chromium, host(snippets, theme="warm", style=style)) as page:
        root = looks(page, ".plaudit-list", "color", "background-color")
        stars = looks(page, ".plaudit-list .plaudit-stars", "color")

    assert root == {"color": "rgb(4, 5, 6)", "background-color": "rgb(250, 251, 252)"}
    assert stars == {"color": "rgb(1, 2, 3)"}


@pytest.mark.browser
def test_a_theme_may_stand_on_the_widget_itself(chromium: Browser, snippets: str) -> None:
    itself = snippets.replace('class="plaudit plaudit-list"', 'class="plaudit plaudit-list plaudit-theme-dark"')

    with shown(chromium, host(itself), color_scheme="light") as page:
        inside, outside = (looks(page, kind, "background-color") for kind in (".plaudit-list", ".plaudit-wall"))

    assert inside == {"background-color": "rgb(22, 25, 29)"}
    assert outside == {"background-color": "rgba(0, 0, 0, 0)"}


@pytest.mark.browser
@pytest.mark.parametrize("theme", THEMES)
def test_fits_a_narrow_screen_with_widened_text(chromium: Browser, snippets: str, theme: str) -> None:
    # WCAG 2.2, 1.4.10 and 1.4.12: nothing is cut off at 320 px, nor with a reader's own distances.
    wide = "* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }"
    cut = """() => [...document.querySelectorAll(".plaudit *:not(svg *)")].filter((element) =>
      element.scrollWidth > element.clientWidth + 1 && element.clientWidth && element.checkVisibility()
      && !element.closest(".plaudit-rail, .plaudit-unseen, svg")).map((element) => element.outerHTML.slice(0, 90))"""

    with shown(chromium, host(snippets, theme=theme, style=wide), viewport={"width": 320, "height": 640}) as page:
        clipped = page.evaluate(cut)
        sideways = page.evaluate("document.documentElement.scrollWidth")

    assert clipped == []
    assert sideways == 320


@pytest.mark.browser
def test_whatever_can_be_pressed_is_large_enough(chromium: Browser, snippets: str) -> None:
    # WCAG 2.2, 2.5.8
    small = """() => [...document.querySelectorAll(".plaudit :is(a, summary, button)")]
      .filter((element) => element.checkVisibility() && !element.closest(".plaudit-others"))
      .map((element) => [element.getBoundingClientRect(), element.outerHTML])
      .filter(([box]) => box.width < 24 || box.height < 24).map(([, html]) => html)"""

    with shown(chromium, host(snippets)) as page:
        assert page.evaluate(small) == []


@pytest.mark.browser
def test_the_keyboard_shows_where_it_is(chromium: Browser, snippets: str) -> None:
    unhidden = snippets.replace("hidden>", ">")
    outlines = """() => [...document.querySelectorAll(".plaudit :is(a, summary, button, [tabindex])")].map(element => {
      element.focus({focusVisible: true});
      return getComputedStyle(element).outlineStyle + " " + getComputedStyle(element).outlineWidth;
    })"""

    with shown(chromium, host(unhidden)) as page:
        found = page.evaluate(outlines)

    assert len(found) > 50
    assert set(found) == {"solid 3px"}


@pytest.mark.browser
@pytest.mark.parametrize("locale", PUBLIC_LOCALES)
def test_a_fifth_of_a_million_ratings_stand_on_one_line_beside_their_bars(chromium: Browser, locale: str) -> None:
    rated = RatingSummary(rated=204_130, hundredths=87_775_900, histogram=(4_130, 0, 0, 0, 200_000))
    histogram = built(Histogram(), material_of(make_review(), locale=locale, summary=rated))
    wide = "body { font: 16px DejaVu Sans, Verdana, sans-serif }"

    with shown(chromium, host(histogram, style=wide), viewport={"width": 320, "height": 640}) as page:
        heights = page.evaluate("[...document.querySelectorAll('.plaudit-bars span')].map(each => each.offsetHeight)")
        wider = page.evaluate("document.documentElement.scrollWidth")

    assert max(heights) <= 24
    assert wider == 320


@pytest.mark.browser
def test_a_date_moves_to_the_edge_by_the_room_of_its_review(chromium: Browser, snippets: str) -> None:
    ends = """() => {
      const date = document.querySelector(".plaudit-list time").getBoundingClientRect();
      return document.querySelector(".plaudit-list").getBoundingClientRect().right - date.right;
    }"""
    distances = []

    for width in ("40rem", "28rem"):
        with shown(chromium, host(snippets, width=width), viewport={"width": 1200, "height": 800}) as page:
            distances.append(page.evaluate(ends))

    assert distances[0] < 1
    assert distances[1] > 24


@pytest.mark.browser
def test_runs_from_the_right_where_the_language_does(chromium: Browser, snippets: str) -> None:
    turned = snippets.replace('dir="ltr"', 'dir="rtl"')

    with shown(chromium, host(turned)) as page:
        drawn = [looks(page, part, "scale") for part in (".plaudit-bar", ".plaudit-stars")]
        disclosure = looks(page, ".plaudit-disclosure", "border-right-width", "border-left-width")

    assert drawn == [{"scale": "-1 1"}] * 2
    assert disclosure == {"border-right-width": "3px", "border-left-width": "0px"}


@pytest.mark.browser
def test_paper_shows_each_answer_and_nothing_to_press(chromium: Browser, snippets: str) -> None:
    with shown(chromium, host(snippets)) as page:
        closed = page.evaluate("document.querySelector('.plaudit-faq details p').checkVisibility()")
        page.emulate_media(media="print")
        hidden = page.evaluate(
            "[...document.querySelectorAll('.plaudit :is(.plaudit-orders, .plaudit-filter, .plaudit-report)')]"
            ".filter(element => element.checkVisibility()).length"
        )
        answer = page.evaluate(
            "document.querySelector('.plaudit-faq details p').checkVisibility({contentVisibilityAuto: true})"
        )
        second = page.evaluate(
            "[...document.querySelectorAll('.plaudit-rail .plaudit-review')].slice(0, 2)"
            ".map(element => element.getBoundingClientRect().top)"
        )

    assert closed is False
    assert hidden == 0
    assert answer is True
    assert second[0] < second[1]


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_stars_and_bars_are_seen_in_forced_colours(chromium: Browser, snippets: str, scheme: str) -> None:
    with shown(chromium, host(snippets), forced_colors="active", color_scheme=scheme) as page:
        drawn = [page.locator(part).first.screenshot() for part in (".plaudit-stars", ".plaudit-bar")]
        page.add_style_tag(content=".plaudit svg * { visibility: hidden !important }")
        blank = [page.locator(part).first.screenshot() for part in (".plaudit-stars", ".plaudit-bar")]

    assert drawn[0] != blank[0]
    assert drawn[1] != blank[1]


@pytest.mark.browser
def test_buttons_that_nothing_answers_to_keep_their_room_unseen(chromium: Browser, snippets: str) -> None:
    with shown(chromium, host(snippets)) as page:
        button = page.locator(".plaudit-steps button").first
        seen = button.is_visible()
        before = page.evaluate("document.querySelector('.plaudit-steps').offsetHeight")
        page.evaluate("document.querySelectorAll('.plaudit-steps [hidden]').forEach(each => each.hidden = false)")
        after = page.evaluate("document.querySelector('.plaudit-steps').offsetHeight")

    assert seen is False
    assert before == after >= 24


@pytest.mark.browser
def test_a_hostile_page_cannot_reach_an_isolated_widget(chromium: Browser, snippets: str) -> None:
    hostile = (
        "* { all: unset !important } html { font: 900 italic 7px fantasy !important; color: lime !important;"
        " letter-spacing: 9px !important; text-transform: uppercase !important; line-height: 3 !important }"
    )
    isolated = (
        '<div class="plaudit-isolate"><template shadowrootmode="open">'
        f"<style>{STYLE_SHEET.read_text(encoding='utf-8')}</style>{snippets}</template></div>"
    )
    inside = "document.querySelector('.plaudit-isolate').shadowRoot"
    names = ("color", "background-color", "font-family", "font-size", "letter-spacing", "text-transform", "line-height")
    found = []

    for style in ("", hostile):
        with shown(chromium, host(isolated, style=style)) as page:
            parts = (".plaudit-list", ".plaudit-title", ".plaudit-body p", ".plaudit-report a")
            found.append([looks(page, part, *names, within=inside) for part in parts])

    assert found[0] == found[1]
    assert found[0][0]["letter-spacing"] == "normal"


@pytest.mark.browser
@pytest.mark.parametrize(
    "base",
    [
        pytest.param("* { all: unset } head, script, style { display: none }", id="a reset of everything"),
        pytest.param("p, li, h2, h3, a, summary { color: #999; margin: 3em; border: 1px solid }", id="loud elements"),
        pytest.param(".content p, .content li, .content a { color: #999; margin: 3em }", id="a class around"),
    ],
)
def test_stands_above_what_a_page_says_of_its_elements(chromium: Browser, snippets: str, base: str) -> None:
    names = ("color", "margin-top", "border-top-width", "display")
    parts = (".plaudit-title", ".plaudit-body p", ".plaudit-reviews", ".plaudit-report a", ".plaudit-notice")
    found = []

    for style in ("", base):
        with shown(chromium, host(f'<main class="content">{snippets}</main>', style=style)) as page:
            drawing = page.locator(".plaudit-list .plaudit-stars").first.screenshot()
            found.append(([looks(page, f".plaudit-list {part}", *names) for part in parts], drawing))

    assert found[0] == found[1]


@pytest.mark.browser
@pytest.mark.parametrize(("embed", "least"), [("subjects/k2/list", 640), ("subjects/k2/badge", 28)])
def test_room_is_kept_before_an_embed_arrives(chromium: Browser, embed: str, least: int) -> None:
    with shown(chromium, host(f'<div data-plaudit="{embed}"></div>')) as page:
        kept = page.evaluate("document.querySelector('[data-plaudit]').offsetHeight")

    assert kept == least
