"""Reviews as JSON: those that are shown for everybody, what is kept for whoever may read it."""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import UTC, datetime

from flask import Blueprint, Response, jsonify, request

from engine.domain import State, SubjectId, TopicId
from engine.domain.access import Permission
from engine.errors import BadValueError
from engine.showing import kept_reviews, shown_reviews
from engine.store import WantedReviews
from review_site.access import needs, require_subject, who
from review_site.api.review_json import as_json, kept_json
from review_site.api.snippets import asked_limit
from review_site.asking import asked_locale, instance
from review_site.conditional import tagged, unchanged
from review_site.feeds import state_of
from review_site.wiring import now

MOMENT = re.compile(r"[12][0-9]{3}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}:[0-9]{2}(Z|[+-][0-9]{2}:[0-9]{2}))?")
"""RFC 3339; a date alone is its midnight in UTC."""
YES_NO = {"true": True, "false": False}


def register(blueprint: Blueprint) -> None:
    blueprint.add_url_rule("/reviews", view_func=reviews)


def reviews() -> Response:
    """Reviews of the whole shop, those written last first."""
    states = _asked_states()
    return kept(states) if states else shown()


def shown() -> Response:
    """Who has the page already is answered from the number of the newest event, without building it."""
    locale, wanted, known = asked_locale(), asked_reviews(), instance()
    with known.store.reading() as transaction:
        etag = state_of(known, transaction.events.settled(), request.full_path)
        # Which reviews speak of a topic changes without an event.
        if wanted.topic is None and (unmoved := unchanged(etag)) is not None:
            return unmoved
        page = shown_reviews(transaction, wanted, known.settings, now())
    base = known.settings.base_url
    response = jsonify(items=[as_json(each, base, locale) for each in page.reviews], next=page.following)
    return response if wanted.topic else tagged(response, etag)


@needs(Permission.READ)
def kept(states: AbstractSet[State]) -> Response:
    """What is kept in some states; a key that is for some subjects reaches no others."""
    reader, locale, wanted, known = who(), asked_locale(), asked_reviews(), instance()
    for each in wanted.subjects:
        require_subject(reader, each)
    reached = replace(wanted, states=states, subjects=wanted.subjects or reader.subjects)
    with known.store.reading() as transaction:
        page = kept_reviews(transaction, reached, known.settings, now())
    said = [kept_json(each, known.settings.base_url, locale) for each in page.reviews]
    return jsonify(items=said, next=page.following)


def asked_reviews() -> WantedReviews:
    """The filters of the query.

    Raises BadValueError naming the parameter.
    """
    asked = request.args
    subject, topic, language = (asked.get(name) or None for name in ("subject", "topic", "language"))
    return WantedReviews(
        limit=asked_limit(),
        after=asked.get("after") or None,
        subjects=frozenset({SubjectId(subject)} if subject else ()),
        topic=TopicId(topic) if topic else None,
        star=_asked_star(),
        language=language,
        verified=_asked_yes_or_no("verified"),
        since=_asked_moment("since"),
    )


def _asked_states() -> AbstractSet[State]:
    asked = request.args.get("state")
    if asked is None:
        return frozenset()
    if asked not in set(State):
        raise BadValueError(f"state: must be one of {', '.join(State)}")
    return frozenset({State(asked)})


def _asked_star() -> int | None:
    star = request.args.get("star")
    if star is not None and star not in set("12345"):
        raise BadValueError("star: must be a number of stars from 1 to 5")
    return int(star) if star else None


def _asked_yes_or_no(name: str) -> bool | None:
    asked = request.args.get(name)
    if asked is not None and asked not in YES_NO:
        raise BadValueError(f"{name}: must be true or false")
    return None if asked is None else YES_NO[asked]


def _asked_moment(name: str) -> datetime | None:
    asked = request.args.get(name)
    if asked is None:
        return None
    if not MOMENT.fullmatch(asked):
        raise BadValueError(f"{name}: must be a date like 2026-09-30, or a time like 2026-09-30T14:05:00Z")
    try:
        found = datetime.fromisoformat(asked)
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError) as error:
        raise BadValueError(f"{name}: there is no such time") from error
