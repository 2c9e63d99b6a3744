"""Searching over HTTP: what is shown for everybody, what is kept for whoever may read it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from flask import Blueprint, Response, jsonify, request
from limits import RateLimitItemPerMinute
from werkzeug.exceptions import TooManyRequests

from engine.domain import Permission, Problem, ReviewId, SubjectId
from engine.domain.search import Facet, Sorting
from engine.errors import BadValueError
from engine.search.narrowing import Wish
from review_site.access import needs, require_subject, who
from review_site.access.guard import MOST_PER_MINUTE as MOST_OF_A_KEY
from review_site.api.found_json import found_json, hit_json
from review_site.api.snippets import asked_limit
from review_site.asked_questions import as_problems, asks_for_states, facet_of, read_question
from review_site.asking import asked_locale, instance
from review_site.visitors import asks_too_often, count_one, sender
from review_site.wiring import now

MOST_PER_MINUTE = 120
"""Searches of one stranger; each costs more than a page."""
WAIT_SECONDS = 60
MOST_SUGGESTED = 20


def register(blueprint: Blueprint) -> None:
    blueprint.add_url_rule("/testimonials/search", view_func=search)
    blueprint.add_url_rule("/testimonials/suggest", view_func=suggest)
    blueprint.add_url_rule("/testimonials/<review>/similar", view_func=similar)


def search() -> Response:
    """Reviews that have the words, narrowed by facets, with the counts of each."""
    selected = {str(facet): values for facet in Facet if (values := request.args.getlist(facet))}
    asked, misread = read_question(request.args.get("q", ""), selected)
    problems = as_problems(misread)
    wish = Wish(
        asked=asked,
        sorting=_asked_sorting(),
        limit=asked_limit(),
        after=request.args.get("after") or None,
        whole=frozenset(facet_of(each) for each in request.args.getlist("values")),
    )
    if asks_for_states(asked):
        return kept(wish, problems)
    _refuse_too_many()
    return _answered(wish, problems)


@needs(Permission.READ)
def kept(wish: Wish, problems: Sequence[Problem]) -> Response:
    """What is kept in some states; a key that is for some subjects reaches no others."""
    reader = who()
    for each in wish.asked.facets.get(Facet.SUBJECT, ()):
        require_subject(reader, SubjectId(each))
    return _answered(_for_reader(wish), problems)


@needs(Permission.READ)
def suggest() -> Response:
    """Words that begin as the last one of the question."""
    start = request.args.get("q", "").split(" ")[-1][:100]
    wish = _for_reader(Wish(limit=MOST_SUGGESTED))
    with instance().store.reading() as transaction:
        found = (
            instance().searching.suggest(transaction, start, wish, now(), request.args.get("language") or None)
            if start
            else ()
        )
    return jsonify(items=[{"text": each.text, "count": each.count} for each in found], next=None)


def similar(review: str) -> Response:
    """Shown reviews that share what is particular about a shown one."""
    _refuse_too_many()
    locale, base_url = asked_locale(), instance().settings.base_url
    with instance().store.reading() as transaction:
        hits = instance().searching.similar(transaction, ReviewId(review), Wish(limit=asked_limit()), now())
    return jsonify(items=[hit_json(each, base_url, locale) for each in hits], next=None)


def _answered(wish: Wish, problems: Sequence[Problem]) -> Response:
    locale = asked_locale()
    with instance().store.reading() as transaction:
        found = instance().searching.search(transaction, wish, now())
    return jsonify(found_json(found, problems, instance().settings.base_url, locale))


def _for_reader(wish: Wish) -> Wish:
    return replace(wish, is_for_readers=True, subjects=who().subjects)


def _asked_sorting() -> Sorting | None:
    asked = request.args.get("sort")
    if asked is not None and asked not in set(Sorting):
        raise BadValueError(f"sort: must be one of {', '.join(Sorting)}")
    return None if asked is None else Sorting(asked)


def _refuse_too_many() -> None:
    """Strangers are counted by their address; whoever shows a key is counted as on every route that takes one."""
    if "Authorization" in request.headers:
        if asks_too_often(who().name, MOST_OF_A_KEY):
            raise TooManyRequests("this is asked too often", retry_after=WAIT_SECONDS)
    elif not count_one(RateLimitItemPerMinute(MOST_PER_MINUTE), "searches of", sender()):
        raise TooManyRequests("this is asked too often", retry_after=WAIT_SECONDS)
