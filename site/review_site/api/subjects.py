"""Subjects and their snippets, as JSON."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, jsonify, request

from engine.domain import Locale, Problem, RatingSummary, Scope, Snippet, Subject, SubjectId, why_no_stars
from engine.errors import BadValueError, NotFoundError
from engine.material import select_material
from review_site.asking import asked_locale, instance
from review_site.wiring import now

LARGEST_PAGE = 200


def register(blueprint: Blueprint) -> None:
    blueprint.add_url_rule("/subjects", view_func=index)
    blueprint.add_url_rule("/subjects/<subject>", view_func=show)
    blueprint.add_url_rule("/subjects/<subject>/snippets", view_func=snippets)
    blueprint.add_url_rule("/subjects/<subject>/snippets/<name>", view_func=snippet)


def index() -> Response:
    limit = _limit()
    with instance().store.reading() as transaction:
        found = transaction.subjects.page(after=request.args.get("after", ""), limit=limit + 1)
    following = found[limit - 1].id if len(found) > limit else None
    return jsonify(items=[_subject(each) for each in found[:limit]], next=following)


def show(subject: str) -> Response:
    with instance().store.reading() as transaction:
        found = transaction.subjects.find(SubjectId(subject))
        material = select_material(transaction, found, asked_locale(), instance().settings, now=now())
        blocked = transaction.snippets.blocked(found.id)
    return jsonify(
        **_subject(found),
        rating=_rating(material.summary),
        other_sources=[
            {"source": each.source_id, "name": each.name, "rating": _rating(each.summary)} for each in material.others
        ],
        reviews_shown=material.total_shown,
        blocked={locale: [each.as_mapping() for each in problems] for (_, locale), problems in blocked.items()},
    )


def snippets(subject: str) -> Response:
    limit, after = _limit(), request.args.get("after", "")
    with instance().store.reading() as transaction:
        found = transaction.subjects.find(SubjectId(subject))
        listed = transaction.snippets.listed(Scope.SUBJECT, found.id, after=after, limit=limit + 1)
    last = listed[limit - 1].key if len(listed) > limit else None
    following = f"{last.name}/{last.locale}" if last else None
    return jsonify(items=[_snippet(each) for each in listed[:limit]], next=following)


def snippet(subject: str, name: str) -> Response:
    """Answers what the snippet server left: a locale that is spelt otherwise, or a reason why there is nothing."""
    locale = asked_locale()
    known = instance()
    with known.store.reading() as transaction:
        found = transaction.subjects.find(SubjectId(subject))
        blocked = transaction.snippets.blocked(found.id).get((found.id, locale), ())
        there_is = any(
            each.key.name == name and each.key.locale == locale
            for each in transaction.snippets.listed(Scope.SUBJECT, found.id, limit=10_000)
        )
    if there_is:
        response = Response(status=307)
        response.headers["Location"] = _address(found.id, name, locale)
        return response
    raise NotFoundError(_why_nothing(found, name, locale, blocked))


def _why_nothing(subject: Subject, name: str, locale: Locale, blocked: tuple[Problem, ...]) -> str:
    if name not in {each.name for each in instance().publisher.generators}:
        return f"no snippet is called {name!r}; /v1/subjects/{subject.id}/snippets lists those there are"
    if blocked:
        return f"{name} is not published in {locale}: {blocked[0].message}"
    if name in ("jsonld", "jsonld-nodes") and (why := why_no_stars(subject)):
        return why
    return f"there is nothing to say as {name} about {subject.id} in {locale} yet"


def _limit() -> int:
    text = request.args.get("limit", "50")
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:6]) <= LARGEST_PAGE:
        raise BadValueError(f"limit: must be a whole number from 1 to {LARGEST_PAGE}")
    return int(text)


def _address(subject: SubjectId, name: str, locale: Locale) -> str:
    return f"/v1/subjects/{quote(subject, safe='')}/snippets/{quote(name, safe='')}?locale={locale}"


def _subject(each: Subject) -> dict[str, Any]:
    return {
        "id": each.id,
        "type": each.type,
        "name": each.name,
        "url": each.url,
        "controlled_by": each.controlled_by,
        "identifiers": dict(each.identifiers),
        "page": f"{instance().settings.base_url}/reviews/{quote(each.id, safe='')}",
        "snippets": f"/v1/subjects/{quote(each.id, safe='')}/snippets",
    }


def _rating(summary: RatingSummary) -> dict[str, Any] | None:
    if summary.mean is None:
        return None
    return {
        "rating_value": float(summary.mean),
        "rating_count": summary.rated,
        "review_count": summary.with_text,
        "histogram": dict(zip("12345", summary.histogram, strict=True)),
    }


def _snippet(each: Snippet) -> dict[str, Any]:
    return {
        "name": each.key.name,
        "locale": each.key.locale,
        "media_type": each.media_type,
        "etag": each.etag,
        "version": each.version,
        "url": _address(SubjectId(each.key.scope_id), each.key.name, each.key.locale),
    }
