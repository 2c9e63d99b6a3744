"""Subjects and their snippets, as JSON."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, jsonify, request

from engine.domain import Locale, RatingSummary, Scope, Subject, SubjectId, why_no_stars
from engine.material import select_material
from engine.store import Transaction
from review_site.api.entries import details
from review_site.api.snippets import asked_limit, listing, other_way
from review_site.asking import asked_locale, instance
from review_site.wiring import now


def register(blueprint: Blueprint) -> None:
    blueprint.add_url_rule("/subjects", view_func=index)
    blueprint.add_url_rule("/subjects/<subject>", view_func=show)
    blueprint.add_url_rule("/subjects/<subject>/snippets", view_func=snippets)
    blueprint.add_url_rule("/subjects/<subject>/snippets/<name>", view_func=snippet)


def index() -> Response:
    limit = asked_limit()
    with instance().store.reading() as transaction:
        found = transaction.subjects.page(after=request.args.get("after", ""), limit=limit + 1)
    following = found[limit - 1].id if len(found) > limit else None
    return jsonify(items=[_subject(each) for each in found[:limit]], next=following)


def show(subject: str) -> Response:
    with instance().store.reading() as transaction:
        return shown(transaction, SubjectId(subject))


def shown(transaction: Transaction, subject: SubjectId) -> Response:
    """A subject with its rating and all that its entry says, and an ETag of the whole.

    Raises NotFoundError.
    """
    found = transaction.subjects.find(subject)
    material = select_material(transaction, found, asked_locale(), instance().settings, now=now())
    blocked = transaction.snippets.blocked(found.id)
    response = jsonify(
        **_subject(found),
        **details(found),
        rating=_rating(material.summary),
        other_sources=[
            {"source": each.source_id, "name": each.name, "rating": _rating(each.summary)} for each in material.others
        ],
        reviews_shown=material.total_shown,
        blocked={locale: [each.as_mapping() for each in problems] for (_, locale), problems in blocked.items()},
    )
    response.add_etag()
    return response


def snippets(subject: str) -> Response:
    with instance().store.reading() as transaction:
        found = transaction.subjects.find(SubjectId(subject))
    return listing(Scope.SUBJECT, found.id)


def snippet(subject: str, name: str) -> Response:
    """Answers what the snippet server left: a locale that is spelt otherwise, or a reason why there is nothing."""
    locale = asked_locale()
    with instance().store.reading() as transaction:
        found = transaction.subjects.find(SubjectId(subject))
    return other_way(Scope.SUBJECT, found.id, name, locale, _why_nothing(found, name, locale))


def _why_nothing(subject: Subject, name: str, locale: Locale) -> str:
    if name in ("jsonld", "jsonld-nodes") and (why := why_no_stars(subject)):
        return why
    return f"there is nothing to say as {name} about {subject.id} in {locale} yet"


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
