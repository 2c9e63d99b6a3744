"""Google Business Profile: the reviews of one location, by the API of version 4, and answers to them.

https://developers.google.com/my-business/reference/rest/v4/accounts.locations.reviews
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from http import HTTPMethod
from typing import Any

from collectors.api import Api, Page, Position, as_received, base_of, number_in, object_in
from collectors.fields import before, first, identity, next_in, rows, text, truth
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
    token_in,
)
from engine.domain import Record
from engine.errors import BadValueError, SourceRefusedError
from engine.http import GuardedSession
from engine.plugins import Option, Sureness

NAME = "google_business_profile"
OVERLAP = timedelta(days=1)
PAGE_SIZE = 50
"""The most that the API gives at once."""
LONGEST_REPLY = 4096
"""Bytes; https://developers.google.com/my-business/reference/rest/v4/accounts.locations.reviews#ReviewReply."""
WORDS = ("translated", "written")
UNPUBLISHED_REPLY = frozenset({"PENDING", "REJECTED"})

_TRANSLATION = re.compile(r"\(Translated by Google\)")
_ORIGINAL = re.compile(r"\(Original\)")

OPTIONS: Mapping[str, Option] = {
    "account": Option(help="the number of the account, as in accounts/1098"),
    "location": Option(help="the number of the location, as in locations/7741"),
    "client_id": Option(help="the id of the OAuth client"),
    "client_secret": Option(help="the secret of the OAuth client", is_secret=True),
    "refresh_token": Option(help="the refresh token of a manager of the location", is_secret=True),
    "words": Option(
        help="which words are the review's where Google translated it: translated (the original beside) or written",
        default="translated",
    ),
    "base_url": Option(help="the address of the API", default="https://mybusiness.googleapis.com"),
    "token_url": Option(help="where access tokens are given out", default="https://oauth2.googleapis.com/token"),
    **SUBJECT_OPTIONS,
}


def read(raw: Mapping[str, Any], place: str) -> Record:
    """The record of a raw review; a comment that Google translated gives the translation, and the original beside."""
    written, translation = split_translation(text(raw, "comment"))
    stars = text(raw, "starRating")
    is_anonymous = truth(raw, "reviewer.isAnonymous")
    return tidied(
        Record(
            payload=as_received(raw),
            place=place,
            external_id=identity(raw, "reviewId"),
            fields={
                "subject": _location(text(raw, "name")),
                "subject_type": "LocalBusiness",
                # "A Google user" is what stands in the place of a name that is not told.
                "author": "" if is_anonymous else text(raw, "reviewer.displayName"),
                "rating": "" if stars == "STAR_RATING_UNSPECIFIED" else stars,
                "rating_best": "5",
                "body": translation or written,
                "written_at": text(raw, "createTime"),
                "updated_at": text(raw, "updateTime"),
            },
            replies=[_reply(raw)],
            media=[_media(each) for each in rows(raw, "reviewMediaItems")],
            original={"body": written} if translation else None,
        )
    )


def split_translation(comment: str) -> tuple[str, str]:
    """What was written, and Google's translation of it; the latter is empty where there is none.

    Google puts both into one comment, in either order: the words and then ``(Translated by Google)``, or the
    translation between that mark and ``(Original)``.
    """
    mark = _TRANSLATION.search(comment)
    if mark is None:
        return comment.strip(), ""
    before_it, after_it = comment[: mark.start()].strip(), comment[mark.end() :]
    original = _ORIGINAL.search(after_it)
    if before_it:
        return before_it, after_it.strip()
    if original is None:
        return after_it.strip(), ""
    return after_it[original.end() :].strip(), after_it[: original.start()].strip()


def _location(name: str) -> str:
    found = re.search(r"locations/([^/]+)", name)
    return found[1] if found else ""


def _reply(raw: Mapping[str, Any]) -> dict[str, str]:
    if first(raw, "reviewReply.reviewReplyState", "reviewReply.state", "reviewReplyState") in UNPUBLISHED_REPLY:
        return {}
    written, _ = split_translation(text(raw, "reviewReply.comment"))
    return {"body": written, "written_at": text(raw, "reviewReply.updateTime")}


