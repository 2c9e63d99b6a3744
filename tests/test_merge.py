"""Our ratings merged into a page's own item, and what stands in the way of it."""

from __future__ import annotations

import json
from typing import Any

import extruct
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schema_markup.merge import Merged, merge, merge_patch
from schema_markup.subject import SubjectReviews
from tests.factories import make_material, make_review, make_subject

OWN = {
    "@context": "https://schema.org",
    "@type": "Product",
    "name": "K2 Gooseneck Kettle",
    "sku": "LK-K2",
    "offers": [],
}
SCALARS = st.booleans() | st.integers() | st.text(max_size=5)
DOCUMENTS = st.dictionaries(
    st.text(max_size=3),
    st.recursive(
        SCALARS,
        lambda inner: st.lists(inner | st.none(), max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
        max_leaves=8,
    ),
    max_size=4,
)


def ours() -> dict[str, Any]:
    draft = SubjectReviews().build(make_material([make_review(4, external_id="1"), make_review(5, external_id="2")]))
    assert draft is not None
    return dict(json.loads(draft.body))


def page(*documents: object) -> str:
    texts = (json.dumps(each).replace("<", "\\u003c") for each in documents)
    scripts = (f'<script type="application/ld+json">{each}</script>' for each in texts)
    return f"<!doctype html><title>K2</title>{''.join(scripts)}"


def merged_into(*documents: object) -> Merged:
    return merge(page(*documents), ours(), make_subject(identifiers={"sku": "LK-K2"}))


def patched(target: Any, patch: Any) -> Any:
    """RFC 7386, 2, word for word."""
    if not isinstance(patch, dict):
        return patch
    target = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            target.pop(name, None)
        else:
            target[name] = patched(target.get(name), value)
    return target


def test_the_pages_own_product_gets_our_rating_and_keeps_its_words() -> None:
    merged = merged_into(OWN)

    assert merged.place == "script[0] $"
    assert (merged.conflicts, merged.problems) == ([], [])
    assert merged.patch == {name: ours()[name] for name in ("@id", "aggregateRating", "review")}
    [read] = extruct.extract(
        f'<title>x</title><script type="application/ld+json">{merged.document}</script>', syntaxes=["json-ld"]
    )["json-ld"]
    assert (read["sku"], read["aggregateRating"]["ratingCount"]) == ("LK-K2", 2)


def test_the_patch_makes_the_document_that_is_printed() -> None:
    own = {"@context": "https://schema.org", "@graph": [{"@type": "WebSite", "name": "Shop"}, {**OWN, "@id": "#k2"}]}

    merged = merged_into(own)

    assert merged.place == "script[0] $.@graph[1]"
    assert merged.document is not None
    made, printed = patched(own, merged.patch), json.loads(merged.document)
    assert made["@graph"][1]["aggregateRating"] == printed["@graph"][1]["aggregateRating"]
    assert printed["@graph"][0] == own["@graph"][0]


def test_a_rating_of_the_pages_own_is_replaced_and_reported() -> None:
    own = {**OWN, "aggregateRating": {"@type": "AggregateRating", "ratingValue": 5, "reviewCount": 999}, "review": []}

    merged = merged_into(own)

    assert any("5 from 999" in each for each in merged.conflicts)
    assert merged.document is not None
    assert "999" not in merged.document


def test_another_id_is_kept_and_reported() -> None:
    merged = merged_into({**OWN, "@id": "https://shop.example/#p1"})

    assert any("https://shop.example/#p1" in each for each in merged.conflicts)
    assert merged.patch is not None
    assert "@id" not in merged.patch


def test_a_second_product_is_reported_with_its_place() -> None:
    merged = merged_into(OWN, {**OWN, "name": "K2", "sku": "other", "aggregateRating": {"@type": "AggregateRating"}})

    assert merged.place == "script[0] $"
    assert any("script[1] $" in each and "has a rating" in each for each in merged.conflicts)


def test_of_several_products_the_subject_is_known_by_its_number() -> None:
    merged = merged_into({**OWN, "name": "M1", "sku": "LK-M1"}, {**OWN, "name": "K2"})

    assert merged.place == "script[1] $"


def test_products_that_are_not_the_subject_are_not_touched() -> None:
    merged = merged_into({**OWN, "name": "M1", "sku": "LK-M1"}, {**OWN, "name": "M2", "sku": "LK-M2"})

    assert merged.document is None
    assert "none is recognised" in merged.conflicts[0]


def test_a_related_product_is_none_of_the_pages_own() -> None:
    merged = merged_into({**OWN, "isRelatedTo": {"@type": "Product", "name": "M1"}})

    assert (merged.place, merged.conflicts) == ("script[0] $", [])


@pytest.mark.parametrize(
    "html",
    [
        pytest.param("", id="nothing"),
        pytest.param("<p>K2</p>", id="no markup"),
        pytest.param(page({"@type": "WebPage"}), id="no product"),
        pytest.param('<script type="application/ld+json">{"@type": "Product",</script>', id="broken"),
        pytest.param(page("[1, 2]", 7, None), id="not objects"),
    ],
)
def test_a_page_without_a_product_is_told_what_to_print_instead(html: str) -> None:
    merged = merge(html, ours(), make_subject())

    assert merged.document is None
    assert "print the complete document" in merged.conflicts[-1]


def test_a_product_somewhere_inside_is_found() -> None:
    merged = merged_into({"@context": "https://schema.org", "@type": "WebPage", "mainEntity": [OWN]})

    assert merged.place == "script[0] $.mainEntity[0]"


def test_an_error_that_the_page_has_anyway_is_told() -> None:
    merged = merged_into({**OWN, "offers": {"@type": "Offer", "price": "12,50", "priceCurrency": "EUR"}})

    assert merged.problems != []


def test_the_printed_document_cannot_end_its_script() -> None:
    merged = merged_into({**OWN, "description": "</script><script>alert(1)</script>"})

    assert merged.document is not None
    assert "<" not in merged.document


@given(DOCUMENTS, DOCUMENTS)
def test_a_patch_makes_the_one_document_the_other(before: dict[str, Any], after: dict[str, Any]) -> None:
    assert patched(before, merge_patch(before, after)) == after
