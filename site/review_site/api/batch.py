"""Many snippets in one request: a page that embeds several asks once, and gets only those that it does not have."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, jsonify, request

from engine.domain import Locale, Problem, Scope, Severity, Snippet, SnippetKey
from engine.errors import BadValueError, MistakesError
from review_site.api.snippets import address
from review_site.asking import instance
from review_site.snippet_server import matches

MOST = 100
LONGEST = 400
"""Characters of a value."""
NAMES = frozenset({"scope", "id", "name", "locale", "etag"})
RULE = "snippets-batch"
NO_TEXT = re.compile("[\0\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Asked:
    """One line of the question."""

    key: SnippetKey
    etag: str
    """What the asker has, without quotes; empty: nothing."""


def register(blueprint: Blueprint) -> None:
    blueprint.add_url_rule("/snippets/batch", view_func=batch, methods=["POST"])


def batch() -> Response:
    """The snippets in the order in which they were asked for, each with its own status; nothing is changed by it."""
    asked = read_batch(_body(), instance().settings.default_locale)
    with instance().store.reading() as transaction:
        found = transaction.snippets.among({each.key for each in asked})
    return jsonify(items=[_answer(each, found.get(each.key)) for each in asked])


def read_batch(said: Any, default: Locale) -> list[Asked]:
    """What ``{"items": [{"scope", "id", "name", "locale", "etag"}, ...]}`` asks for; the last two may be missing.

    Raises MistakesError with everything that is wrong.
    """
    lines = said.get("items") if isinstance(said, dict) else None
    if not isinstance(lines, list) or not 1 <= len(lines) <= MOST:
        raise _refused([_problem("$.items", f"must be a list of 1 to {MOST} snippets")])
    problems = [each for place, line in enumerate(lines) for each in _problems(f"$.items[{place}]", line)]
    if problems:
        raise _refused(problems)
    return [_asked(line, default) for line in lines]


def _body() -> Any:
    try:
        return request.get_json()
    except RecursionError as error:
        raise BadValueError("the body is nested too deep") from error


def _refused(problems: Sequence[Problem]) -> MistakesError:
    return MistakesError("the question is not understood", [each.as_mapping() for each in problems])


def _problems(path: str, line: Any) -> list[Problem]:
    if not isinstance(line, dict):
        return [_problem(path, "must be an object with scope, id and name")]
    wrong = [_problem(f"{path}.{name}", "is not known here") for name in sorted(line.keys() - NAMES)]
    wrong += [
        _problem(f"{path}.{name}", f"must be a text of 1 to {LONGEST} characters")
        for name in ("id", "name")
        if not _is_text(line.get(name)) or not line[name]
    ]
    if line.get("scope") not in tuple(Scope):
        wrong.append(_problem(f"{path}.scope", f"must be one of {', '.join(Scope)}"))
    wrong += [
        _problem(f"{path}.{name}", f"must be a text of at most {LONGEST} characters")
        for name in ("locale", "etag")
        if line.get(name) is not None and not _is_text(line[name])
    ]
    return wrong


def _is_text(value: Any) -> bool:
    # No database takes a NUL or half of a surrogate pair, which JSON can spell.
    return isinstance(value, str) and len(value) <= LONGEST and not NO_TEXT.search(value)


def _problem(path: str, message: str) -> Problem:
    return Problem(rule=RULE, severity=Severity.ERROR, path=path, message=message)


def _asked(line: Mapping[str, Any], default: Locale) -> Asked:
    key = SnippetKey(
        scope=Scope(line["scope"]), scope_id=line["id"], name=line["name"], locale=Locale(line.get("locale") or default)
    )
    return Asked(key, line.get("etag") or "")


def _answer(asked: Asked, found: Snippet | None) -> dict[str, Any]:
    key = asked.key
    said: dict[str, Any] = {"scope": key.scope, "id": key.scope_id, "name": key.name, "locale": key.locale}
    if found is None:
        return said | {"status": HTTPStatus.NOT_FOUND}
    said |= {"etag": found.etag, "version": found.version, "media_type": found.media_type}
    said |= {"url": address(key.scope, key.scope_id, key.name, key.locale)}
    if asked.etag and matches(asked.etag, found.etag):
        return said | {"status": HTTPStatus.NOT_MODIFIED}
    return said | {"status": HTTPStatus.OK, "body": found.body.decode()}
