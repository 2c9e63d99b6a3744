"""Tests of bodies: what is no strict JSON within bounds is refused before any schema is asked."""

from __future__ import annotations

import json
import tracemalloc
from time import perf_counter

import pytest
from flask import Flask

from engine.errors import BadValueError, MistakesError
from review_site.api.bodies import DEEPEST, NDJSON, is_shallow, judged, parsed, rows

FINE = {"subject": "kettle", "consent": {"uses": ["display"], "wording": "I agree"}}


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"{'a': 1}", id="single quotes"),
        pytest.param(b'{"a": 1,}', id="a comma too many"),
        pytest.param(b'{"a": 1, "a": 2}', id="a name twice"),
        pytest.param(b'{"a": {"b": 1, "b": 1}}', id="a name twice within"),
        pytest.param(b'{"a": NaN}', id="not a number"),
        pytest.param(b'{"a": -Infinity}', id="infinity"),
        pytest.param(b'{"a": 1e999}', id="more than any number"),
        pytest.param(b'{"a": ' + b"9" * 5_000 + b"}", id="thousands of digits"),
        pytest.param(b'{"a": "\\ud800"}', id="half of a character"),
        pytest.param(b'{"a": ["x", "\\u0000"]}', id="NUL in a list"),
        pytest.param(b'{"\\udfff": 1}', id="half of a character as a name"),
        pytest.param(b'{"a": "\xff"}', id="not UTF-8"),
        pytest.param("\ufeff{}".encode(), id="a byte order mark"),
        pytest.param('{"a": 1}'.encode("utf-16"), id="UTF-16"),
        pytest.param(b"[" * 100_000 + b"]" * 100_000, id="deep"),
        pytest.param(b"[" * 100_000, id="deep and never closed"),
        pytest.param(b'{"a":' * 100_000, id="deep objects, never closed"),
    ],
)
def test_what_is_no_strict_json_is_refused(raw: bytes) -> None:
    with pytest.raises(BadValueError):
        parsed(raw)


def test_brackets_in_a_text_are_not_depth() -> None:
    said = {"a": "[" * 500 + '"\\' + "{" * 500}

    assert parsed(json.dumps(said).encode()) == said


@pytest.mark.parametrize(("depth", "fits"), [(1, True), (DEEPEST, True), (DEEPEST + 1, False), (1_000, False)])
def test_depth_is_counted_over_both_kinds_of_brackets(depth: int, fits: bool) -> None:
    half = depth // 2
    raw = b'{"a":' * half + b"[" * (depth - half) + b"]" * (depth - half) + b"}" * half

    assert is_shallow(raw) is fits


@pytest.mark.parametrize(
    "raw",
    [b'"' + b'\\"' * 2_000_000, b'"' * 3_000_001, b"[]" * 2_000_000, b'{"a":"\\' * 500_000],
    ids=["quotes", "open", "pairs", "backslashes"],
)
def test_hostile_bodies_take_no_time_to_look_at(raw: bytes) -> None:
    begun = perf_counter()

    is_shallow(raw)

    assert perf_counter() - begun < 5


def test_all_mistakes_are_told_at_once_with_their_places() -> None:
    said = {"subject": "a b", "rating": {"value": 4, "of": 5}, "state": "approved", "consent": {"uses": ["sell"]}}

    found = {each.path for each in judged("ReviewCreate", said)}

    assert {"$", "$.subject", "$.consent", "$.consent.uses[0]"} <= found


def test_no_message_repeats_what_was_sent() -> None:
    said = FINE | {"title": "owen@larkfield.example " * 100, "rating": "owen@larkfield.example"}

    problems = judged("ReviewCreate", said)

    assert len(problems) == 2
    assert all("owen@" not in each.message for each in problems)


@pytest.mark.parametrize(
    "member",
    [
        "id",
        "state",
        "decision",
        "rights_class",
        "standing",
        "received_at",
        "source_id",
        "voice",
        "helpful",
        "__class__",
    ],
)
def test_what_only_we_decide_cannot_be_sent(member: str) -> None:
    assert judged("ReviewCreate", FINE) == []

    assert [each.rule for each in judged("ReviewCreate", FINE | {member: "approved"})] == ["body-additionalProperties"]


def test_a_body_of_more_values_than_any_schema_knows_is_refused_before_it_is_judged() -> None:
    with pytest.raises(BadValueError, match="more than 100,000 values"):
        parsed(b"[" + b"0," * 100_001 + b"0]")

    assert parsed(b'["' + b"," * 100_001 + b'"]') == ["," * 100_001]


def test_lines_without_end_are_refused_before_one_is_read() -> None:
    raw = b"{\n" * 100_000
    with Flask("anybody").test_request_context(method="POST", data=raw, content_type=NDJSON):
        tracemalloc.start()

        with pytest.raises(MistakesError):
            next(rows("ReviewCreate"))

        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert most < 4 * len(raw)
