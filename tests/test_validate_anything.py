"""The validator against documents of any shape and size: each gets a verdict, in time."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schema_markup.validate import (
    validate_jsonld,
)
from tests.kettle_documents import KETTLE, changed, found

JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["@id", "@type", "@graph", "@context", "@value", "name", "review", "author", "offers"])
            | st.text(max_size=3),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)
PLACES = st.sampled_from(
    [
        "@id",
        "@type",
        "name",
        "offers",
        "aggregateRating",
        "review",
        "review.0",
        "review.0.author",
        "review.1.reviewRating",
    ]
)


@given(place=PLACES, value=JSON)
@settings(max_examples=300, deadline=None)
def test_a_document_of_any_shape_gets_a_verdict(place: str, value: object) -> None:
    problems = validate_jsonld(changed(KETTLE, place, value))

    assert all(problem.path.startswith("$") and problem.message for problem in problems)


def test_twenty_thousand_statements_about_one_item_are_judged_once() -> None:
    statement = '{"@id":"#a","@type":"Product","name":"K","review":{"@id":"#a"}}'
    text = f'{{"@context":"https://schema.org","@graph":[{",".join([statement] * 20_000)}]}}'

    problems = validate_jsonld(text)

    assert "product-name" not in {problem.rule for problem in problems}
    assert len(problems) < 20


def test_items_that_refer_to_each_other_many_times_get_a_verdict() -> None:
    items = [
        {"@type": "AggregateRating", "@id": f"#{number}", "itemReviewed": [{"@id": f"#{number + 1}"}] * 2}
        for number in range(60)
    ]

    problems = validate_jsonld(json.dumps({"@context": "https://schema.org", "@graph": items}))

    assert ("aggregate-count-missing", "$.@graph[0]") in found(problems)


@pytest.mark.parametrize("value", ["1" + " " * 200_000 + "x", "1." + "1" * 200_000 + "x", "-" * 200_000, "<" * 200_000])
def test_a_long_value_gets_a_verdict(value: str) -> None:
    document = json.loads(changed(KETTLE, "aggregateRating.ratingValue", value))
    document["aggregateRating"]["ratingCount"] = document["review"][0]["datePublished"] = document["url"] = value

    problems = validate_jsonld(json.dumps(document))

    assert ("rating-value-grammar", "$.aggregateRating.ratingValue") in found(problems)
    assert all(len(problem.message) < 400 for problem in problems)
