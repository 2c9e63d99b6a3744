"""eBay: the feedback that a seller received, by the Feedback API of version 1.

https://developer.ebay.com/api-docs/commerce/feedback/overview.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from collectors.api import Api, Page, Position, as_received, base_of, basic, number_in
from collectors.fields import first, identity, rows, text
from collectors.platforms import (
    SUBJECT_OPTIONS,
    Paged,
    PlatformKind,
    TokenApi,
    counted,
    entries_in,
    named_by,
    shown_if,
    tidied,
    token_in,
)
from engine.domain import Record
from engine.errors import BadValueError
from engine.http import GuardedSession
from engine.plugins import Option, Sureness

NAME = "ebay_feedback"
PAGE_SIZE = 100
WORDS = frozenset({"POSITIVE", "NEUTRAL", "NEGATIVE"})

OPTIONS: Mapping[str, Option] = {
    "user": Option(help="the user name of the seller"),
    "client_id": Option(help="the id of the application (App ID)"),
    "client_secret": Option(help="the secret of the application (Cert ID)", is_secret=True),
    "refresh_token": Option(help="the refresh token of the seller", is_secret=True),
    "base_url": Option(help="the address of the API", default="https://api.ebay.com"),
    **SUBJECT_OPTIONS,
}


def read(raw: Mapping[str, Any], place: str) -> Record:
    """The record of a raw feedback: positive, neutral or negative, and no stars.

    The buyer's masked name is no name. What another seller says is no customer's word, and stays hidden.
    """
    said = first(raw, "commentType").upper()
    if said and said not in WORDS:
        raise BadValueError(f"commentType is {said[:40]!r}, neither POSITIVE, NEUTRAL nor NEGATIVE")
    author = text(raw, "providerUserDetail.userId")
    return tidied(
        Record(
            payload=as_received(raw),
            place=place,
            external_id=identity(raw, "feedbackId"),
            fields={
                "subject": text(raw, "orderLineItemSummary.listingId"),
                "subject_name": text(raw, "orderLineItemSummary.listingTitle"),
                "subject_type": "Product",
                "author": "" if "*" in author else author,
                "rating": said.lower(),
                "body": text(raw, "feedbackComment.commentText"),
                "written_at": text(raw, "feedbackEnteredDate"),
                "verified": "purchase",
                "verified_by": "eBay takes feedback from the buyer of an order only",
            },
            media=[{"url": text(each, "url"), "kind": "image"} for each in rows(raw, "images")],
            standing=shown_if(first(raw, "providerUserDetail.role").upper() in ("", "BUYER")),
        )
    )


@dataclass(frozen=True, slots=True)
class _Feedback:
    api: TokenApi
    user: str

    def page(self, position: Position) -> Page:
        offset = number_in(position, "offset", 0)
        params = {
            "user_id": self.user,
            "feedback_type": "FEEDBACK_RECEIVED",
            "filter": "role:SELLER",
            "limit": str(PAGE_SIZE),
            "offset": str(offset),
        }
        answer = self.api.get_object("/commerce/feedback/v1/feedback", params)
        entries = entries_in(answer, "feedbackEntries")
        reached = offset + len(entries)
        count = counted(answer, "pagination", "total")
        goes_on = bool(entries) and (count is None or reached < count)
        return Page(
            place=f"{NAME} from {offset + 1}",
            entries=entries,
            following={"offset": str(reached)} if goes_on else None,
            reported=count,
        )


def _make(values: Mapping[str, str], http: GuardedSession) -> Paged:
    base = base_of(values["base_url"])
    headers = {"Authorization": basic(values["client_id"], values["client_secret"])}
    login = Api(base=base, http=http, headers=headers)
    grant = {"grant_type": "refresh_token", "refresh_token": values["refresh_token"]}
    api = TokenApi(
        api=Api(base=base, http=http),
        fetch_token=lambda: token_in(login.post_form("/identity/v1/oauth2/token", grant)),
    )
    return Paged(_Feedback(api, values["user"]).page, named_by(values, read))


KIND = PlatformKind(name=NAME, rights="ebay", sureness=Sureness.MEMORY, options=OPTIONS, make=_make)
