"""Google Play: the reviews of an app of the last week, and answers to them.

https://developers.google.com/android-publisher/api-ref/rest/v3/reviews
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPMethod
from typing import Any

from collectors.api import Api, Page, Position, as_received, base_of, number_in
from collectors.fields import identity, inner, next_in, rows, since_1970, text
from collectors.platforms import (
    SUBJECT_OPTIONS,
    AnsweringKind,
    Paged,
    TokenApi,
    entries_in,
    named_by,
    safe_id,
    tidied,
    token_in,
)
from collectors.signed_tokens import pem_of, signed
from engine.domain import Record
from engine.errors import BadValueError
from engine.http import GuardedSession
from engine.plugins import Option, Sureness

NAME = "google_play"
PAGE_SIZE = 100
SHORTFALL = "Google Play tells of the reviews with words of the last week only: read it every day"
SCOPE = "https://www.googleapis.com/auth/androidpublisher"
TOKEN_URL = "https://oauth2.googleapis.com/token"  # noqa: S105  # an address, no password
TOKEN_LIFE = timedelta(minutes=55)
LONGEST_REPLY = 350
"""Characters; https://developers.google.com/android-publisher/reply-to-reviews."""

OPTIONS: Mapping[str, Option] = {
    "package": Option(help="the package name of the app, like com.example.app"),
    "service_account": Option(help="the key of the service account: what stands in its JSON file", is_secret=True),
    "translate_to": Option(
        help="a language to have reviews translated to, the original beside; empty: none", default=""
    ),
    "base_url": Option(help="the address of the API", default="https://androidpublisher.googleapis.com"),
    "token_url": Option(help="where access tokens are given out", default=TOKEN_URL),
    **SUBJECT_OPTIONS,
}


def read(raw: Mapping[str, Any], place: str) -> Record:
    """The record of a raw review, which brings its ``package`` along.

    Title and text stand in one value, a tabulator between them. Google tells one time only, that of the last change.
    """
    comment, answer = _comments(raw)
    title, body = _title_and_body(text(comment, "text"))
    written = _title_and_body(text(comment, "originalText"))
    changed = since_1970(comment, "lastModified.seconds")
    return tidied(
        Record(
            payload=as_received(raw),
            place=place,
            external_id=identity(raw, "reviewId"),
            fields={
                "subject": text(raw, "package"),
                "subject_type": "SoftwareApplication",
                "author": text(raw, "authorName"),
                "rating": text(comment, "starRating"),
                "rating_best": "5",
                "title": title,
                "body": body,
                # It is the language of the words as written, which a translation is not in.
                "language": "" if any(written) else text(comment, "reviewerLanguage"),
                "written_at": changed,
                "updated_at": changed,
                "helpful": text(comment, "thumbsUpCount"),
            },
            replies=[{"body": text(answer, "text"), "written_at": since_1970(answer, "lastModified.seconds")}],
            original=_original(comment, *written),
        )
    )


def _comments(raw: Mapping[str, Any]) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """What the user said, and what the developer answered; empty where he did not."""
    comments = rows(raw, "comments")
    said = next((inner(each, "userComment") for each in comments if "userComment" in each), None)
    if said is None:
        raise BadValueError("comments holds no userComment")
    return said, next((inner(each, "developerComment") for each in comments if "developerComment" in each), {})


def _title_and_body(words: str) -> tuple[str, str]:
    title, tabulator, body = words.partition("\t")
    return (title.strip(), body.strip()) if tabulator else ("", words.strip())


def _original(comment: Mapping[str, Any], title: str, body: str) -> Mapping[str, str] | None:
    if not title and not body:
        return None
    return {"language": text(comment, "reviewerLanguage"), "title": title, "body": body}


@dataclass(frozen=True, slots=True)
class _Reviews:
    api: TokenApi
    package: str
    translate_to: str

    def page(self, position: Position) -> Page:
        params = {"maxResults": str(PAGE_SIZE)}
        if position.get("token"):
            params["token"] = position["token"]
        if self.translate_to:
            params["translationLanguage"] = self.translate_to
        answer = self.api.get_object(_path(self.package), params)
        token = next_in(answer, "tokenPagination.nextPageToken")
        number = number_in(position, "page", 1)
        entries = entries_in(answer, "reviews")
        return Page(
            place=f"{NAME} page {number}",
            entries=[{"package": self.package, **each} if isinstance(each, Mapping) else each for each in entries],
            following={"token": token, "page": str(number + 1)} if token else None,
            shortfall=SHORTFALL,
        )


def _make(values: Mapping[str, str], http: GuardedSession) -> Paged:
    pages = _Reviews(_api(values, http), safe_id(values["package"]), values["translate_to"])
    return Paged(pages.page, named_by(values, read))


def _send(values: Mapping[str, str], http: GuardedSession, external_id: str, words: str) -> None:
    """Google puts an answer in the place of the one that is there."""
    if len(words) > LONGEST_REPLY:
        raise BadValueError(f"an answer on Google Play may have {LONGEST_REPLY} characters")
    path = f"{_path(safe_id(values['package']))}/{safe_id(external_id)}:reply"
    _api(values, http).send_json(HTTPMethod.POST, path, {"replyText": words})


def _path(package: str) -> str:
    return f"/androidpublisher/v3/applications/{package}/reviews"


def _api(values: Mapping[str, str], http: GuardedSession) -> TokenApi:
    """https://developers.google.com/identity/protocols/oauth2/service-account#httprest."""
    account = _account(values["service_account"])
    pem = pem_of("service_account", text(account, "private_key"))
    login = Api(base=base_of(values["token_url"]), http=http)

    def token() -> str:
        now = http.now()
        claims = {
            "iss": text(account, "client_email"),
            "scope": SCOPE,
            # The audience is Google's own address, also where a proxy stands before it.
            "aud": TOKEN_URL,
            "iat": now,
            "exp": now + TOKEN_LIFE,
        }
        assertion = signed("service_account", claims, pem, "RS256", text(account, "private_key_id"))
        grant = {"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": assertion}
        return token_in(login.post_form("", grant))

    return TokenApi(api=Api(base=base_of(values["base_url"]), http=http), fetch_token=token)


def _account(document: str) -> Mapping[str, Any]:
    try:
        account = json.loads(document)
    except (ValueError, RecursionError):
        raise BadValueError("service_account is no JSON: give what stands in the key file") from None
    if not isinstance(account, dict) or not isinstance(account.get("client_email"), str):
        raise BadValueError("service_account has no client_email: give what stands in the key file")
    return account


KIND = AnsweringKind(
    name=NAME,
    rights="google-play",
    sureness=Sureness.DOCUMENTED,
    options=OPTIONS,
    make=_make,
    send=_send,
    key_file="service_account",
)