def _media(raw: Mapping[str, Any]) -> dict[str, str]:
    film = text(raw, "videoUrl")
    picture = first(raw, "googleUrl", "thumbnailUrl")
    return {
        "url": film or picture,
        "kind": "video" if film else "image",
        "thumbnail": text(raw, "thumbnailUrl"),
    }


@dataclass(frozen=True, slots=True)
class _Location:
    api: TokenApi
    path: str

    def page(self, position: Position) -> Page:
        """The newest change comes first, so a reading ends where the one before began, a day earlier."""
        params = {"pageSize": str(PAGE_SIZE), "orderBy": "updateTime desc"}
        if position.get("token"):
            params["pageToken"] = position["token"]
        answer = self.api.get_object(self.path, params)
        entries = entries_in(answer, "reviews")
        moments = [moment for each in entries if (moment := _changed(each))]
        newest = position.get("newest") or max(moments, default="")
        since = position.get("since", "")
        token = next_in(answer, "nextPageToken")
        number = number_in(position, "page", 1)
        following = {"token": token, "newest": newest, "since": since, "page": str(number + 1)}
        is_last = not token or bool(since and moments and min(moments) < since)
        again = before(newest, OVERLAP) or since
        return Page(
            place=f"{NAME} page {number}",
            entries=entries,
            following=None if is_last else following,
            resume={"since": again} if again else None,
            reported=counted(answer, "totalReviewCount"),
        )


def _changed(entry: Any) -> str:
    """When a review was changed last, in UTC and so that later is greater; empty where it does not say."""
    moment = entry.get("updateTime") if isinstance(entry, Mapping) else None
    return before(moment, timedelta(0)) if isinstance(moment, str) else ""


def _as_written(raw: Mapping[str, Any], place: str) -> Record:
    found = read(raw, place)
    if found.original is None:
        return found
    return replace(found, fields={**found.fields, "body": found.original["body"]}, original=None)


def _api(values: Mapping[str, str], http: GuardedSession) -> TokenApi:
    tokens = Api(base=base_of(values["token_url"]), http=http)
    fields = {
        "grant_type": "refresh_token",
        "client_id": values["client_id"],
        "client_secret": values["client_secret"],
        "refresh_token": values["refresh_token"],
    }
    api = Api(base=base_of(values["base_url"]), http=http)
    return TokenApi(api=api, fetch_token=lambda: token_in(tokens.post_form("", fields)))


def _path(values: Mapping[str, str]) -> str:
    return f"/v4/accounts/{safe_id(values['account'])}/locations/{safe_id(values['location'])}/reviews"


def _make(values: Mapping[str, str], http: GuardedSession) -> Paged:
    if values["words"] not in WORDS:
        raise BadValueError(f"words is neither {WORDS[0]} nor {WORDS[1]}")
    reader = read if values["words"] == WORDS[0] else _as_written
    return Paged(_Location(_api(values, http), _path(values)).page, named_by(values, reader))


def _send(values: Mapping[str, str], http: GuardedSession, external_id: str, words: str) -> None:
    if len(words.encode()) > LONGEST_REPLY:
        raise BadValueError(f"an answer on Google may have {LONGEST_REPLY:,} bytes")
    path = f"{_path(values)}/{safe_id(external_id)}/reply"
    answer = object_in(_api(values, http).send_json(HTTPMethod.PUT, path, {"comment": words}))
    if first(answer, "reviewReplyState", "state") == "REJECTED":
        why = text(answer, "policyViolation") or "no reason given"
        raise SourceRefusedError(f"Google rejects the answer to {external_id}: {why[:200]}")


def _drop(values: Mapping[str, str], http: GuardedSession, external_id: str) -> None:
    """https://developers.google.com/my-business/reference/rest/v4/accounts.locations.reviews/deleteReply."""
    _api(values, http).request(HTTPMethod.DELETE, f"{_path(values)}/{safe_id(external_id)}/reply")


KIND = RetractingKind(
    name=NAME,
    rights="google-business-profile",
    sureness=Sureness.DOCUMENTED,
    options=OPTIONS,
    make=_make,
    send=_send,
    drop=_drop,
)
