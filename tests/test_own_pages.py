"""One's own pages are read where they say reviews, in whatever form they say them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from collectors.own_pages import read
from collectors.page_markup import find_reviews
from tests.own_pages import PAGE, REVIEW, own_site, page, records_of


def test_a_review_is_about_what_holds_it() -> None:
    product = {"@type": "Product", "name": "K2", "sku": "LK-K2", "review": [REVIEW]}

    [record] = records_of(product)

    assert record["subject"] == "LK-K2"
    assert record["subject_name"] == "K2"
    assert record["subject_type"] == "Product"


def test_a_review_is_about_what_it_says_itself() -> None:
    product = {
        "@type": "Product",
        "name": "K2",
        "review": [{**REVIEW, "itemReviewed": {"@type": "Book", "name": "Tea"}}],
    }

    [record] = records_of(product)

    assert (record["subject"], record["subject_type"]) == ("Tea", "Book")


def test_what_stands_elsewhere_in_the_graph_is_found() -> None:
    graph = [
        {"@type": "Product", "@id": "#k2", "name": "K2", "review": {"@id": "#r1"}},
        {**REVIEW, "@id": "#r1", "author": {"@id": "#ana"}},
        {"@type": "Person", "@id": "#ana", "name": "Ana B."},
    ]

    [record] = records_of({"@context": "https://schema.org", "@graph": graph})

    assert (record["subject"], record["author"]) == ("K2", "Ana B.")


@pytest.mark.parametrize(
    ("rating", "value", "scale"),
    [
        pytest.param({"ratingValue": 4}, "4", "5", id="nothing said"),
        pytest.param({"ratingValue": "8", "bestRating": "10"}, "8", "10", id="of ten"),
        pytest.param({"ratingValue": 80, "bestRating": 100, "worstRating": 0}, "80", "0-100", id="of a hundred"),
        pytest.param({"ratingValue": "4.5", "bestRating": "5.0", "worstRating": 1.0}, "4.5", "5", id="with decimals"),
    ],
)
def test_a_rating_is_on_the_scale_that_the_page_says(rating: Mapping[str, Any], value: str, scale: str) -> None:
    [record] = records_of({**REVIEW, "reviewRating": {"@type": "Rating", **rating}})

    assert (record["rating"], record["rating_best"]) == (value, scale)


def test_a_rating_of_a_part_is_an_aspect() -> None:
    parts = [{"ratingValue": 5}, {"reviewAspect": "Pour", "ratingValue": 4, "bestRating": 5}]
    raw = {"page": PAGE, "subject": {}, "review": {**REVIEW, "reviewRating": parts}}

    record = read(raw, "here")

    assert record.fields["rating"] == "5"
    assert record.aspects == ({"label": "Pour", "value": "4", "worst": "1", "best": "5"},)


@pytest.mark.parametrize("rating", ["4", 4, ["4"]], ids=["a text", "a number", "a list"])
def test_a_rating_that_is_a_plain_value_is_one_of_five(rating: Any) -> None:
    [record] = records_of({**REVIEW, "reviewRating": rating})

    assert (record["rating"], record["rating_best"]) == ("4", "5")


@pytest.mark.parametrize(
    ("author", "name"),
    [
        pytest.param(["Ana", "Bo"], "Ana, Bo", id="two names"),
        pytest.param([{"@type": "Person", "name": "Ana"}, {"name": "Ana"}], "Ana", id="the same twice"),
        pytest.param({"@type": "Person", "givenName": "Ana", "familyName": "Bos"}, "Ana Bos", id="a name in two parts"),
        pytest.param({"@id": "https://larkfield.example/#ana"}, None, id="an address of nobody on the page"),
    ],
)
def test_an_author_is_called_as_the_page_calls_him(author: Any, name: str | None) -> None:
    [record] = records_of({**REVIEW, "author": author})

    assert record.get("author") == name


def test_a_review_is_about_what_another_script_of_the_page_describes() -> None:
    product = {"@type": "Product", "@id": f"{PAGE}#product", "name": "K2", "sku": "LK-K2"}

    records = records_of(product, {**REVIEW, "itemReviewed": {"@type": "Product", "@id": "#product"}})

    assert [(each["subject"], each["subject_name"]) for each in records] == [("LK-K2", "K2")]


def test_what_two_nodes_of_one_id_say_belongs_together() -> None:
    graph = [
        {"@type": "Product", "@id": "#k2", "name": "K2", "review": ["#r1"]},
        {"@type": "Product", "@id": "#k2", "sku": "LK-K2"},
        {**REVIEW, "@id": f"{PAGE}#r1"},
    ]

    [record] = records_of({"@graph": graph})

    assert (record["subject"], record["subject_name"]) == ("LK-K2", "K2")


def test_an_id_that_holds_in_one_script_is_another_one_in_the_next() -> None:
    scripts = [
        {"@graph": [{"@type": "Product", "@id": "_:b0", "name": name}, {**REVIEW, "itemReviewed": {"@id": "_:b0"}}]}
        for name in ("K2", "K3")
    ]

    assert [each["subject"] for each in records_of(*scripts)] == ["K2", "K3"]


@pytest.mark.parametrize(("told", "subject"), [("K3", "K3"), ("https://larkfield.example/p/k3#product", "K2")])
def test_an_address_of_nothing_on_the_page_is_no_name(told: str, subject: str) -> None:
    [record] = records_of({"@type": "Product", "name": "K2", "review": {**REVIEW, "itemReviewed": told}})

    assert record["subject"] == subject


def test_names_with_a_prefix_are_the_same_names() -> None:
    review = {"@type": "schema:Review", "schema:author": "Ana", "https://schema.org/reviewBody": "Lid rattles."}

    [record] = records_of({"@type": "schema:Product", "schema:name": "K2", "schema:review": review})

    assert (record["subject"], record["author"], record["body"]) == ("K2", "Ana", "Lid rattles.")


def test_no_review_is_lost_where_a_product_says_twice_that_it_has_some() -> None:
    html = """<SCRIPT TYPE="Application/LD+JSON">\ufeff{"@type": "Product", "name": "K2",
    "review": {"@type": "Review", "reviewBody": "One."}, "review": [{"@type": "Review", "reviewBody": "Two."}]}
    </SCRIPT>"""

    found = find_reviews(html, PAGE, ["json-ld"])

    assert [(review["reviewBody"], subject["name"]) for review, subject in found.reviews] == [
        ("One.", "K2"),
        ("Two.", "K2"),
    ]


@pytest.mark.parametrize(
    "said",
    [
        pytest.param({"inLanguage": "nl"}, id="by the review"),
        pytest.param({"inLanguage": {"@type": "Language", "name": "Dutch", "alternateName": "nl"}}, id="as an object"),
        pytest.param({"reviewBody": [{"@language": "nl", "@value": "Deksel rammelt."}]}, id="by its words"),
    ],
)
def test_a_review_is_in_the_language_that_it_says(said: Mapping[str, Any]) -> None:
    [record] = records_of({**REVIEW, **said})

    assert record["language"] == "nl"


def test_one_script_that_is_nested_too_deep_takes_no_other_along() -> None:
    deep = "[" * 450 + "]" * 450
    html = page(REVIEW) + f'<script type="application/ld+json">{deep}</script>'

    found = find_reviews(html, PAGE, ["json-ld"])

    assert len(found.reviews) == 1


@pytest.mark.parametrize("kind", ["MediaReview", "ClaimReview", "AggregateRating", "EmployerAggregateRating"])
def test_what_only_sounds_like_a_review_is_none(kind: str) -> None:
    assert records_of({**REVIEW, "@type": kind}) == []


def test_line_breaks_in_the_texts_of_json_ld_are_forgiven() -> None:
    html = '<script type="application/ld+json">{"@type": "Review", "reviewBody": "Line one\nline two"}</script>'

    [(review, _)] = find_reviews(html, PAGE, ["json-ld"]).reviews

    assert review["reviewBody"] == "Line one\nline two"


def test_a_page_that_is_nested_without_end_is_told_and_no_harm() -> None:
    html = '<script type="application/ld+json">' + "[" * 100_000 + "</script>"

    found = find_reviews(html, PAGE, ["json-ld"])

    assert found.reviews == []
    assert found.unreadable == ["JSON-LD script 1 cannot be read: RecursionError"]


def test_the_same_review_in_two_syntaxes_is_one() -> None:
    microdata = """<div itemscope itemtype="https://schema.org/Review"><span itemprop="author">Ana</span>
    <p itemprop="reviewBody">Lid rattles.</p><div itemprop="reviewRating" itemscope
    itemtype="https://schema.org/Rating"><meta itemprop="ratingValue" content="2"></div></div>"""

    with own_site({"/p/k2": page(REVIEW) + microdata}, markup="all") as (collector, _):
        [batch] = collector.collect(None)

    assert [each.fields["body"] for each in batch.records] == ["Lid rattles."]
