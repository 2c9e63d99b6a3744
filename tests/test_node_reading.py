"""The reading of JSON-LD: contexts, graphs, references and what is said backwards."""

from __future__ import annotations

from typing import Any

import pytest

from schema_markup.node_reader import Source, read_nodes
from schema_markup.nodes import ITEM, Node, step

SCHEMA = "https://schema.org"


def read(document: Any) -> list[Node]:
    nodes, violations = read_nodes([Source("$", document)])
    assert violations == []
    return nodes


@pytest.mark.parametrize(
    "document",
    [
        {"@context": SCHEMA, "@type": "Product", "name": "Kettle"},
        {"@context": {"@vocab": "http://schema.org/"}, "@type": "Product", "name": "Kettle"},
        {"@context": {"s": "https://schema.org/"}, "@type": "s:Product", "s:name": "Kettle"},
        {"@context": [SCHEMA, {"title": "name", "kind": "@type"}], "kind": "Product", "title": "Kettle"},
        {"@context": [SCHEMA, {"title": {"@id": "schema:name"}}], "@type": "Product", "title": "Kettle"},
        {"@type": ["https://schema.org/Product"], "https://schema.org/name": [{"@value": "Kettle", "@language": "en"}]},
        {"@context": SCHEMA, "@type": "Product", "name": ["Kettle", None]},
        {"@context": SCHEMA, "@type": "Product", "name": {"@set": ["Kettle"]}},
        {"@context": SCHEMA, "@type": "Product", "@nest": {"name": "Kettle"}},
        {"@context": SCHEMA, "@graph": [{"@type": "Product", "name": "Kettle"}]},
        [{"@context": SCHEMA, "@type": "Product", "name": "Kettle"}],
    ],
    ids=["string", "vocab", "prefix", "alias", "definition", "expanded", "list", "set", "nest", "graph", "array"],
)
def test_the_same_is_said_in_many_ways(document: Any) -> None:
    [product] = read(document)

    assert (product.types, product.properties) == (("Product",), {"name": "Kettle"})


def test_a_name_that_the_context_takes_away_says_nothing() -> None:
    [product] = read({"@context": [SCHEMA, {"sku": None}], "@type": "Product", "name": "Kettle", "sku": "1"})

    assert product.properties == {"name": "Kettle"}


def test_a_name_of_another_vocabulary_stays_foreign() -> None:
    context = {"@vocab": "https://other.example/", "schema": "https://schema.org/"}

    [product] = read({"@context": context, "@type": "schema:Product", "schema:name": "Kettle", "heat": 3})

    assert set(product.properties) == {"name", "_:heat"}


@pytest.mark.parametrize(
    "said_backwards",
    [
        {"@reverse": {"itemReviewed": [{"@type": "Review", "name": "Good"}]}},
        {"rated": {"@type": "Review", "name": "Good"}},
    ],
)
def test_what_is_said_backwards_is_turned_round(said_backwards: dict[str, Any]) -> None:
    context = [SCHEMA, {"rated": {"@reverse": "schema:itemReviewed"}}]

    product, review = read({"@context": context, "@type": "Product", **said_backwards})

    assert review.all_of("itemReviewed") == [product]
    assert product.held_as("itemReviewed") == [review]


def test_a_bare_value_of_the_vocabulary_is_a_value() -> None:
    [offer] = read({"@context": SCHEMA, "@type": "Offer", "availability": {"@id": "https://schema.org/InStock"}})

    assert offer.properties == {"availability": "https://schema.org/InStock"}


def test_a_reference_that_leads_nowhere_is_kept_in_mind() -> None:
    document = {"@type": "Product", "brand": {"@id": "#b"}, "image": {"@id": "https://shop.example/k.jpg"}}

    [product] = read({"@context": SCHEMA, **document})

    assert product.dangling == {"brand": ("$.brand", "#b")}
    assert product.properties == {"brand": ITEM, "image": "https://shop.example/k.jpg"}


def test_items_of_one_id_are_one_item_and_remember_where_each_part_stood() -> None:
    first = {"@context": SCHEMA, "@type": "Product", "@id": "#k", "name": "Kettle"}
    second = {"@context": SCHEMA, "@type": "Thing", "@id": "#k", "sku": "1", "offers": {"@type": "Offer"}}

    nodes, _ = read_nodes([Source("script[0] $", first), Source("script[1] $", second)])

    product, offer = nodes
    assert product.types == ("Product", "Thing")
    assert (product.place("name"), product.place("sku")) == ("script[0] $.name", "script[1] $.sku")
    assert offer.holders == [(product, "offers")]


def test_blank_names_mean_something_in_their_own_document_only() -> None:
    document = {"@context": SCHEMA, "@type": "Product", "@id": "_:k"}

    nodes, _ = read_nodes([Source("script[0] $", document), Source("script[1] $", document)])

    assert len(nodes) == 2


@pytest.mark.parametrize("document", [{"@context": "https://other.example", "name": "x"}, 7, None, [[7]], {}])
def test_what_is_not_about_schema_org_is_left_alone(document: Any) -> None:
    nodes, _ = read_nodes([Source("$", document)])

    assert [node for node in nodes if node.types] == []


def test_a_path_quotes_what_is_no_plain_name() -> None:
    assert step("$", "review", 2, "a.b", "@id") == "$.review[2]['a.b'].@id"
