"""Trustpilot service reviews: those of a company, by the private API, and answers to them.

https://developers.trustpilot.com/business-units-api
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPMethod
from typing import Any

from collectors.api import as_received
from collectors.fields import as_utc, first, identity, inner, listed, rows, text, texts, truth
from collectors.platforms import AnsweringKind, Paged, named_by, safe_id, shown_if, tidied
from collectors.trustpilot import OPTIONS, TrustpilotPages, api_of, business_user, evidence
from engine.domain import Record
from engine.http import GuardedSession
from engine.plugins import Sureness

NAME = "trustpilot_service"
REVIEW_PAGE = "https://www.trustpilot.com/reviews/"


def read(raw: Mapping[str, Any], place: str) -> Record:
    """The record of a raw review; one that is reported, inactive or not counted stays hidden."""
    external_id = identity(raw, "id")
    return tidied(
        Record(
            payload=as_received(raw),
            place=place,
            external_id=external_id,
            fields={
                "subject": first(raw, "businessUnit.identifyingName", "businessUnit.id"),
                "subject_name": text(raw, "businessUnit.displayName"),
                "subject_type": "Organization",
                "author": text(raw, "consumer.displayName"),
                "rating": text(raw, "stars"),
                "rating_best": "5",
                "title": text(raw, "title"),
                "body": text(raw, "text"),
                "language": text(raw, "language"),
                "written_at": as_utc(text(raw, "createdAt")),
                "updated_at": as_utc(text(raw, "updatedAt")),
                "helpful": text(raw, "numberOfLikes"),
                "verified": "customer" if _is_verified(raw) else "",
                "verified_by": evidence(raw, first(raw, "reviewVerificationLevel", "source")),
                "url": REVIEW_PAGE + external_id,
                "tags": listed([*(text(each, "value") for each in rows(raw, "tags")), *texts(raw, "complianceLabels")]),
            },
            contact={"email": text(raw, "referralEmail")},
            replies=[_reply(inner(raw, "companyReply"))],
            standing=shown_if(_is_public(raw)),
        )
    )


def _is_verified(raw: Mapping[str, Any]) -> bool:
    return truth(raw, "isVerified") or text(raw, "reviewVerificationLevel") == "verified"


def _is_public(raw: Mapping[str, Any]) -> bool:
    return (
        first(raw, "status") in ("", "active")
        and text(raw, "reportData.reviewVisibility") in ("", "visible")
        and truth(raw, "countsTowardsTrustScore", default=True)
    )


def _reply(raw: Mapping[str, Any]) -> dict[str, str]:
    return {"body": text(raw, "text"), "written_at": as_utc(first(raw, "updatedAt", "createdAt"))}


def _make(values: Mapping[str, str], http: GuardedSession) -> Paged:
    unit = safe_id(values["business_unit"])
    pages = TrustpilotPages(
        api_of(values, http),
        NAME,
        f"/v1/private/business-units/{unit}/reviews",
        "reviews",
        # The oldest first: what is written while we read comes last, and moves nothing from one page to another.
        {"orderBy": "createdat.asc"},
        count_path=f"/v1/business-units/{unit}",
    )
    return Paged(pages.page, named_by(values, read))


def _send(values: Mapping[str, str], http: GuardedSession, external_id: str, words: str) -> None:
    said = {"authorBusinessUserId": business_user(values), "message": words}
    path = f"/v1/private/reviews/{safe_id(external_id)}/reply"
    api_of(values, http).send_json(HTTPMethod.POST, path, said)


KIND = AnsweringKind(
    name=NAME, rights="trustpilot-service", sureness=Sureness.DOCUMENTED, options=OPTIONS, make=_make, send=_send
)
