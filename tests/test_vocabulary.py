"""The vocabulary: what the table says, and how it was built."""

from __future__ import annotations

import json
from typing import Any

import pytest

from schema_markup.vocabulary import (
    TABLE,
    closest,
    closest_property,
    is_class,
    is_enumeration,
    is_property,
    kinds,
    members,
    parents,
    pending,
    properties,
    superseded,
)
from schema_markup.vocabulary_build import as_text, table


def test_the_table_holds_the_whole_release() -> None:
    assert json.loads(TABLE.read_text("utf-8"))["release"] == "30.0"
    assert (len(parents()), len(properties()), len(members())) == (937, 1529, 537)
    assert (len(superseded()), len(pending())) == (92, 842)


def test_a_class_is_of_the_kind_of_all_classes_above_it() -> None:
    assert {"Restaurant", "FoodEstablishment", "LocalBusiness", "Organization", "Place", "Thing"} <= kinds(
        ("Restaurant",)
    )
    assert kinds(("Kettle", "Product")) == {"Kettle", "Product", "Thing"}


def test_properties_know_their_classes_and_values() -> None:
    assert properties()["ratingCount"] == (frozenset({"AggregateRating"}), frozenset({"Integer"}))
    assert superseded()["reviews"] == "review"
    assert "ItemAvailability" in members()["InStock"]
    assert is_enumeration("DayOfWeek")
    assert not is_enumeration("Product")


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("product", "Product"),
        ("AgregateRating", "AggregateRating"),
        ("Organisation", "Organization"),
        ("Kettle", None),
        ("x" * 500, None),
    ],
)
def test_a_mistyped_class_is_recognized(name: str, meant: str | None) -> None:
    assert not is_class(name)
    assert closest(name) == meant


@pytest.mark.parametrize(("name", "meant"), [("ratingvalue", "ratingValue"), ("auther", "author"), ("kettle", None)])
def test_a_mistyped_property_is_recognized(name: str, meant: str | None) -> None:
    assert not is_property(name)
    assert closest_property(name) == meant


def test_what_an_action_asks_for_and_gives_is_a_property() -> None:
    assert is_property("query-input")
    assert is_property("result-output")
    assert not is_property("kettle-input")


def test_a_release_is_read_as_facts_only() -> None:
    graph: list[dict[str, Any]] = [
        {"@id": "schema:Thing", "@type": "rdfs:Class", "rdfs:comment": "Anything."},
        {"@id": "schema:Tea", "@type": "rdfs:Class", "rdfs:subClassOf": {"@id": "schema:Thing"}},
        {
            "@id": "schema:leaf",
            "@type": "rdf:Property",
            "schema:domainIncludes": {"@id": "schema:Tea"},
            "schema:rangeIncludes": [{"@id": "schema:Text"}, {"@id": "unece:x"}],
            "schema:isPartOf": {"@id": "https://pending.schema.org"},
            "schema:supersededBy": {"@id": "schema:leaves"},
        },
        {"@id": "schema:Green", "@type": "schema:Tea"},
        {"@id": "unece:x", "@type": "rdf:Property"},
    ]

    built = json.loads(as_text(table(graph)))

    assert built["classes"] == {"Tea": ["Thing"], "Thing": []}
    assert built["properties"] == {"leaf": [["Tea"], ["Text"]]}
    assert (built["members"], built["superseded"], built["pending"]) == ({"Green": "Tea"}, {"leaf": "leaves"}, ["leaf"])
