"""The validator against documents whose verdict is known."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from engine.domain import Severity
from engine.errors import UnreadableFileError
from schema_markup.rulebook import FOLDER, rules
from schema_markup.type_schemas import type_schemas
from schema_markup.validate import (
    Verdict,
    report_file,
    report_html,
    report_jsonld,
    validate_file,
    validate_html,
    validate_jsonld,
)
from tests.kettle_documents import FAQ, GONE, KETTLE, changed, found


@pytest.mark.parametrize("document", [KETTLE, FAQ], ids=["product", "faq"])
def test_a_good_document_has_no_problem(document: dict[str, Any]) -> None:
    assert validate_jsonld(json.dumps(document)) == []


@pytest.mark.parametrize(
    ("path", "value", "rule", "place"),
    [
        ("name", GONE, "product-name", "$"),
        ("name", " ", "product-name", "$.name"),
        ("@context", GONE, "context-missing", "$"),
        ("@type", GONE, "type-missing", "$"),
        ("@type", "product", "type-unknown", "$"),
        ("@type", "Article", "review-parent-type", "$"),
        ("aggregateRating.ratingValue", GONE, "rating-value-missing", "$.aggregateRating"),
        ("aggregateRating.ratingValue", "4,5", "rating-value-grammar", "$.aggregateRating.ratingValue"),
        ("aggregateRating.ratingValue", "6/0", "rating-value-grammar", "$.aggregateRating.ratingValue"),
        ("aggregateRating.ratingValue", "٤", "rating-value-grammar", "$.aggregateRating.ratingValue"),
        ("aggregateRating.ratingValue", 5.1, "rating-out-of-range", "$.aggregateRating.ratingValue"),
        ("aggregateRating.ratingValue", "0", "rating-out-of-range", "$.aggregateRating.ratingValue"),
        ("aggregateRating.worstRating", 5, "rating-scale", "$.aggregateRating.worstRating"),
        ("aggregateRating.reviewCount", GONE, "aggregate-count-missing", "$.aggregateRating"),
        ("aggregateRating.reviewCount", "1,234", "count-grammar", "$.aggregateRating.reviewCount"),
        ("aggregateRating.reviewCount", 0, "count-positive", "$.aggregateRating.reviewCount"),
        ("aggregateRating.reviewCount", "0", "count-positive", "$.aggregateRating.reviewCount"),
        ("aggregateRating.@type", "Rating", "aggregate-type", "$.aggregateRating"),
        ("aggregateRating", [KETTLE["aggregateRating"]] * 2, "aggregate-several", "$.aggregateRating"),
        ("review.0.author", GONE, "review-author-missing", "$.review[0]"),
        ("review.0.author", "Ada", "review-author-type", "$.review[0].author"),
        ("review.0.author.@type", "Brand", "review-author-type", "$.review[0].author"),
        ("review.0.author.name", "", "review-author-name", "$.review[0].author.name"),
        ("review.0.author.name", "A" * 101, "review-author-length", "$.review[0].author.name"),
        ("review.1.author.0.name", GONE, "review-author-name", "$.review[1].author[0]"),
        ("review.0.reviewRating", 4, "review-rating-type", "$.review[0].reviewRating"),
        ("review.0.reviewRating.ratingValue", GONE, "rating-value-missing", "$.review[0].reviewRating"),
        ("offers.price", GONE, "offer-price-missing", "$.offers"),
        ("offers.price", "1.234,50", "offer-price-grammar", "$.offers.price"),
        ("offers.price", -1, "offer-price-grammar", "$.offers.price"),
    ],
)
def test_an_error_is_named_with_its_place(path: str, value: object, rule: str, place: str) -> None:
    problems = validate_jsonld(changed(KETTLE, path, value))

    assert (rule, place) in found(problems)
    assert rules()[rule].severity is Severity.ERROR


@pytest.mark.parametrize(
    ("path", "value", "rule", "place"),
    [
        ("review.0.datePublished", GONE, "review-date-missing", "$.review[0]"),
        ("review.0.datePublished", "4 March 2026", "review-date-grammar", "$.review[0].datePublished"),
        ("review.0.datePublished", "2026-02-30", "review-date-grammar", "$.review[0].datePublished"),
        (
            "review.0.itemReviewed",
            {"@type": "Product", "name": "K"},
            "nested-item-reviewed",
            "$.review[0].itemReviewed",
        ),
        ("review.1.reviewRating.ratingValue", "110%", "rating-own-scale", "$.review[1].reviewRating.ratingValue"),
        ("aggregateRating", GONE, "reviews-without-aggregate", "$"),
        ("aggregateRating.reviewCount", 1, "count-below-reviews", "$.aggregateRating.reviewCount"),
        ("aggregateRating.reviewCount", 2.5, "count-whole", "$.aggregateRating.reviewCount"),
        ("aggregateRating.bestRating", "five", "rating-scale-grammar", "$.aggregateRating.bestRating"),
        ("offers.priceCurrency", "€", "offer-currency-grammar", "$.offers.priceCurrency"),
        ("offers.priceCurrency", GONE, "offer-currency-missing", "$.offers"),
        ("offers.availability", "on stock", "offer-availability", "$.offers.availability"),
        ("sku", "K 2", "product-sku-space", "$.sku"),
        ("gtin13", "4006381333932", "product-gtin", "$.gtin13"),
        ("url", "javascript:alert(1)", "url-grammar", "$.url"),
    ],
)
def test_what_is_only_recommended_is_a_warning(path: str, value: object, rule: str, place: str) -> None:
    assert found(validate_jsonld(changed(KETTLE, path, value))) == [(rule, place)]
    assert rules()[rule].severity is Severity.WARNING


@pytest.mark.parametrize(
    ("path", "value", "rule"),
    [
        ("mainEntity", GONE, "faq-question-missing"),
        ("mainEntity", [], "faq-question-missing"),
        ("mainEntity.name", GONE, "faq-question-name"),
        ("mainEntity.acceptedAnswer", GONE, "faq-answer-missing"),
        ("mainEntity.acceptedAnswer.text", " ", "faq-answer-text"),
        ("mainEntity.acceptedAnswer", [FAQ["mainEntity"]["acceptedAnswer"]] * 2, "faq-answers-several"),
    ],
)
def test_a_question_has_one_whole_answer(path: str, value: object, rule: str) -> None:
    problems = validate_jsonld(changed(FAQ, path, value))

    assert [problem.rule for problem in problems] == [rule]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        pytest.param("", "json-unreadable", id="nothing"),
        pytest.param('{"name": "line\nbreak"}', "json-unreadable", id="control character"),
        pytest.param("{'name': 1}", "json-unreadable", id="single quotes"),
        pytest.param('{"a": 1,}', "json-unreadable", id="trailing comma"),
        pytest.param('{"a": 1, "a": 2}', "json-duplicate-key", id="twice"),
        pytest.param('{"a": NaN}', "json-number", id="not a number"),
        pytest.param('{"a": 1e400}', "json-number", id="infinite"),
        pytest.param(f'{{"a": {"9" * 5000}}}', "json-number", id="five thousand digits"),
        pytest.param('{"a": "\\ud83d"}', "json-half-character", id="half a character"),
        pytest.param("[" * 100_000, "json-too-deep", id="deep, never closed"),
        pytest.param("[" * 500 + "]" * 500, "json-too-deep", id="deep"),
        pytest.param("null", "json-not-an-object", id="null"),
        pytest.param('"text"', "json-not-an-object", id="a text"),
        pytest.param('{"a": "</script>"}', "script-breakout", id="ends its script"),
    ],
)
def test_the_text_is_read_strictly(text: str, rule: str) -> None:
    assert rule in {problem.rule for problem in validate_jsonld(text)}


def test_items_with_one_id_are_one_item_in_whatever_script_they_stand() -> None:
    second = {key: KETTLE[key] for key in ("@context", "@type", "@id", "aggregateRating")}
    page = "".join(f'<script type="application/ld+json">{json.dumps(each)}</script>' for each in (KETTLE, second))

    problems = validate_html(f"<body>{page}Rated 4.5. Ada Brown: Closes softly. Kettle Club: Gets warm.")

    assert found(problems) == [("aggregate-several", "script[0] $.aggregateRating")]


def test_references_are_followed() -> None:
    graph = {
        "@context": {"@vocab": "https://schema.org/"},
        "@graph": [
            {"@type": "Product", "name": "Kettle", "review": {"@id": "#r1"}, "aggregateRating": {"@id": "#a"}},
            {**KETTLE["review"][0], "@id": "#r1", "author": {"@id": "#ada"}},
            {"@type": "Person", "@id": "#ada"},
            {"@type": "AggregateRating", "@id": "#a", "reviewCount": 1},
        ],
    }

    problems = validate_jsonld(json.dumps(graph))

    assert found(problems) == [
        ("review-author-name", "$.@graph[2]"),
        ("rating-value-missing", "$.@graph[3]"),
    ]


def test_a_page_must_show_what_it_marks_up() -> None:
    page = f'<script type="application/ld+json">{json.dumps(KETTLE)}</script><p>Rated 3.5 of 5. Closes<br>softly.</p>'

    problems = validate_html(f'<meta name="robots" content="noindex, follow">{page}')

    assert found(problems) == [
        ("page-noindex", "script[0] $"),
        ("rating-not-visible", "script[0] $.aggregateRating.ratingValue"),
        ("review-not-visible", "script[0] $.review[1].reviewBody"),
    ]


def test_a_page_without_markup_has_no_problem() -> None:
    assert validate_html("<!doctype html><p>Hello<script>let a = 1</script>") == []


@pytest.mark.parametrize(
    ("name", "content", "rules_found"),
    [
        pytest.param("a.jsonld", json.dumps(KETTLE).encode(), [], id="json-ld"),
        pytest.param("a.json", b"\xef\xbb\xbf" + json.dumps(FAQ).encode(), [], id="with a byte order mark"),
        pytest.param("a.jsonld", b'{"a": "\xff"}', ["json-not-utf8"], id="not UTF-8"),
        pytest.param("a", b' <script type="application/ld+json">{</script>', ["json-unreadable"], id="HTML by content"),
        pytest.param("a.html", b"\xff\xfe\x00<p>", [], id="a broken page"),
        pytest.param("a.html", b"", [], id="an empty page"),
    ],
)
def test_a_file_is_read_as_what_it_is(tmp_path: Path, name: str, content: bytes, rules_found: list[str]) -> None:
    (tmp_path / name).write_bytes(content)

    problems = validate_file(tmp_path / name)

    assert [problem.rule for problem in problems] == rules_found


def test_a_file_that_is_not_there_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError):
        validate_file(tmp_path / "none.jsonld")


def test_every_schema_is_one_and_every_part_of_it_names_a_rule() -> None:
    files = sorted(FOLDER.glob("*.schema.json"))

    for path in files:
        Draft202012Validator.check_schema(json.loads(path.read_text("utf-8")))

    for schema in type_schemas():
        assert {name for name in _rules_of(schema.schema) if name not in rules()} == set()
    assert len(files) > len(type_schemas()) > 25


def _rules_of(schema: object) -> set[str]:
    if isinstance(schema, list):
        return {name for each in schema for name in _rules_of(each)}
    if not isinstance(schema, dict):
        return set()
    own = {schema["rule"]} if isinstance(schema.get("rule"), str) else set()
    return own | {name for key, each in schema.items() if key != "enum" for name in _rules_of(each)}


def test_a_report_says_what_the_document_is_about() -> None:
    document = json.loads(changed(KETTLE, "offers.priceCurrency", GONE))

    report = report_jsonld(json.dumps([document, FAQ]), "kettle.jsonld")

    assert (report.where, report.verdict) == ("kettle.jsonld", Verdict.WARNING)
    assert report.features == {"faq": "valid", "product-snippet": "warning", "review-snippet": "valid"}


def test_a_policy_weighs_as_much_as_an_error() -> None:
    markup = f'<script type="application/ld+json">{json.dumps(KETTLE)}</script>'

    report = report_html(f"{markup}<p>4.5. Closes softly. Gets warm.<meta name=robots content=noindex>", "page")

    assert {problem.severity for problem in report.problems} == {Severity.POLICY}
    assert report.verdict is Verdict.ERROR


def test_bytes_are_read_as_text_is(tmp_path: Path) -> None:
    path = tmp_path / "k.jsonld"
    path.write_text(json.dumps(KETTLE), "utf-8")

    assert report_file(path).problems == report_jsonld(path.read_bytes(), "").problems == ()
