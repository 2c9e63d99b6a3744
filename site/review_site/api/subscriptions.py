"""Who is told by webhook, and what came of it, under /v1/subscriptions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, jsonify, request

from engine.domain import DeliveryState, Permission, SubjectId, Subscription, SubscriptionId
from engine.errors import BadValueError, NotFoundError
from engine.store import Transaction
from engine.subscribing import Subscribing
from review_site.access import needs, require_subject, who
from review_site.api.bodies import body
from review_site.api.snippets import asked_limit
from review_site.asking import instance
from review_site.subscription_tables import delivery_mapping, subscription_mapping, with_secret
from review_site.telling import subscribing
from review_site.wiring import now


def register(blueprint: Blueprint) -> None:
    one = "/subscriptions/<subscription>"
    for path, view, method in (
        ("/subscriptions", index, "GET"),
        ("/subscriptions", create, "POST"),
        (one, show, "GET"),
        (one, remove, "DELETE"),
        (f"{one}/deliveries", deliveries, "GET"),
        (f"{one}/ping", ping, "POST"),
        (f"{one}/rotate", rotate, "POST"),
        (f"{one}/enable", enable, "POST"),
        (f"{one}/replay", replay, "POST"),
    ):
        blueprint.add_url_rule(path, f"subscription_{view.__name__}", view, methods=[method])


@needs(Permission.SUBSCRIBE)
def index() -> Response:
    limit, after = asked_limit(), request.args.get("after", "")
    found: list[Subscription] = []
    with instance().store.reading() as transaction:
        # A page may hold fewer than were read: a key that is limited to subjects does not see the others.
        read = transaction.subscriptions.page(after=after, limit=limit + 1)
        found = [each for each in read[:limit] if _reaches(each)]
    following = read[limit - 1].id if len(read) > limit else None
    return jsonify(items=[subscription_mapping(each) for each in found], next=following)


@needs(Permission.SUBSCRIBE)
def create() -> tuple[Response, HTTPStatus]:
    """The one answer, beside that of ``rotate``, that holds a secret."""
    asked = body("SubscriptionCreate")
    subjects = frozenset(SubjectId(each) for each in asked.get("subjects", ()))
    _require_reach(subjects)
    with instance().store.writing() as transaction:
        made = subscribing(instance(), transaction, who().name).add(
            asked["url"], events=asked.get("events", ()), subjects=subjects, note=asked.get("note", "")
        )
    response = jsonify(with_secret(made))
    response.headers["Location"] = f"/v1/subscriptions/{made.id}"
    return response, HTTPStatus.CREATED


@needs(Permission.SUBSCRIBE)
def show(subscription: str) -> Response:
    with instance().store.reading() as transaction:
        kept = _reachable(transaction, subscription)
        counts = transaction.deliveries.counts(kept.id)
    states = {str(state): counts.get(state, 0) for state in DeliveryState}
    return jsonify(**subscription_mapping(kept), deliveries=states)


@needs(Permission.SUBSCRIBE)
def remove(subscription: str) -> tuple[str, HTTPStatus]:
    with _changing(subscription) as (can, wanted):
        can.remove(wanted)
    return "", HTTPStatus.NO_CONTENT


@needs(Permission.SUBSCRIBE)
def deliveries(subscription: str) -> Response:
    limit, before, state = asked_limit(), request.args.get("after"), request.args.get("state")
    if before and not (before.isascii() and before.isdigit() and len(before) < 19):
        raise BadValueError("after: must be the next of the page before")
    if state is not None and state not in set(DeliveryState):
        raise BadValueError(f"state: must be one of {', '.join(DeliveryState)}")
    with instance().store.reading() as transaction:
        kept = _reachable(transaction, subscription)
        found = transaction.deliveries.of(
            kept.id,
            before=int(before) if before else None,
            state=DeliveryState(state) if state else None,
            limit=limit + 1,
        )
    following = str(found[limit - 1][0].event) if len(found) > limit else None
    return jsonify(items=[delivery_mapping(*each) for each in found[:limit]], next=following)


@needs(Permission.SUBSCRIBE)
def ping(subscription: str) -> tuple[Response, HTTPStatus]:
    with _changing(subscription) as (can, wanted):
        can.ping(wanted)
    return jsonify(events=1), HTTPStatus.ACCEPTED


@needs(Permission.SUBSCRIBE)
def rotate(subscription: str) -> Response:
    with _changing(subscription) as (can, wanted):
        after = can.rotate(wanted)
    return jsonify(with_secret(after))


@needs(Permission.SUBSCRIBE)
def enable(subscription: str) -> Response:
    with _changing(subscription) as (can, wanted):
        after = can.enable(wanted)
    return jsonify(subscription_mapping(after))


@needs(Permission.SUBSCRIBE)
def replay(subscription: str) -> tuple[Response, HTTPStatus]:
    """One event by its number, or all from a time on and before another."""
    asked = body("Replay")
    with _changing(subscription) as (can, wanted):
        if "event" in asked:
            count = can.replay_event(wanted, int(asked["event"]))
        else:
            count = can.replay_since(wanted, _moment(asked, "since"), _moment(asked, "until"))
    return jsonify(events=count), HTTPStatus.ACCEPTED


@contextmanager
def _changing(subscription: str) -> Iterator[tuple[Subscribing, SubscriptionId]]:
    with instance().store.writing() as transaction:
        kept = _reachable(transaction, subscription)
        yield subscribing(instance(), transaction, who().name), kept.id


def _reachable(transaction: Transaction, subscription: str) -> Subscription:
    """Raises NotFoundError too for one that tells of more than whoever asks may see."""
    kept = transaction.subscriptions.find(SubscriptionId(subscription))
    if not _reaches(kept):
        raise NotFoundError(f"there is no subscription {subscription!r}")
    return kept


def _reaches(each: Subscription) -> bool:
    limits = who().subjects
    return not limits or (bool(each.subjects) and each.subjects <= limits)


def _require_reach(subjects: frozenset[SubjectId]) -> None:
    if who().subjects and not subjects:
        raise BadValueError("subjects: this key reaches some subjects only: name those to be told about")
    for each in sorted(subjects):
        require_subject(who(), each)


def _moment(asked: dict[str, Any], name: str) -> datetime:
    if name not in asked and name == "until":
        return now()
    try:
        moment = datetime.fromisoformat(asked[name])
    except (TypeError, ValueError) as error:
        raise BadValueError(f"{name}: must be a time like 2026-11-22T09:00:00Z") from error
    if moment.tzinfo is None:
        raise BadValueError(f"{name}: must say its zone, as in 2026-11-22T09:00:00Z")
    return moment
