"""Reviews of a shop that uses Okendo, by its Merchant REST API and webhooks.

https://docs.okendo.io/merchant-rest-api/endpoints/reviews
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from collectors.api import (
    Api,
    Page,
    Position,
    Read,
    about,
    as_received,
    base_of,
    basic,
    chosen,
    given,
    given_with,
    list_under,
    number_in,
    object_of,
    to_batch,
    walk,
)
from collectors.fields import find, first, identity, inner, listed, rows, text, texts, truth
from engine.domain import Batch, Record, Standing
from engine.errors import SourceRefusedError
from engine.http import GuardedSession
from engine.plugins import Collector, Option, Sureness
from engine.signatures import check_standard

_VERSION = "2025-02-01"
_PER_PAGE = "100"
# Asked for none, Okendo tells of approved reviews alone. What is approved while it is read is met in the end, or the
# reading would take it for gone.
_STATUSES = ("pending", "rejected", "approved")
_LONGEST_TOKEN = 4000
_SCALES: Mapping[str, tuple[int, int]] = {"range": (1, 5), "centered-range": (-2, 2)}


class Okendo:
    name = "okendo"
    rights = "okendo"
    sureness = Sureness.CLIENT
    options: Mapping[str, Option] = {
        "user": Option(help="the Okendo user id"),
        "key": Option(help="an API key of that user", is_secret=True),
        "webhook_secret": Option(help="the secret of the webhook subscription", default="", is_secret=True),
        "shop": Option(help="what reviews of the shop itself are about", default="shop"),
        "base_url": Option(help="the address of the API", default="https://api.okendo.io/enterprise"),
    }

    def collector(self, given: Mapping[str, str], http: GuardedSession) -> Collector:
        options = chosen(given, self.options)
        headers = {"Authorization": basic(options["user"], options["key"]), "okendo-api-version": _VERSION}
        api = Api(base=base_of(options["base_url"]), http=http, headers=headers)
        return _Reviews(api=api, read=_reading(options["shop"]))

    def receive(self, given: Mapping[str, str], headers: Mapping[str, str], body: bytes, now: datetime) -> Batch:
        """The review that was created, updated or deleted.

        Okendo signs by way of Svix (https://docs.okendo.io/webhooks/getting-started). It keeps no order: whether a
        later notice came first, the next reading tells.
        """
        check_standard(given.get("webhook_secret", ""), headers, body, now)
        document = object_of(body)
        if text(document, "resourceType") != "review":
            return Batch(records=(), cursor=None)
        resource = find(document, "resource")
        if text(document, "topic").endswith("delete"):
            return Batch(records=(), cursor=None, deleted=(identity(inner(document, "resource"), "reviewId"),))
        place = f"{self.name} webhook {text(document, 'sequenceNumber')}".strip()
        page = Page(place=place, entries=[resource], following=None)
        return to_batch(page, _reading(given.get("shop", "")))


KIND = Okendo()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reviews:
    """Each moderation status one after the other, the newest reviews first."""

    api: Api
    read: Read

    def collect(self, cursor: str | None) -> Iterator[Batch]:
        return walk(cursor, self._page, self.read)

    def _page(self, position: Position) -> Page:
        at = min(number_in(position, "status", 0), len(_STATUSES) - 1)
        status, page = _STATUSES[at], number_in(position, "page", 1)
        asked = {"limit": _PER_PAGE, "orderBy": "date desc", "status": status}
        if token := position.get("after"):
            asked["lastEvaluated"] = token
        document = self.api.get_object("/reviews", asked)
        # A review does not always say its status, but it was asked for by it.
        entries = [
            {**each, "status": each.get("status") or status} if isinstance(each, dict) else each
            for each in list_under(document, "reviews", KIND.name)
        ]
        if token := _token(document.get("nextUrl")):
            following: Position | None = {"status": str(at), "page": str(page + 1), "after": token}
        else:
            following = {"status": str(at + 1)} if at + 1 < len(_STATUSES) else None
        return Page(place=f"{KIND.name} {status} page {page}", entries=entries, following=following)


def read(raw: Mapping[str, Any], place: str) -> Record:
    """The record of a review; private replies stay where they are."""
    return Record(
        fields=given(
            {
                "subject": text(raw, "productId").removeprefix("shopify-"),
                "subject_name": text(raw, "productName"),
                "author": text(raw, "reviewer.displayName"),
                "rating": text(raw, "rating"),
                "rating_best": "5",
                "title": text(raw, "title"),
                "body": text(raw, "body"),
                "language": text(raw, "languageCode"),
                "written_at": text(raw, "dateCreated"),
                "updated_at": text(raw, "dateUpdated"),
                "verified": _verified(raw),
                "incentive": first(raw, "reward.description") or ("yes" if truth(raw, "isIncentivized") else ""),
                "helpful": text(raw, "helpfulCount"),
                "tags": listed(texts(raw, "tags")),
            }
        ),
        external_id=identity(raw, "reviewId"),
        place=place,
        payload=as_received(raw),
        contact=given({"email": text(raw, "reviewer.email")}) or None,
        replies=given_with("body", map(_reply, _replies(raw))),
        media=given_with("url", map(_media, rows(raw, "media"))),
        aspects=given_with("value", map(_aspect, rows(raw, "attributesWithRating"))),
        standing=Standing.PUBLIC if text(raw, "status") == "approved" else Standing.HIDDEN,
    )


def _verified(raw: Mapping[str, Any]) -> str:
    status = first(raw, "reviewer.verificationStatus", "reviewer.verifiedStatus").casefold()
    if "buyer" in status:
        return "verified buyer"
    return "customer" if truth(raw, "reviewer.isVerified") else ""


def _replies(raw: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The shop's public answers, under each of the names that versions of the API have for them."""
    for name in ("reply", "replies", "comments"):
        value = find(raw, name)
        for reply in (value,) if isinstance(value, Mapping) else rows(raw, name):
            if not truth(reply, "isPrivate"):
                yield reply


def _reply(raw: Mapping[str, Any]) -> dict[str, str]:
    return {"body": first(raw, "body", "rawBody"), "written_at": text(raw, "dateCreated")}


def _media(raw: Mapping[str, Any]) -> dict[str, str]:
    return {
        "kind": "video" if text(raw, "type") == "video" else "image",
        "url": first(raw, "fullSizeUrl", "largeUrl"),
        "thumbnail": text(raw, "thumbnailUrl"),
        "standing": Standing.HIDDEN if truth(raw, "isHidden") else "",
    }


def _aspect(raw: Mapping[str, Any]) -> dict[str, str]:
    """An attribute that is rated; empty where its kind has no scale that is known of.

    A value beyond its scale goes along: what is left out then is told.
    """
    if text(raw, "type") not in _SCALES:
        return {}
    worst, best = _SCALES[text(raw, "type")]
    return {
        "label": text(raw, "title"),
        "value": text(raw, "value"),
        "worst": str(worst),
        "best": str(best),
        "low": text(raw, "minLabel"),
        # Only a centred range has a middle that is the best place to be.
        "middle": text(raw, "midLabel") if worst < 0 else "",
        "high": text(raw, "maxLabel"),
    }


def _token(address: Any) -> str:
    """Where the next page starts; of the address that the source names, only this is believed."""
    if not address:
        return ""
    if not isinstance(address, str):
        raise SourceRefusedError("Okendo names a next page that is no address")
    try:
        [token] = parse_qs(urlsplit(address).query).get("lastEvaluated", [""])
    except ValueError as error:
        raise SourceRefusedError("Okendo names a next page that is no address") from error
    if not token or len(token) > _LONGEST_TOKEN:
        raise SourceRefusedError("Okendo names a next page without saying where it starts")
    return token


def _reading(shop: str) -> Read:
    return about({"subject": shop, "subject_type": "Organization"}, read)
