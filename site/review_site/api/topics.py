"""Topics of the whole shop and their snippets, as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, jsonify, request

from engine.domain import Scope, SourceId, Topic, TopicId
from engine.errors import NotFoundError
from engine.rights import oldest_allowed
from engine.store import TopicCounts, Transaction
from review_site.api.snippets import asked_limit, listing, other_way
from review_site.asking import asked_topic_locale, instance
from review_site.wiring import now

MOST_SUBJECTS = 100


def register(blueprint: Blueprint) -> None:
    blueprint.add_url_rule("/topics", view_func=index, endpoint="topics")
    blueprint.add_url_rule("/topics/<topic>", view_func=show, endpoint="topic")
    blueprint.add_url_rule("/topics/<topic>/snippets", view_func=snippets, endpoint="topic_snippets")
    blueprint.add_url_rule("/topics/<topic>/snippets/<name>", view_func=snippet, endpoint="topic_snippet")


def index() -> Response:
    limit, language = asked_limit(), request.args.get("language")
    with instance().store.reading() as transaction:
        found = transaction.topics.page(language, after=request.args.get("after", ""), limit=limit + 1)
        counts = transaction.topics.counts([each.id for each in found[:limit]], _oldest(transaction))
    following = found[limit - 1].id if len(found) > limit else None
    return jsonify(items=[_topic(each, counts[each.id]) for each in found[:limit]], next=following)


def show(topic: str) -> Response:
    with instance().store.reading() as transaction:
        found = transaction.topics.find(TopicId(topic))
        oldest = _oldest(transaction)
        counts = transaction.topics.counts([found.id], oldest)[found.id]
        about = transaction.topics.subjects(found.id, MOST_SUBJECTS, oldest)
        subjects = transaction.subjects.among([each for each, _ in about])
        blocked = transaction.snippets.blocked(found.id, Scope.TOPIC)
    return jsonify(
        **_topic(found, counts),
        phrases=list(found.phrases),
        subjects=[
            {"id": each, "name": subjects[each].name, "reviews": count, "url": f"/v1/subjects/{quote(each, safe='')}"}
            for each, count in about
        ],
        blocked={locale: [each.as_mapping() for each in problems] for (_, locale), problems in blocked.items()},
    )


def snippets(topic: str) -> Response:
    return listing(Scope.TOPIC, _found(topic).id)


def snippet(topic: str, name: str) -> Response:
    """Answers what the snippet server left: a locale that is not said or spelt otherwise, or why there is nothing."""
    found = _found(topic)
    locale = asked_topic_locale(found)
    if found.is_retired:
        raise NotFoundError(f"nobody speaks of {found.id} any more")
    return other_way(
        Scope.TOPIC, found.id, name, locale, f"there is nothing to say as {name} about {found.id} in {locale} yet"
    )


def _oldest(transaction: Transaction) -> Mapping[SourceId, datetime]:
    return oldest_allowed(transaction.sources.all().values(), now())


def _found(topic: str) -> Topic:
    with instance().store.reading() as transaction:
        return transaction.topics.find(TopicId(topic))


def _topic(each: Topic, counts: TopicCounts) -> dict[str, Any]:
    return {
        "id": each.id,
        "name": each.name,
        "language": each.language,
        "tag": each.tag,
        "is_retired": each.is_retired,
        "reviews_shown": counts.reviews,
        "subjects_shown": counts.subjects,
        "page": f"{instance().settings.base_url}/topics/{quote(each.id, safe='')}",
        "snippets": f"/v1/topics/{quote(each.id, safe='')}/snippets",
    }
