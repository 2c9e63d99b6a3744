"""Trusted Shops: the service and product reviews of a company, by the eTrusted API.

https://developers.etrusted.com/
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from collectors.api import Api, Page, Position, as_received, base_of, list_under, number_in
from collectors.fields import find, first, identity, next_in, text, truth
from collectors.platforms import (
    SUBJECT_OPTIONS,
    Paged,
    PlatformKind,
    TokenApi,
    named_by,
    shown_if,
    tidied,
    token_in,
)
from engine.domain import Record
from engine.http import GuardedSession
from engine.plugins import Option, Sureness

NAME = "trusted_shops"
PAGE_SIZE = 100
AUDIENCE = "https://api.etrusted.com"
PUBLIC = "APPROVED"

OPTIONS: Mapping[str, Option] = {
    "client_id": Option(help="the id of the API client"),
    "client_secret": Option(help="the secret of the API client", is_secret=True),
    "channels": Option(help="the ids of the channels, with commas between them; empty: all", default=""),
    "types": Option(help="SERVICE_REVIEW, PRODUCT_REVIEW, or both", default="SERVICE_REVIEW,PRODUCT_REVIEW"),
    "base_url": Option(help="the address of the API", default=AUDIENCE),
    "token_url": Option(help="where access tokens are given out", default="https://login.etrusted.com/oauth/token"),
    **SUBJECT_OPTIONS,
}


def read(raw: Mapping[str, Any], place: str) -> Record:
    """The record of a raw review: of its product, or of the shop that its channel stands for.

    One in moderation, or with a veto of the shop under way, stays hidden. A rating of 0, which old reviews have, is
    none. The name that is shown has the first letter of the family name; the whole name is kept apart.
    """
    product = "product" if find(raw, "product") else ""
    order = text(raw, "transaction.reference").strip()
    rating = text(raw, "rating")
    return tidied(
        Record(
            payload=as_received(raw),
            place=place,
            external_id=identity(raw, "id"),
            fields={
                "subject": _subject(raw, product),
                "subject_name": text(raw, "product.name") if product else text(raw, "channel.name"),
                "subject_type": "Product" if product else "Organization",
                "author": _shown_name(raw),
                "rating": "" if rating in ("0", "0.0") else rating,
                "rating_best": "5",
                "title": text(raw, "title"),
                "body": text(raw, "comment"),
                "language": first(raw, "languageId", "language"),
                "written_at": first(raw, "submittedAt", "createdAt"),
                "updated_at": first(raw, "editedAt", "updatedAt"),
                "verified": "purchase" if order else "",
                "verified_by": f"order {order}" if order else "",
            },
            contact={"email": text(raw, "customer.email"), "name": _whole_name(raw)},
            standing=shown_if(first(raw, "status") in ("", PUBLIC) and not truth(raw, "hasVeto")),
        )
    )


def _subject(raw: Mapping[str, Any], product: str) -> str:
    if product:
        return first(raw, "product.sku", "product.gtin", "product.mpn", "product.name")
    return first(raw, "channel.ref", "channel.id")


def _shown_name(raw: Mapping[str, Any]) -> str:
    family = text(raw, "customer.lastName").strip()
    return f"{text(raw, 'customer.firstName').strip()} {f'{family[0]}.' if family else ''}".strip()


def _whole_name(raw: Mapping[str, Any]) -> str:
    whole = f"{text(raw, 'customer.firstName')} {text(raw, 'customer.lastName')}".strip()
    return "" if whole == _shown_name(raw) else whole


@dataclass(frozen=True, slots=True)
class _Reviews:
    api: TokenApi
    params: Mapping[str, str]

    def page(self, position: Position) -> Page:
        """The pages after the review that ended the one before; an edit moves none, so all are read each time."""
        after = {"after": position["after"]} if position.get("after") else {}
        answer = self.api.get_object("/reviews", {**self.params, **after})
        entries = list_under(answer, "items", NAME)
        last = next_in(answer, "paging.after") or _id_of(entries[-1] if entries else None)
        number = number_in(position, "page", 1)
        goes_on = bool(entries and last and next_in(answer, "paging.links.next"))
        return Page(
            place=f"{NAME} page {number}",
            entries=entries,
            following={"after": last, "page": str(number + 1)} if goes_on else None,
        )


def _id_of(entry: Any) -> str:
    return str(entry.get("id", "")) if isinstance(entry, Mapping) else ""


def _make(values: Mapping[str, str], http: GuardedSession) -> Paged:
    login = Api(base=base_of(values["token_url"]), http=http)
    fields = {
        "grant_type": "client_credentials",
        "client_id": values["client_id"],
        "client_secret": values["client_secret"],
        "audience": AUDIENCE,
    }
    api = TokenApi(
        api=Api(base=base_of(values["base_url"]), http=http),
        fetch_token=lambda: token_in(login.post_form("", fields)),
    )
    channels = {"channels": values["channels"]} if values["channels"] else {}
    params = {"count": str(PAGE_SIZE), "type": values["types"], **channels}
    return Paged(_Reviews(api, params).page, named_by(values, read))


KIND = PlatformKind(name=NAME, rights="trusted-shops", sureness=Sureness.CLIENT, options=OPTIONS, make=_make)
