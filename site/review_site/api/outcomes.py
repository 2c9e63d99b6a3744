"""What became of each row of a bulk request: one bad row stops no other, and each is answered in its place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import Blueprint, Response, jsonify

from engine.domain import Problem, Severity
from engine.signals import Fate

Row = Mapping[str, Any]


def bulk_answer(answers: Mapping[int, Row]) -> Response:
    """The rows in the order in which they came, and how many had which fate."""
    items = [{"row": number, **answers[number]} for number in sorted(answers)]
    counts = Counter(each["fate"] for each in items)
    return jsonify(items=items, counts={fate.value: counts[fate] for fate in Fate})


def add_bulk_route(blueprint: Blueprint, rule: str, endpoint: str, view: Callable[..., Response]) -> None:
    """A route that takes many; its last word would pass for an id, and what can be asked of that is not asked of it."""
    blueprint.add_url_rule(rule, endpoint, view, methods=["POST"], provide_automatic_options=False)
    options = f"{endpoint}_options"
    blueprint.add_url_rule(rule, options, _only_posts, methods=["OPTIONS"], provide_automatic_options=False)


def _only_posts() -> Response:
    return Response(headers={"Allow": "OPTIONS, POST"})


def refused(problems: Sequence[Problem]) -> Row:
    return {"fate": Fate.REFUSED, "problems": [as_mapping(each) for each in problems]}


def out_of_reach(number: int) -> Problem:
    return Problem(
        rule="access-subject",
        severity=Severity.ERROR,
        path=f"$[{number}].subject",
        message="this key does not reach that subject",
        fix="use a key that does",
    )


def as_mapping(problem: Problem) -> dict[str, str]:
    """A problem with its path in the words of JSON: intake says fields of a place."""
    return {**problem.as_mapping(), "path": problem.path.replace(", field ", ".")}
