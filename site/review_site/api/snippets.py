"""The snippets of one page, whatever it is about: their list, and the way to one that is asked for otherwise."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from flask import Response, jsonify, request

from engine.domain import Locale, Problem, Scope, Snippet
from engine.errors import NotFoundError
from review_site.asking import asked_number, instance
from review_site.embed.options import asks_for_more
from review_site.embed.snippets import answer_otherwise

LARGEST_PAGE = 200


def listing(scope: Scope, scope_id: str) -> Response:
    """The snippets that are served of one page, in all locales."""
    limit, after = asked_limit(), request.args.get("after", "")
    with instance().store.reading() as transaction:
        listed = transaction.snippets.listed(scope, scope_id, after=after, limit=limit + 1)
    last = listed[limit - 1].key if len(listed) > limit else None
    following = f"{last.name}/{last.locale}" if last else None
    return jsonify(items=[_as_json(each) for each in listed[:limit]], next=following)


def other_way(scope: Scope, scope_id: str, name: str, locale: Locale, why_not: str) -> Response:
    """Answers another view or form of the snippet; where neither is asked for, sends on to its own address.

    Raises NotFoundError where there is none; ``why_not`` is the reason where nothing else is.
    """
    if asks_for_more():
        return answer_otherwise(scope, scope_id, name, locale)
    with instance().store.reading() as transaction:
        blocked = transaction.snippets.blocked(scope_id, scope).get((scope_id, locale), ())
        there_is = any(
            each.key.name == name and each.key.locale == locale
            for each in transaction.snippets.listed(scope, scope_id, limit=10_000)
        )
    if not there_is:
        raise NotFoundError(_why_nothing(scope, scope_id, name, locale, blocked) or why_not)
    response = Response(status=307)
    response.headers["Location"] = address(scope, scope_id, name, locale)
    return response


def asked_limit() -> int:
    """The ``?limit=`` of a list.

    Raises BadValueError naming the parameter.
    """
    return asked_number("limit", 50, LARGEST_PAGE)


def address(scope: Scope, scope_id: str, name: str, locale: Locale) -> str:
    return f"/v1/{scope}s/{quote(scope_id, safe='')}/snippets/{quote(name, safe='')}?locale={locale}"


def _why_nothing(scope: Scope, scope_id: str, name: str, locale: Locale, blocked: tuple[Problem, ...]) -> str:
    makers = {each.name: each for each in instance().publisher.generators}
    if name not in makers:
        return f"no snippet is called {name!r}; /v1/{scope}s/{scope_id}/snippets lists those there are"
    if scope not in makers[name].scopes:
        return f"{name} is made of no {scope}; /v1/{scope}s/{scope_id}/snippets lists what is"
    if blocked:
        return f"{name} is not published in {locale}: {blocked[0].message}"
    return ""


def _as_json(each: Snippet) -> dict[str, Any]:
    key = each.key
    return {
        "name": key.name,
        "locale": key.locale,
        "media_type": each.media_type,
        "etag": each.etag,
        "version": each.version,
        "url": address(key.scope, key.scope_id, key.name, key.locale),
    }
