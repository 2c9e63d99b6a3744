"""Etsy: the reviews of one shop, by the Open API of version 3.

https://developers.etsy.com/documentation/reference/#operation/getReviewsByShop
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from collectors.api import Api, Page, Position, as_received, base_of, number_in
from collectors.fields import identity, since_1970, text
from collectors.platforms import (
    SUBJECT_OPTIONS,
    Paged,
    PlatformKind,
    counted,
    entries_in,
    named_by,
    safe_id,
    tidied,
)
from engine.domain import Record
from engine.http import GuardedSession
from engine.plugins import Option, Sureness

NAME = "etsy"
PAGE_SIZE = 100
"""The most that the API gives at once."""

OPTIONS: Mapping[str, Option] = {
    "shop": Option(help="the number of the shop"),
    "api_key": Option(help="the API key (keystring)", is_secret=True),
    "base_url": Option(help="the address of the API", default="https://openapi.etsy.com/v3/application"),
    **SUBJECT_OPTIONS,
}


def read(raw: Mapping[str, Any], place: str) -> Record:
    """The record of a raw review of a listing; the purchase that it belongs to is its id. Etsy tells no name."""
    transaction = identity(raw, "transaction_id")
    created = "created_timestamp" if "created_timestamp" in raw else "create_timestamp"
    updated = "updated_timestamp" if "updated_timestamp" in raw else "update_timestamp"
    return tidied(
        Record(
            payload=as_received(raw),
            place=place,
            external_id=transaction,
            fields={
                "subject": text(raw, "listing_id"),
                "subject_type": "Product",
                "rating": text(raw, "rating"),
                "rating_best": "5",
                "body": text(raw, "review"),
                "language": text(raw, "language"),
                "written_at": since_1970(raw, created),
                "updated_at": since_1970(raw, updated),
                "verified": "purchase",
                "verified_by": f"transaction {transaction}",
            },
            media=[{"url": text(raw, "image_url_fullxfull"), "kind": "image"}],
        )
    )


@dataclass(frozen=True, slots=True)
class _Shop:
    api: Api
    shop: str

    def page(self, position: Position) -> Page:
        offset = number_in(position, "offset", 0)
        answer = self.api.get_object(f"/shops/{self.shop}/reviews", {"limit": str(PAGE_SIZE), "offset": str(offset)})
        entries = entries_in(answer, "results")
        reached = offset + len(entries)
        count = counted(answer, "count")
        goes_on = bool(entries) and (count is None or reached < count)
        return Page(
            place=f"{NAME} reviews from {offset + 1}",
            entries=entries,
            following={"offset": str(reached)} if goes_on else None,
            reported=count,
        )


def _make(values: Mapping[str, str], http: GuardedSession) -> Paged:
    api = Api(base=base_of(values["base_url"]), http=http, headers={"x-api-key": values["api_key"]})
    return Paged(_Shop(api, safe_id(values["shop"])).page, named_by(values, read))


KIND = PlatformKind(name=NAME, rights="etsy", sureness=Sureness.SECONDARY, options=OPTIONS, make=_make)
