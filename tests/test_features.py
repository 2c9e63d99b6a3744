"""The features of search results: which a document is about, and what becomes of each."""

from __future__ import annotations

import json
from typing import Any

import pytest

from schema_markup.features import features
from schema_markup.validate import report_jsonld
from tests.structured_samples import base, changed


def verdicts(document: dict[str, Any]) -> dict[str, str]:
    return {name: str(verdict) for name, verdict in report_jsonld(json.dumps(document), "").features.items()}


@pytest.mark.parametrize(
    ("name", "about"),
    [
        ("product", {"product-snippet", "review-snippet"}),
        ("merchant", {"product-snippet", "merchant-listing", "review-snippet"}),
        ("review", {"review-snippet"}),
        ("app", {"software-app", "review-snippet"}),
        ("business", {"local-business", "review-snippet"}),
        ("organization", {"organization"}),
        ("employer", {"employer-rating"}),
        ("event", {"event", "review-snippet"}),
        ("recipe", {"recipe", "review-snippet"}),
        ("movie", {"movie", "review-snippet"}),
        ("course", {"course", "review-snippet"}),
        ("book", {"book", "review-snippet"}),
        ("qa", {"qa"}),
        ("video", {"video"}),
        ("faq", {"faq"}),
    ],
)
def test_a_good_document_earns_what_it_is_about(name: str, about: set[str]) -> None:
    assert verdicts(base(name)) == dict.fromkeys(about, "valid")


def test_every_feature_has_a_document() -> None:
    assert len(features()) == 15


def test_one_feature_is_lost_and_the_others_are_kept() -> None:
    document = changed(base("recipe"), {"image": "(gone)"})

    assert verdicts(document) == {"recipe": "error", "review-snippet": "valid"}


def test_what_is_wrong_with_the_document_is_wrong_with_every_feature() -> None:
    document = changed(base("recipe"), {"author": {"@type": "person", "name": "Ada"}})

    assert verdicts(document) == {"recipe": "error", "review-snippet": "error"}


def test_a_price_is_a_rule_of_shops_and_of_software_too() -> None:
    assert verdicts(changed(base("app"), {"offers.price": "free"})) == {
        "review-snippet": "valid",
        "software-app": "error",
    }
    assert verdicts(changed(base("merchant"), {"offers.price": "1,50"}))["merchant-listing"] == "error"


def test_what_is_only_mentioned_earns_nothing() -> None:
    document = changed(base("review"), {"publisher.url": "https://guide.example"})

    assert set(verdicts(document)) == {"review-snippet"}


def test_a_retired_feature_says_so() -> None:
    assert "2026-05-07" in features()["faq"].note
