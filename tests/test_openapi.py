"""Tests of the document of the API: it says what there is, nothing else, and another program finds it kept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from jsonschema import Draft202012Validator

from engine.domain import State
from review_site import create_app
from review_site.access import needed_by
from review_site.described import Operation, document, operations, resolved
from tests.contract import DOCUMENT, KEYS, Asked, judged
from tests.doors import Company, Site, tree_of
from tests.keyed import make_key
from tests.serving import serving

# Asked by the services of sources before they send anything; it answers the same whatever is asked.
UNSAID = {("HEAD", "/hooks/{}")}


@pytest.fixture
def app(company: Company) -> Iterator[Flask]:
    with company.instance() as instance:
        yield create_app(instance)


def routes(app: Flask) -> set[tuple[str, str]]:
    return {
        (method, re.sub(r"<[^>]*>", "{}", rule.rule).removeprefix("/v1"))
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/v1/")
        for method in (rule.methods or set()) - {"OPTIONS"}
        if method != "HEAD" or "GET" not in (rule.methods or set())
    }


def described() -> set[tuple[str, str]]:
    return {(each.method.upper(), re.sub(r"\{[^}]*\}", "{}", each.path)) for each in operations()}


def test_every_route_is_described_and_everything_described_is_a_route(app: Flask) -> None:
    assert routes(app) - UNSAID == described()


def test_a_key_needs_what_the_document_says(app: Flask) -> None:
    said = {
        (each.method.upper(), re.sub(r"\{[^}]*\}", "{}", each.path)): each.said.get("x-permission")
        for each in operations()
    }

    wrong = []
    for rule in app.url_map.iter_rules():
        if not rule.rule.startswith("/v1/"):
            continue
        for method in (rule.methods or set()) & {"GET", "POST", "PUT", "PATCH", "DELETE"}:
            needed = needed_by(app.view_functions[rule.endpoint])
            path = re.sub(r"<[^>]*>", "{}", rule.rule).removeprefix("/v1")
            if (method, path) in said and said[method, path] != needed:
                wrong.append((method, path, needed))
    assert wrong == []


@pytest.mark.parametrize("operation", list(operations()), ids=lambda each: each.said["operationId"])
def test_every_operation_says_how_it_may_fail(operation: Operation) -> None:
    answers = {"400"} | ({"401", "403", "429"} if "x-permission" in operation.said else set())
    if operation.method == "get" and "text/html" not in operation.said["responses"]["200"].get("content", ()):
        answers |= {"304"}
    if "requestBody" in operation.said and "x-permission" in operation.said:
        answers |= {"413", "415", "422"}

    assert answers <= set(operation.said["responses"])
    assert operation.said["summary"].endswith(".")


@pytest.mark.parametrize("operation", list(operations()), ids=lambda each: each.said["operationId"])
def test_every_body_that_is_sent_has_an_example_that_follows_its_schema(operation: Operation) -> None:
    contents = operation.said.get("requestBody", {}).get("content", {})

    schemas = [content for name, content in contents.items() if name == "application/json" and content["schema"]]

    for each in schemas:
        wanted = {**each["schema"], "components": document()["components"]}
        assert list(Draft202012Validator(wanted).iter_errors(each["example"])) == []


def test_no_object_that_is_sent_may_hold_what_is_not_named() -> None:
    bodies = [
        resolved(content["schema"])
        for each in operations()
        if "x-permission" in each.said
        for content in each.said.get("requestBody", {}).get("content", {}).values()
    ]

    open_ones = [schema for body in bodies for schema in objects(body) if "additionalProperties" not in schema]

    assert len(bodies) > 10
    assert open_ones == []


def objects(schema: Any) -> Iterator[Any]:
    """Every schema of an object within another, references followed."""
    schema = resolved(schema)
    kinds = schema.get("type", ())
    if "object" in ([kinds] if isinstance(kinds, str) else kinds):
        yield schema
    rows = [schema["items"].get("x-judged-as", schema["items"])] if "items" in schema else []
    inner = [*rows, *schema.get("properties", {}).values(), *schema.get("anyOf", ())]
    for each in inner:
        yield from objects(each)


def test_the_document_is_served_as_it_is_and_as_json(sample_site: Site) -> None:
    as_yaml, as_json = sample_site.get("/v1/openapi.yaml"), sample_site.get("/v1/openapi.json")

    assert as_yaml.content_type.startswith("application/yaml")
    assert as_json.json == document()
    assert sample_site.get("/v1/openapi.json", If_None_Match=as_json.headers["ETag"]).status_code == 304


def test_the_page_shows_every_operation_and_runs_nothing(sample_site: Site) -> None:
    answer = sample_site.get("/v1/docs")

    tree = tree_of(answer.text)
    assert {each.get("id") for each in tree.iter("article")} == {each.said["operationId"] for each in operations()}
    assert "script-src" not in answer.headers["Content-Security-Policy"]
    assert list(tree.iter("script")) == []
    assert [each for each in tree.iter() if any(name.startswith("on") or name == "style" for name in each.attrib)] == []


def test_every_schema_is_used() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")

    unused = [name for name in document()["components"]["schemas"] if f'schemas/{name}"' not in text]

    assert unused == []


def test_another_program_finds_the_document_kept(sample_copy: Company, tmp_path: Path) -> None:
    with sample_copy.instance() as instance:
        keys = [make_key(instance) for _ in range(KEYS)]
        with instance.store.reading() as transaction:
            review = transaction.reviews.waiting(State.APPROVED, limit=1)[0].review.id
            topic = transaction.topics.ids()[0]
    with serving(sample_copy.store, "--config", sample_copy.config) as served:
        server = Asked(url=served.url, keys=keys, review=review, topic=topic)

        verdict = judged(server, tmp_path, examples=2, limit=300)

    assert verdict.status == 0, verdict.said
    assert verdict.cases > 300
