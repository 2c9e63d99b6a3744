"""What readers report, for whoever decides about it: listed, looked at and answered, without who sent it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, jsonify, request

from engine.domain import Flag, FlagId, FlagState, Permission, Reason
from engine.errors import BadValueError
from engine.flagging import answer_flag
from engine.store import Transaction
from review_site.access import needs, require_subject, who
from review_site.api.bodies import body
from review_site.api.idempotency import once
from review_site.api.review_json import moment
from review_site.api.snippets import asked_limit
from review_site.asking import instance


def register(blueprint: Blueprint) -> None:
    decides = needs(Permission.MODERATE)
    blueprint.add_url_rule("/flags", "flags", decides(index))
    blueprint.add_url_rule("/flags/<flag>", "flag", decides(show))
    blueprint.add_url_rule("/flags/<flag>/answer", "answer_flag", decides(once(answer)), methods=["POST"])


def index() -> Response:
    """Oldest first; a page may hold fewer than were asked for, where a key does not reach all subjects."""
    limit, state, after = asked_limit(), request.args.get("state"), request.args.get("after")
    if state is not None and state not in set(FlagState):
        raise BadValueError(f"state: must be one of {', '.join(FlagState)}")
    with instance().store.reading() as transaction:
        found = transaction.flags.page(
            FlagState(state) if state else None, after=FlagId(after) if after else None, limit=limit + 1
        )
        reached = _reached(transaction, found[:limit])
    following = found[limit - 1].id if len(found) > limit else None
    return jsonify(items=[_flag(each) for each in reached], next=following)


def show(flag: str) -> Response:
    with instance().store.reading() as transaction:
        return jsonify(_flag(_found(transaction, flag)))


def answer(flag: str) -> Response:
    """Upheld, the review is rejected in the same transaction; dismissed, it stands."""
    said = body("FlagAnswer")
    uphold = Reason(said["reason"]) if said["state"] == FlagState.UPHELD else None
    with instance().store.writing() as transaction:
        wanted = _found(transaction, flag).id
        moderation = instance().moderation(transaction)
        answered, _ = answer_flag(transaction, moderation, wanted, said["text"], by=who().name, uphold=uphold)
    return jsonify(_flag(answered))


def _found(transaction: Transaction, flag: str) -> Flag:
    """Raises NotFoundError, and NotAllowedError where the review is about a subject that the key does not reach."""
    found = transaction.flags.find(FlagId(flag))
    require_subject(who(), transaction.reviews.find(found.review_id).review.subject_id)
    return found


def _reached(transaction: Transaction, found: Sequence[Flag]) -> list[Flag]:
    reviews = transaction.reviews.among([each.review_id for each in found], lock=False)
    about = {which: filed.review.subject_id for which, filed in reviews.items()}
    return [each for each in found if each.review_id in about and who().reaches(about[each.review_id])]


def _flag(each: Flag) -> dict[str, Any]:
    return {
        "id": each.id,
        "review": each.review_id,
        "state": each.state,
        "reason": each.reason,
        "explanation": each.explanation,
        "locale": each.locale,
        "at": moment(each.at),
        "answer": each.answer or None,
        "answered_by": each.answered_by,
        "answered_at": moment(each.answered_at),
    }
