"""App Store Connect: the reviews of an app in every country, and answers to them.

https://developer.apple.com/documentation/appstoreconnectapi/customer-reviews
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPMethod
from typing import Any
from urllib.parse import parse_qs, urlsplit

from collectors.api import Api, Page, Position, as_received, base_of, number_in
from collectors.fields import identity, inner, next_in, text
from collectors.platforms import (
    SUBJECT_OPTIONS,
    Paged,
    RetractingKind,
    TokenApi,
    counted,
    entries_in,
    named_by,
    safe_id,
    tidied,
)
from collectors.signed_tokens import pem_of, signed
from engine.domain import Record
from engine.errors import BadValueError
from engine.http import GuardedSession
from engine.plugins import Option, Sureness

NAME = "app_store_connect"
PAGE_SIZE = 200
"""The most that the API gives at once."""
TOKEN_LIFE = timedelta(minutes=15)
"""Twenty minutes are the most that Apple takes."""
PUBLISHED = "PUBLISHED"

OPTIONS: Mapping[str, Option] = {
    "app": Option(help="the number of the app (its Apple ID)"),
    "issuer": Option(help="the issuer id of the API keys"),
    "key_id": Option(help="the id of the API key"),
    "private_key": Option(help="the private key: what stands in the .p8 file", is_secret=True),
    "base_url": Option(help="the address of the API", default="https://api.appstoreconnect.apple.com"),
    **SUBJECT_OPTIONS,
}


def read(raw: Mapping[str, Any], place: str) -> Record:
    """The record of a raw review, which brings its ``app`` and the included ``response`` along."""
    return tidied(
        Record(
            payload=as_received(raw),
            place=place,
            external_id=identity(raw, "id"),
            fields={
                "subject": text(raw, "app"),
                "subject_type": "SoftwareApplication",
                "author": text(raw, "attributes.reviewerNickname"),
                "rating": text(raw, "attributes.rating"),
                "rating_best": "5",
                "title": text(raw, "attributes.title"),
                "body": text(raw, "attributes.body"),
                "written_at": text(raw, "attributes.createdDate"),
                "tags": text(raw, "attributes.territory"),
            },
            replies=[_reply(inner(raw, "response.attributes"))],
        )
    )


def _reply(raw: Mapping[str, Any]) -> dict[str, str]:
    if text(raw, "state") not in ("", PUBLISHED):
        return {}
    return {"body": text(raw, "responseBody"), "written_at": text(raw, "lastModifiedDate")}


@dataclass(frozen=True, slots=True)
class _Reviews:
    api: TokenApi
    app: str

    def page(self, position: Position) -> Page:
        """All reviews each time: an edit leaves neither a time nor a trace."""
        after = {"cursor": position["cursor"]} if position.get("cursor") else {}
        params = {"limit": str(PAGE_SIZE), "sort": "-createdDate", "include": "response", **after}
        answer = self.api.get_object(f"/v1/apps/{self.app}/customerReviews", params)
        answers = {_id_of(each): each for each in entries_in(answer, "included")}
        cursor = _cursor_in(next_in(answer, "links.next"))
        number = number_in(position, "page", 1)
        return Page(
            place=f"{NAME} page {number}",
            entries=[self._whole(each, answers) for each in entries_in(answer, "data")],
            following={"cursor": cursor, "page": str(number + 1)} if cursor else None,
            reported=counted(answer, "meta", "paging", "total"),
        )

    def _whole(self, entry: Any, answers: Mapping[str, Any]) -> Any:
        if not isinstance(entry, Mapping):
            return entry
        whole = {"app": self.app, **entry}
        try:
            response = answers.get(text(entry, "relationships.response.data.id"))
        except BadValueError:
            response = None
        return {**whole, "response": response} if response else whole


def _id_of(entry: Any) -> str:
    return str(entry.get("id", "")) if isinstance(entry, Mapping) else ""


def _cursor_in(address: str) -> str:
    """Apple's own cursor, without the address around it."""
    return next(iter(parse_qs(urlsplit(address).query).get("cursor", [])), "")


def _make(values: Mapping[str, str], http: GuardedSession) -> Paged:
    return Paged(_Reviews(_api(values, http), safe_id(values["app"])).page, named_by(values, read))


def _send(values: Mapping[str, str], http: GuardedSession, external_id: str, words: str) -> None:
    """Apple puts an answer in the place of the one that is there, and checks it before it shows it."""
    answer = {
        "type": "customerReviewResponses",
        "attributes": {"responseBody": words},
        "relationships": {"review": {"data": {"type": "customerReviews", "id": external_id}}},
    }
    _api(values, http).send_json(HTTPMethod.POST, "/v1/customerReviewResponses", {"data": answer})


def _drop(values: Mapping[str, str], http: GuardedSession, external_id: str) -> None:
    """The answer has an id of its own, which Apple is asked for first.

    https://developer.apple.com/documentation/appstoreconnectapi/delete-v1-customerreviewresponses-_id_
    """
    api = _api(values, http)
    found = api.get_object(f"/v1/customerReviews/{safe_id(external_id)}/response")
    if number := text(found, "data.id"):
        api.request(HTTPMethod.DELETE, f"/v1/customerReviewResponses/{safe_id(number)}")


def _api(values: Mapping[str, str], http: GuardedSession) -> TokenApi:
    pem = pem_of("private_key", values["private_key"])

    def token() -> str:
        """https://developer.apple.com/documentation/appstoreconnectapi/generating-tokens-for-api-requests."""
        now = http.now()
        claims = {"iss": values["issuer"], "iat": now, "exp": now + TOKEN_LIFE, "aud": "appstoreconnect-v1"}
        return signed("private_key", claims, pem, "ES256", values["key_id"])

    return TokenApi(api=Api(base=base_of(values["base_url"]), http=http), fetch_token=token)


KIND = RetractingKind(
    name=NAME,
    rights="app-store",
    sureness=Sureness.DOCUMENTED,
    options=OPTIONS,
    make=_make,
    send=_send,
    drop=_drop,
    key_file="private_key",
)
