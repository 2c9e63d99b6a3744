"""A review as programs get it: the words, the rating on its own scale, and all that has to be said beside them.

Whoever may read what is kept gets the same members and more. Neither holds e-mail addresses, telephone numbers,
payloads or proofs of consent.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from engine.domain import (
    Aspect,
    Attribution,
    Consent,
    Decision,
    Incentive,
    Locale,
    Media,
    OwnReply,
    Rating,
    Reply,
    Review,
    Translation,
)
from engine.showing import Kept, Shown
from widgets.cards import disclosures
from widgets.links import web_link
from widgets.rendering import words


def as_json(each: Shown, base_url: str, locale: Locale) -> dict[str, Any]:
    """A review that is shown; ``disclosures`` are in the language of ``locale``, and belong beside its words."""
    review = each.review
    return {
        "id": review.id,
        "kind": review.kind,
        "subject": review.subject_id,
        "page": f"{base_url}/reviews/{quote(review.subject_id, safe='')}",
        "title": review.title,
        "body": review.body,
        "language": review.language,
        "original": _original(review.original),
        "author": review.author,
        "role": review.role,
        "company": review.company,
        "rating": _rating(review.rating),
        "aspects": [_aspect(one) for one in review.aspects],
        "written_at": moment(review.written_at),
        "verification": review.verification.level,
        "disclosures": [{"words": one.words, "why": one.why} for one in disclosures(review, words(locale))],
        "relation": review.relation,
        "incentive": None if review.incentive is None else {"kind": review.incentive.kind},
        "helpful": review.helpful,
        "tags": list(review.tags),
        "media": [_media(media) for media in review.media if web_link(media.url)],
        "replies": _replies(review.replies),
        "url": web_link(review.url),
        "attribution": _attribution(each.attribution, review),
        "rights": _rights(each),
    }


def kept_json(each: Kept, base_url: str, locale: Locale) -> dict[str, Any]:
    """The same of what is kept, shown or not, with how it stands, what was decided about it, and what is our own."""
    review = each.shown.review
    return {
        **as_json(each.shown, base_url, locale),
        "source": review.source_id,
        "external_id": review.external_id,
        "state": review.state,
        "is_shown": each.shown.is_shown,
        "standing": review.standing,
        "decision": _decision(review.decision),
        "received_at": moment(review.received_at),
        "updated_at": moment(review.updated_at),
        "evidence": review.verification.evidence,
        "incentive": _incentive(review.incentive),
        "consent": _consent(review.consent),
        "media": [{**_media(one), "id": one.id, "state": one.state, "standing": one.standing} for one in each.media],
        "own_reply": reply_json(each.own_reply) if each.own_reply else None,
        "holds_contact_data": review.holds_contact_data,
    }


def reply_json(reply: OwnReply) -> dict[str, Any]:
    """The owner's answer, and whether its source has it."""
    return {
        "body": reply.body,
        "by": reply.by,
        "written_at": moment(reply.at),
        "sent_at": moment(reply.sent_at),
        "problem": reply.problem,
    }


def moment(at: datetime | None) -> str | None:
    """RFC 3339, in UTC."""
    return None if at is None else at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _rating(rating: Rating | None) -> dict[str, Any] | None:
    if rating is None:
        return None
    return {
        "stars": rating.hundredths / 100,
        "value": float(rating.value),
        "worst": float(rating.worst),
        "best": float(rating.best),
        "original": rating.original,
    }


def _aspect(each: Aspect) -> dict[str, Any]:
    poles = {"low": each.low, "middle": each.middle, "high": each.high}
    return {
        "label": each.label,
        "value": float(each.value),
        "worst": float(each.worst),
        "best": float(each.best),
        **{name: text for name, text in poles.items() if text},
    }


def _original(original: Translation | None) -> dict[str, Any] | None:
    if original is None:
        return None
    return {"language": original.language, "title": original.title, "body": original.body}


def _media(each: Media) -> dict[str, Any]:
    return {
        "kind": each.kind,
        "url": web_link(each.url),
        "thumbnail": web_link(each.thumbnail),
        "alt": each.alt,
        "width": each.width,
        "height": each.height,
    }


def _replies(replies: Sequence[Reply]) -> list[dict[str, Any]]:
    return [
        {"body": each.body, "author": each.author, "written_at": moment(each.written_at), "language": each.language}
        for each in replies
    ]


def _attribution(named: Attribution | None, review: Review) -> dict[str, Any] | None:
    """How its source is named beside it, and where the link leads."""
    if named is None:
        return None
    address = web_link(review.url) or web_link(named.url)
    return {"name": named.name, "link_required": named.link_required, "url": address}


def _rights(each: Shown) -> dict[str, Any]:
    return {
        "class": each.rights_class,
        "may_mark_up": each.may_mark_up,
        "may_edit": each.rights.may_edit,
        "may_excerpt": each.rights.may_excerpt,
        "show_until": moment(each.ends_at),
    }


def _decision(decision: Decision | None) -> dict[str, Any] | None:
    if decision is None:
        return None
    return {"by": decision.by, "at": moment(decision.at), "reason": decision.reason, "note": decision.note}


def _incentive(incentive: Incentive | None) -> dict[str, str] | None:
    return {"kind": incentive.kind, "disclosed_text": incentive.disclosed_text} if incentive else None


def _consent(consent: Consent) -> dict[str, Any]:
    return {
        "uses": sorted(consent.uses - consent.taken_back),
        "taken_back": sorted(consent.taken_back),
        "wording": consent.wording,
        "given_at": moment(consent.given_at),
        "withdrawn_at": moment(consent.withdrawn_at),
    }
