"""The two judges of the schemas say the same, and damaged documents get their verdict."""

from __future__ import annotations

import json
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schema_markup.node_reader import Source, read_nodes
from schema_markup.type_schemas import TypeSchema, schemas_for, type_schemas
from schema_markup.validate import report_jsonld
from tests.proofs.schema_mutations import broken_promise, damaged
from tests.structured_samples import bad, good

VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=12),
    st.from_regex(r"[-+P]?[0-9]{1,4}([-:./,%T ][0-9]{1,2}){0,5}(Z|%|S|\n)?", fullmatch=True),
    st.sampled_from(
        ["https://schema.org/InStock", "2026-03-04T10:00:00Z", "EUR", "6 / 10", "60%", "+31 20 555 0100", " ", "\n"]
    ),
)


def differ(schema: TypeSchema, properties: dict[str, object]) -> bool:
    try:
        quick = schema.fast.is_valid(properties)
    except ValueError:
        # Half a character: the exact judge alone speaks.
        return False
    return quick != (next(schema.exact.iter_errors(cast("Any", properties)), None) is None)


@pytest.mark.parametrize("schema", type_schemas(), ids=lambda schema: str(schema.name))
def test_both_judges_say_the_same_of_any_values(schema: TypeSchema) -> None:
    names = sorted({*schema.schema.get("properties", {}), "name"})

    @given(st.dictionaries(st.sampled_from(names), VALUES | st.lists(VALUES, max_size=2) | st.just({}), max_size=6))
    @settings(max_examples=60, deadline=None, database=None)
    def holds(properties: dict[str, object]) -> None:
        assert not differ(schema, properties)

    holds()


def test_both_judges_say_the_same_of_the_samples() -> None:
    texts = [sample.text for sample in (*bad(), *good()) if not sample.is_page and isinstance(sample.text, str)]
    documents = [json.loads(text) for text in texts if text.startswith(('{"@', "[{"))]

    for document in (*documents, *damaged(500, seed=7)):
        nodes, _ = read_nodes([Source("$", document)])
        for node in nodes:
            assert [each.name for each in schemas_for(node) if differ(each, node.properties)] == []


def test_a_damaged_document_gets_a_verdict_with_places_that_exist() -> None:
    broken = []
    for document in damaged(1500, seed=2):
        text = json.dumps(document)
        promise = broken_promise(document, report_jsonld(text, "mutation"), seconds=0)
        if promise:
            broken.append((promise, text))

    assert broken == []
