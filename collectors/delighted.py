"""Survey responses as Delighted tells them, by its API and its webhook; others export the same shape.

The product was announced to be closed: what stays of it is the shape.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from collectors.api import (
    Api,
    Page,
    Position,
    Read,
    as_received,
    base_of,
    basic,
    given,
    list_in,
    number_in,
    numbered,
    object_of,
    walk,
)
from collectors.fields import find, first, identity, inner, listed, rows, since_1970, text, texts
from collectors.hooked import HookedKind, refuse_unless_recent
from collectors.permission import QUOTING, permission_in
from collectors.signals import NPS, RIGHTS, SIGNAL_OPTIONS, reading
from engine.domain import Batch, Record
from engine.errors import BadValueError
from engine.http import GuardedSession
from engine.plugins import Option, Sureness
from engine.signatures import check_hmac

NAME = "delighted"
PAGE_SIZE = 100
"""The most that is given at once."""
OVERLAP = int(timedelta(days=1).total_seconds())
EVENTS = frozenset({"survey_response.created", "survey_response.updated"})
SCALES: Mapping[str, str] = {
    "nps": NPS,
    "enps": NPS,
    "csat": "5",
    "csat3": "3",
    "ces": "5",
    "ces7": "7",
    "star": "5",
    "stars": "5",
    "smileys": "5",
    "thumbs": "0-1",
}

OPTIONS: Mapping[str, Option] = {
    "key": Option(help="the private API key of the project; it signs the webhooks as well", is_secret=True),
    "base_url": Option(help="the address of the API", default="https://api.delighted.com/v1"),
    **SIGNAL_OPTIONS,
}


def read(raw: Mapping[str, Any], place: str) -> Iterator[Record]:
    """The record of a survey response; none where neither a score nor words were given."""
    number, kind = identity(raw, "id"), text(raw, "survey_type")
    score, words = text(raw, "score"), text(raw, "comment")
    if not score and not words.strip():
        return
    if score and kind not in SCALES:
        raise BadValueError(f"survey_type is {kind[:40]!r}, whose scale is not known; known are {', '.join(SCALES)}")
    person = _person(raw)
    yield Record(
        fields=given(
            {
                "rating": score,
                "rating_best": SCALES[kind] if score else "",
                "body": words,
                "author": text(person, "name"),
                "written_at": since_1970(raw, "created_at"),
                "updated_at": since_1970(raw, "updated_at"),
                "tags": listed([kind, *texts(raw, "tags")]),
                "consent": permission_in("\n\n".join([words, *_further(raw)])),
            }
        ),
        external_id=number,
        place=place,
        payload=as_received(raw),
        contact=_contact(raw, person),
        consent_to=QUOTING,
    )


def _further(raw: Mapping[str, Any]) -> Iterator[str]:
    """What was answered in words to the questions after the score."""
    for each in rows(raw, "additional_answers"):
        value = find(each, "value")
        yield text(inner(each, "value"), "free_response") if isinstance(value, Mapping) else ""


def _person(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    """Who answered; nobody where only an id is told."""
    person = find(raw, "person")
    return person if isinstance(person, Mapping) else {}


def _contact(raw: Mapping[str, Any], person: Mapping[str, Any]) -> Mapping[str, str] | None:
    order = first(inner(raw, "person_properties"), "order_id", "Order ID")
    kept = {"email": text(person, "email"), "phone": text(person, "phone_number"), "order": order}
    return given(kept) or None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Responses:
    """The responses as they came in; a later reading asks for those that changed since, as they changed."""

    api: Api
    read: Read

    def collect(self, cursor: str | None) -> Iterator[Batch]:
        return walk(cursor, self._page, self.read)

    def _page(self, position: Position) -> Page:
        since = number_in(position, "since", 0)
        asked = {"per_page": str(PAGE_SIZE), "page": str(number_in(position, "page", 1)), "expand": "person"}
        asked |= {"updated_since": str(since), "order": "asc:updated_at"} if since else {"order": "asc:created_at"}
        responses = list_in(self.api.get("/survey_responses.json", asked))
        newest = max([number_in(position, "newest", 0), *_moments(responses)])
        again = max(newest - OVERLAP, since)
        return numbered(
            NAME,
            position,
            responses,
            resume={"since": str(again)} if again else None,
            carried={"newest": str(newest)},
        )


def _moments(responses: Sequence[Any]) -> Iterator[int]:
    for each in responses:
        moments = (each.get("updated_at"), each.get("created_at")) if isinstance(each, Mapping) else ()
        yield from (moment for moment in moments if isinstance(moment, int) and 0 < moment < 10**11)


def _make(options: Mapping[str, str], http: GuardedSession) -> _Responses:
    headers = {"Authorization": basic(options["key"], "")}
    return _Responses(
        api=Api(base=base_of(options["base_url"]), http=http, headers=headers), read=reading(read)(options)
    )


def _opened(
    options: Mapping[str, str], headers: Mapping[str, str], body: bytes, now: datetime
) -> Mapping[str, Any] | None:
    check_hmac(options["key"], headers.get("x-delighted-webhook-signature", ""), body, prefix="sha256=")
    event = object_of(body)
    if text(event, "event_type") not in EVENTS:
        return None
    response = inner(event, "event_data")
    refuse_unless_recent(since_1970(response, "updated_at") or since_1970(response, "created_at"), now)
    return response


KIND = HookedKind(
    name=NAME,
    rights=RIGHTS,
    sureness=Sureness.SECONDARY,
    options=OPTIONS,
    make=_make,
    reading=reading(read),
    opened=_opened,
)
