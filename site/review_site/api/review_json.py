"""One review as those see it who may see what is not published: all of it but how to reach its author."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from engine.domain import Aspect, Decision, Incentive, Media, OwnReply, Rating, Reply, Review, RightsClass


def as_json(
    review: Review, rights_class: RightsClass, media: Sequence[Media] = (), own_reply: OwnReply | None = None
) -> dict[str, Any]:
    """A review with its standing, its pictures whatever was decided about them, and our answer to it."""
    return {
        "id": review.id,
        "source": review.source_id,
        "external_id": review.external_id,
        "subject": review.subject_id,
        "kind": review.kind,
        "state": review.state,
        "decision": _decision(review.decision),
        "rights_class": rights_class,
        "standing": review.standing,
        "title": review.title,
        "body": review.body,
        "language": review.language,
        "author": review.author,
        "role": review.role,
        "company": review.company,
        "rating": _rating(review.rating),
        "aspects": [_aspect(each) for each in review.aspects],
        "written_at": _moment(review.written_at),
        "updated_at": _moment(review.updated_at),
        "received_at": _moment(review.received_at),
        "url": review.url,
        "verification": {"level": review.verification.level, "evidence": review.verification.evidence},
        "incentive": _incentive(review.incentive),
        "relation": review.relation,
        "consent": {
            "uses": sorted(review.consent.uses - review.consent.taken_back),
            "taken_back": sorted(review.consent.taken_back),
            "wording": review.consent.wording,
            "given_at": _moment(review.consent.given_at),
            "withdrawn_at": _moment(review.consent.withdrawn_at),
        },
        "media": [_media(each) for each in media],
        "replies": [_reply(each) for each in review.replies],
        "own_reply": reply_json(own_reply) if own_reply else None,
        "tags": list(review.tags),
        "helpful": review.helpful,
        "holds_contact_data": review.holds_contact_data,
    }


def reply_json(reply: OwnReply) -> dict[str, Any]:
    return {
        "body": reply.body,
        "by": reply.by,
        "written_at": _moment(reply.at),
        "sent_at": _moment(reply.sent_at),
        "problem": reply.problem,
    }


def _rating(rating: Rating | None) -> dict[str, Any] | None:
    if rating is None:
        return None
    return {
        "original": rating.original,
        "value": float(rating.value),
        "worst": float(rating.worst),
        "best": float(rating.best),
        "stars": rating.hundredths / 100,
    }


def _aspect(each: Aspect) -> dict[str, Any]:
    numbers = {"value": float(each.value), "worst": float(each.worst), "best": float(each.best)}
    return {"label": each.label, **numbers, "low": each.low, "middle": each.middle, "high": each.high}


def _decision(decision: Decision | None) -> dict[str, Any] | None:
    if decision is None:
        return None
    return {
        "by": decision.by,
        "at": _moment(decision.at),
        "reason": decision.reason,
        "note": decision.note,
    }


def _incentive(incentive: Incentive | None) -> dict[str, str] | None:
    return {"kind": incentive.kind, "disclosed_text": incentive.disclosed_text} if incentive else None


def _media(each: Media) -> dict[str, Any]:
    return {"id": each.id, "kind": each.kind, "url": each.url, "state": each.state, "alt": each.alt}


def _reply(reply: Reply) -> dict[str, Any]:
    return {"body": reply.body, "author": reply.author, "written_at": _moment(reply.written_at)}


def _moment(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
