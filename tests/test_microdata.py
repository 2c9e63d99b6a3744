"""Microdata and RDFa get the verdicts that JSON-LD gets."""

from __future__ import annotations

import json

import extruct
import pytest

from schema_markup.embedded_markup import embedded_in
from schema_markup.validate import report_html

MICRODATA = """<div itemscope itemtype="https://schema.org/Product"><h1 itemprop="name">Kettle</h1>
<div itemprop="aggregateRating" itemscope itemtype="http://schema.org/AggregateRating">
<span itemprop="ratingValue" content="4.5">4,5</span> by <b itemprop="reviewCount">2</b></div></div>"""
RDFA = """<div vocab="https://schema.org/" typeof="Product"><h1 property="name">Kettle</h1>
<img property="image" src="https://shop.example/k.jpg">
<div property="aggregateRating" typeof="AggregateRating">
<span property="ratingValue">4.5</span> by <b property="reviewCount">2</b></div></div>"""


@pytest.mark.parametrize("page", [MICRODATA, RDFA], ids=["microdata", "rdfa"])
def test_a_good_page_has_no_problem(page: str) -> None:
    report = report_html(page, "page")

    assert report.problems == ()
    assert report.features == {"product-snippet": "valid", "review-snippet": "valid"}


@pytest.mark.parametrize(
    ("page", "path"),
    [(MICRODATA, "microdata[0] $.aggregateRating"), (RDFA, "rdfa[0] $['https://schema.org/aggregateRating']")],
    ids=["microdata", "rdfa"],
)
def test_the_same_is_missing(page: str, path: str) -> None:
    report = report_html(page.replace("reviewCount", "position"), "page")

    assert ("aggregate-count-missing", path) in [(each.rule, each.path) for each in report.problems]


def test_another_reader_finds_the_same_items() -> None:
    [theirs] = extruct.extract(MICRODATA, syntaxes=["microdata"])["microdata"]
    [ours] = embedded_in(MICRODATA).sources

    rating = theirs["properties"]["aggregateRating"]
    assert ours.document == {
        "@type": [theirs["type"]],
        "name": theirs["properties"]["name"],
        "aggregateRating": {"@type": [rating["type"]], **rating["properties"]},
    }


def test_parts_that_stand_elsewhere_belong_to_the_item() -> None:
    page = MICRODATA.replace("itemscope itemtype", 'itemscope itemref="more gone" itemtype', 1)

    [source] = embedded_in(f'{page}<p id="more"><b itemprop="sku">K-1</b></p>').sources

    assert source.document["sku"] == "K-1"


def test_items_that_refer_to_each_other_end() -> None:
    thing = '<p id="{0}" itemscope itemprop="about" itemtype="https://schema.org/Thing" itemref="{1} {1}"></p>'
    first, second = thing.format("a", "b"), thing.format("b", "a")
    page = f'<div itemscope itemtype="https://schema.org/Thing" itemref="a b">{first}{second}'

    report = report_html(page, "page")

    assert report.verdict == "error"


def test_a_value_is_what_its_attribute_says() -> None:
    report = report_html(MICRODATA.replace('content="4.5"', 'content="4,5"'), "page")

    assert "rating-value-grammar" in {problem.rule for problem in report.problems}


def test_both_notations_of_one_item_are_one_item() -> None:
    document = {
        "@context": "https://schema.org",
        "@type": "Product",
        "@id": "https://shop.example/#k",
        "name": "Kettle",
        "aggregateRating": {"@type": "AggregateRating", "ratingValue": 4.5, "reviewCount": 2},
    }
    page = MICRODATA.replace("itemscope itemtype", 'itemscope itemid="https://shop.example/#k" itemtype', 1)

    report = report_html(f'<script type="application/ld+json">{json.dumps(document)}</script>{page}', "page")

    assert "aggregate-several" in {problem.rule for problem in report.problems}


@pytest.mark.parametrize(
    "page",
    [
        "",
        "<p>schema.org</p>",
        "<p itemscope>schema.org</p>",
        "<p typeof='x'>schema.org",
        "<p itemscope itemtype='schema.org/\x00'>",
    ],
)
def test_a_page_without_markup_of_its_own_has_none(page: str) -> None:
    assert all(
        not source.document.get("@type") for source in embedded_in(page).sources if isinstance(source.document, dict)
    )


def test_deep_and_entangled_markup_gets_a_verdict() -> None:
    deep = '<div itemprop="review" itemscope itemtype="https://schema.org/Review">' * 300
    tangled = "".join(
        f'<p vocab="http://schema.org/" typeof="Review" resource="#{n}"><a property="itemReviewed" resource="#{n + 1}">'
        f'</a><a property="about" resource="#{n + 1}"></a></p>'
        for n in range(60)
    )

    report = report_html(f'<div itemscope itemtype="https://schema.org/Product">{deep}</div>{tangled}', "page")

    assert report.verdict == "error"


@pytest.mark.parametrize(
    ("head", "url", "link"),
    [
        pytest.param("", "https://shop.example/k/1", "https://shop.example/k/2.jpg", id="where the page was found"),
        pytest.param('<base href="/b/">', "https://shop.example/k/1", "https://shop.example/b/2.jpg", id="its base"),
        pytest.param("", None, "https://page.invalid/2.jpg", id="nowhere that is known"),
        pytest.param("", "https://[", "https://page.invalid/2.jpg", id="an address that is none"),
    ],
)
def test_links_are_completed_as_a_browser_does(head: str, url: str | None, link: str) -> None:
    microdata = '<div itemscope itemtype="https://schema.org/Product"><img itemprop="image" src="2.jpg"></div>'
    rdfa = '<div vocab="https://schema.org/" typeof="Product"><img property="image" src=" 2.jpg "></div>'

    sources = embedded_in(f"<html><head>{head}</head><body>{microdata}{rdfa}", url).sources

    assert [each for source in sources for each in source.document.values() if isinstance(each, str)] == [link, link]


def test_a_value_that_is_written_out_is_no_link() -> None:
    page = '<div itemscope itemtype="https://schema.org/Product"><link itemprop="sku" content="K-1" href="/x"></div>'

    [source] = embedded_in(page, "https://shop.example/").sources

    assert source.document["sku"] == "K-1"
