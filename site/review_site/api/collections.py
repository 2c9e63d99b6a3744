"""Collections of reviews that were picked by hand, and their snippets, as JSON."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, jsonify, request

from engine.domain import Collection, CollectionId, Scope
from engine.rights import oldest_allowed
from engine.store import CollectionCounts
from review_site.api.snippets import asked_limit, listing, other_way
from review_site.asking import asked_locale, instance
from review_site.wiring import now


def register(blueprint: Blueprint) -> None:
    below = "/collections/<collection>"
    blueprint.add_url_rule("/collections", view_func=index, endpoint="collections")
    blueprint.add_url_rule(below, view_func=show, endpoint="collection")
    blueprint.add_url_rule(f"{below}/snippets", view_func=snippets, endpoint="collection_snippets")
    blueprint.add_url_rule(f"{below}/snippets/<name>", view_func=snippet, endpoint="collection_snippet")


def index() -> Response:
    limit = asked_limit()
    with instance().store.reading() as transaction:
        found = transaction.collections.page(after=request.args.get("after", ""), limit=limit + 1)
        oldest = oldest_allowed(transaction.sources.all().values(), now())
        counts = transaction.collections.counts([each.id for each in found[:limit]], oldest)
    following = found[limit - 1].id if len(found) > limit else None
    return jsonify(items=[_collection(each, counts[each.id]) for each in found[:limit]], next=following)


def show(collection: str) -> Response:
    with instance().store.reading() as transaction:
        found = transaction.collections.find(CollectionId(collection))
        oldest = oldest_allowed(transaction.sources.all().values(), now())
        counts = transaction.collections.counts([found.id], oldest)[found.id]
        about = transaction.collections.subjects(found.id, oldest)
        subjects = transaction.subjects.among([each for each, _ in about])
        blocked = transaction.snippets.blocked(found.id, Scope.COLLECTION)
    return jsonify(
        **_collection(found, counts),
        subjects=[
            {"id": each, "name": subjects[each].name, "reviews": count, "url": f"/v1/subjects/{quote(each, safe='')}"}
            for each, count in about
        ],
        blocked={locale: [each.as_mapping() for each in problems] for (_, locale), problems in blocked.items()},
    )


def snippets(collection: str) -> Response:
    return listing(Scope.COLLECTION, _found(collection).id)


def snippet(collection: str, name: str) -> Response:
    """Answers what the snippet server left: a locale that is spelt otherwise, or a reason why there is nothing."""
    found, locale = _found(collection), asked_locale()
    why_not = f"there is nothing to say as {name} about {found.id} in {locale} yet"
    return other_way(Scope.COLLECTION, found.id, name, locale, why_not)


def _found(collection: str) -> Collection:
    with instance().store.reading() as transaction:
        return transaction.collections.find(CollectionId(collection))


def _collection(each: Collection, counts: CollectionCounts) -> dict[str, Any]:
    return {
        "id": each.id,
        "name": each.name,
        "reviews_shown": counts.reviews,
        "subjects_shown": counts.subjects,
        "page": f"{instance().settings.base_url}/collections/{quote(each.id, safe='')}",
        "snippets": f"/v1/collections/{quote(each.id, safe='')}/snippets",
    }
