"""One review for those who decide about it: shown whole, approved, rejected, withdrawn, answered."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, jsonify

from engine.domain import Permission, Reason, Review, ReviewId, Use
from engine.moderation import Moderation
from engine.replying import answer
from engine.retracting import take_back
from engine.showing import kept_review
from engine.store import Transaction
from review_site.access import needs, require_subject, who
from review_site.api.bodies import body
from review_site.api.idempotency import once
from review_site.api.review_json import kept_json, reply_json
from review_site.asking import asked_locale, instance
from review_site.wiring import now

Decide = Callable[[Moderation, ReviewId], object]


def register(blueprint: Blueprint) -> None:
    blueprint.add_url_rule("/reviews/<review>", "review", needs(Permission.READ)(show))
    for name, view, permission in (
        ("approve", approve, Permission.MODERATE),
        ("reject", reject, Permission.MODERATE),
        ("withdraw", withdraw, Permission.WITHDRAW),
    ):
        rule = f"/reviews/<review>/{name}"
        blueprint.add_url_rule(rule, f"{name}_review", needs(permission)(once(view)), methods=["POST"])
    reply = "/reviews/<review>/reply"
    blueprint.add_url_rule(reply, "put_reply", needs(Permission.MODERATE)(put_reply), methods=["PUT"])
    blueprint.add_url_rule(reply, "delete_reply", needs(Permission.MODERATE)(delete_reply), methods=["DELETE"])


def show(review: str) -> Response:
    with instance().store.reading() as transaction:
        _reached(transaction, review)
        return _shown(transaction, ReviewId(review))


def approve(review: str) -> Response:
    body("Nothing")
    return _decided(review, lambda moderation, which: moderation.approve([which], by=who().name))


def reject(review: str) -> Response:
    said = body("Rejection")
    reason, note = Reason(said["reason"]), said.get("note", "")
    return _decided(
        review, lambda moderation, which: moderation.reject([which], by=who().name, reason=reason, note=note)
    )


def withdraw(review: str) -> Response:
    uses = frozenset(Use(each) for each in body("Withdrawal").get("uses", ())) or frozenset(Use)
    return _decided(review, lambda moderation, which: moderation.withdraw(which, uses, by=who().name))


def put_reply(review: str) -> Response:
    said = body("ReplyWrite")["body"]
    with instance().store.writing() as transaction:
        which = _reached(transaction, review).id
        sources = instance().config.sources
        written = answer(transaction, which, said, by=who().name, now=now(), settings_of=sources.get)
    return jsonify(reply_json(written))


def delete_reply(review: str) -> Response:
    sources = instance().config.sources
    with instance().store.writing() as transaction:
        take_back(transaction, _reached(transaction, review).id, by=who().name, now=now(), settings_of=sources.get)
    return Response(status=204)


def _decided(review: str, decide: Decide) -> Response:
    with instance().store.writing() as transaction:
        which = _reached(transaction, review).id
        decide(instance().moderation(transaction), which)
        return _shown(transaction, which)


def _reached(transaction: Transaction, review: str) -> Review:
    """Raises NotFoundError, and NotAllowedError for what is about a subject that the key does not reach."""
    found = transaction.reviews.find(ReviewId(review)).review
    require_subject(who(), found.subject_id)
    return found


def _shown(transaction: Transaction, which: ReviewId) -> Response:
    settings = instance().settings
    return jsonify(kept_json(kept_review(transaction, which, settings, now()), settings.base_url, asked_locale()))
