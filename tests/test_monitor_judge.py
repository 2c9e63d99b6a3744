"""Tests of how a page is held against what we published: what is wrong, and what is the page's own affair."""

from __future__ import annotations

import json
from typing import Any

import pytest

from engine.domain import Embedded, Locale, MonitoredPage, Problem, SubjectId
from schema_markup.monitored import PageJudge
from tests.factories import NOON

KETTLE, EN = SubjectId("kettle"), Locale("en")
OURS: dict[str, Any] = {
    "@context": "https://schema.org",
    "@type": "Product",
    "@id": "https://larkfield.example/p/k2#product",
    "name": "K2 Gooseneck Kettle",
    "aggregateRating": {"@type": "AggregateRating", "ratingValue": 4.5, "ratingCount": 2, "reviewCount": 2},
    "review": [{"@type": "Review", "author": {"@type": "Person", "name": "Ada"}, "reviewBody": "Pours   well & hot."}],
}
VISIBLE = "<p>4,5 of 5 stars</p><p>Pours well &amp; hot.</p>"


def script(document: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(document)}</script>'


def page(body: str, head: str = "") -> str:
    return f"<!doctype html><html><head><title>K2</title>{head}</head><body>{body}</body></html>"


GOOD = page(VISIBLE + script(OURS))


def held(html: str, page: MonitoredPage | None = None, published: dict[str, Any] = OURS) -> list[Problem]:
    page = page or MonitoredPage(
        url="https://larkfield.example/p/k2", subject_id=KETTLE, locale=EN, embedded=Embedded.LIST, added_at=NOON
    )
    return list(PageJudge().hold(html, json.dumps(published), page).problems)


@pytest.mark.parametrize(
    ("html", "rule"),
    [
        pytest.param(page(VISIBLE), "embed-missing", id="no markup"),
        pytest.param(page(VISIBLE + script({"@type": "WebSite"})), "embed-missing", id="other markup"),
        pytest.param(page(VISIBLE + script(OURS)[:-60]), "embed-missing", id="cut off"),
        pytest.param(page(VISIBLE + script(OURS | {"name": "Kettle"})), "embed-altered", id="other name"),
        pytest.param(
            page(VISIBLE + script(OURS) + script({"@type": "Product", "name": "K2 gooseneck  kettle, black"})),
            "embed-duplicated",
            id="another product of that name",
        ),
        pytest.param(
            page(VISIBLE + script(OURS) + script({"@type": "schema:Product", "name": "Kanne", "offers": {}})),
            "embed-duplicated",
            id="the only other product, sold",
        ),
        pytest.param(
            page(VISIBLE + script(OURS) + '<div itemscope itemtype="https://schema.org/Product"></div>'),
            "embed-duplicated",
            id="microdata",
        ),
        pytest.param(
            page(VISIBLE + script(OURS) + '<div vocab="https://schema.org/" typeof="Product"></div>'),
            "embed-duplicated",
            id="rdfa",
        ),
        pytest.param(page("<p>4.5</p>" + script(OURS)), "embed-hidden", id="no review text"),
        pytest.param(page(f'<div style="display:none">{VISIBLE}</div>' + script(OURS)), "embed-hidden", id="hidden"),
        pytest.param(page("<p>Pours well &amp; hot.</p>" + script(OURS)), "embed-hidden", id="no mean"),
        pytest.param(
            page(VISIBLE + script(OURS), '<meta name="robots" content="noindex">'), "embed-noindex", id="noindex"
        ),
    ],
)
def test_what_went_wrong_with_a_page_is_named(html: str, rule: str) -> None:
    [problem] = held(html)

    assert problem.rule == rule
    assert problem.message
    assert problem.fix


def test_a_page_may_leave_out_the_tags_of_its_head_and_body() -> None:
    assert held(f"<!doctype html><html lang=en><title>K2</title><main>{VISIBLE}{script(OURS)}</main>") == []


def test_a_list_whose_script_was_cut_out_is_told_from_a_page_without_it() -> None:
    cut, bare = (held(page(body)) for body in (f'<div class="plaudit-review">{VISIBLE}</div>', VISIBLE))

    assert "cut out" in cut[0].message
    assert "lacks the list" in bare[0].message


@pytest.mark.parametrize(
    "other",
    [
        pytest.param([{"@type": "Organization", "name": "K2 Gooseneck Kettle"}], id="another type"),
        pytest.param(
            [{"@type": "Product", "name": name, "offers": {}} for name in ("Mug", "Pan")], id="a list of other products"
        ),
        pytest.param([{"@type": "Product", "name": "Mug"}], id="a product that is only named"),
        pytest.param(
            [{"@type": "WebPage", "mentions": {"@type": "Product", "name": "K2 Gooseneck Kettle"}}], id="a mention"
        ),
    ],
)
def test_what_else_a_page_says_is_its_own(other: list[dict[str, Any]]) -> None:
    assert held(page(VISIBLE + script(OURS) + "".join(map(script, other)))) == []


@pytest.mark.parametrize(
    "html", ["", "\x00", "<", script([1, None, [[]]]), script({"@graph": 7, "@type": {}}), "\ud800"]
)
def test_no_page_crashes_the_judge(html: str) -> None:
    assert [each.rule for each in held(html)] == ["embed-missing"]
