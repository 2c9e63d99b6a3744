"""Trustpilot product reviews: those of a company's products, by the private API, and answers to them.

https://developers.trustpilot.com/product-reviews-api
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from http import HTTPMethod
from typing import Any

from collectors.api import as_received, object_in
from collectors.fields import as_utc, first, identity, rows, text
from collectors.platforms import AnsweringKind, Paged, TokenApi, named_by, safe_id, shown_if, tidied
from collectors.trustpilot import OPTIONS, TrustpilotPages, api_of, business_user, evidence
from engine.domain import Record
from engine.errors import SourceRefusedError
from engine.http import GuardedSession
from engine.plugins import Sureness

NAME = "trustpilot_product"
PUBLIC = "published"
_USUAL = "range_1to5"
_RANGE = re.compile(r"range_([0-9]{1,3})to([0-9]{1,3})", re.ASCII)


def read(raw: Mapping[str, Any], place: str) -> Record:
    """The record of a raw review; an order behind it makes it one of a buyer."""
    order = text(raw, "referenceId").strip()
    return tidied(
        Record(
            payload=as_received(raw),
            place=place,
            external_id=identity(raw, "id"),
            fields={
                "subject": first(raw, "product.sku", "product.gtin", "product.id"),
                "subject_name": text(raw, "product.name"),
                "subject_url": text(raw, "product.productUrl"),
                "subject_type": "Product",
                "author": text(raw, "consumer.name"),
                "rating": text(raw, "stars"),
                "rating_best": "5",
                "body": text(raw, "content"),
                "language": first(raw, "language", "locale"),
                "written_at": as_utc(text(raw, "createdAt")),
                "updated_at": as_utc(text(raw, "updatedAt")),
                "verified": "purchase" if order else "",
                "verified_by": evidence(raw, ""),
            },
            contact={"email": text(raw, "consumer.email")},
            media=tuple(_media(raw)),
            aspects=[_aspect(each) for each in rows(raw, "attributeRatings")],
            standing=shown_if(first(raw, "state") in ("", PUBLIC)),
        )
    )


def _aspect(raw: Mapping[str, Any]) -> dict[str, str]:
    """An attribute on the range that its type names; empty where it is of a type that is no range."""
    scale = _RANGE.fullmatch(text(raw, "attributeType") or _USUAL)
    if not scale:
        return {}
    return {"label": text(raw, "attributeName"), "value": text(raw, "rating"), "worst": scale[1], "best": scale[2]}


def _media(raw: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    """One picture for each attachment: as it was sent, with the smallest of its copies beside it."""
    for attachment in rows(raw, "attachments"):
        files = {text(each, "dimension"): each for each in rows(attachment, "processedFiles")}
        if not files:
            continue
        shown = files.get("original") or next(iter(files.values()))
        others = [text(each, "url") for name, each in files.items() if each is not shown and name != "original"]
        yield {
            "url": text(shown, "url"),
            "kind": "video" if text(shown, "mimeType").startswith("video/") else "image",
            "thumbnail": others[0] if others else "",
            "standing": shown_if(text(attachment, "state") == PUBLIC),
        }


def _make(values: Mapping[str, str], http: GuardedSession) -> Paged:
    path = f"/v1/private/product-reviews/business-units/{safe_id(values['business_unit'])}/reviews"
    pages = TrustpilotPages(api_of(values, http), NAME, path, "productReviews")
    return Paged(pages.page, named_by(values, read))


def _send(values: Mapping[str, str], http: GuardedSession, external_id: str, words: str) -> None:
    """An answer is a comment in a conversation, which has to be opened first; the same words are not said twice."""
    api = api_of(values, http)
    review = f"/v1/private/product-reviews/{safe_id(external_id)}"
    kept = api.get_object(review).get("conversationId")
    talk = kept or object_in(api.send_json(HTTPMethod.POST, f"{review}/create-conversation", {})).get("conversationId")
    if not isinstance(talk, str):
        raise SourceRefusedError(f"Trustpilot opens no conversation about {external_id}")
    path = f"/v1/private/conversations/{safe_id(talk)}"
    if kept and _was_said(api, path, words):
        return
    said = {"content": words, "businessUserId": business_user(values)}
    api.send_json(HTTPMethod.POST, f"{path}/comments", said)


def _was_said(api: TokenApi, path: str, words: str) -> bool:
    return any(text(each, "content").strip() == words.strip() for each in rows(api.get_object(path), "comments"))


KIND = AnsweringKind(
    name=NAME, rights="trustpilot-product", sureness=Sureness.CLIENT, options=OPTIONS, make=_make, send=_send
)
