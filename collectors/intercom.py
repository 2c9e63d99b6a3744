"""What customers say of a conversation in Intercom, by its API and its webhook.

https://developers.intercom.com/docs/references/rest-api/api.intercom.io/conversations
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from collectors.api import Api, Page, Position, Read, as_received, base_of, given, number_in, object_in, object_of, walk
from collectors.fields import identity, inner, next_in, since_1970, text, whole
from collectors.hooked import WEBHOOK_SECRET, HookedKind, refuse_unless_recent
from collectors.platforms import counted, entries_in
from collectors.signals import RIGHTS, SIGNAL_OPTIONS, reading
from engine.domain import Batch, Record
from engine.errors import BadValueError
from engine.http import GuardedSession
from engine.plugins import Option, Sureness
from engine.signatures import check_hmac

NAME = "intercom"
TOPIC = "conversation.rating.added"
PAGE_SIZE = 150
"""The most that a search gives at once."""
OVERLAP = int(timedelta(days=1).total_seconds())
# The conversation itself is nobody's review: nothing of it is taken along.
_KEPT = ("type", "id", "conversation_rating")

OPTIONS: Mapping[str, Option] = {
    "token": Option(help="an access token that may read conversations", is_secret=True),
    "webhook_secret": WEBHOOK_SECRET,
    "base_url": Option(
        help="the address of the API, another for Europe and Australia", default="https://api.intercom.io"
    ),
    "version": Option(help="the version of the API that is asked for", default="2.11"),
    **SIGNAL_OPTIONS,
}


def read(raw: Mapping[str, Any], place: str) -> Iterator[Record]:
    """The record of a conversation's rating; none where the customer was asked and gave none."""
    number, rating = identity(raw, "id"), whole(raw, "conversation_rating.rating")
    if not rating:
        return
    # A rating is made when it is asked for, and changed when it is given.
    changed = since_1970(raw, "conversation_rating.updated_at")
    yield Record(
        fields=given(
            {
                "rating": str(rating),
                "rating_best": "5",
                "body": text(raw, "conversation_rating.remark"),
                "written_at": changed or since_1970(raw, "conversation_rating.created_at"),
                "tags": "csat",
            }
        ),
        external_id=number,
        place=place,
        payload=as_received(raw),
        contact=given({"intercom contact": text(raw, "conversation_rating.contact.id")}) or None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ratings:
    """The conversations that were rated, as a search for them gives them."""

    api: Api
    read: Read

    def collect(self, cursor: str | None) -> Iterator[Batch]:
        return walk(cursor, self._page, self.read)

    def _page(self, position: Position) -> Page:
        since, after = number_in(position, "since", 0), position.get("after", "")
        pagination = {"per_page": PAGE_SIZE, **({"starting_after": after} if after else {})}
        query = {"field": "conversation_rating.replied_at", "operator": ">", "value": since}
        answer = object_in(self.api.post_json("/conversations/search", {"query": query, "pagination": pagination}))
        conversations = [kept(each) for each in entries_in(answer, "conversations")]
        newest = max([number_in(position, "newest", 0), *map(_moment, conversations)])
        number, following = number_in(position, "page", 1), next_in(answer, "pages.next.starting_after")
        again = max(newest - OVERLAP, since)
        return Page(
            place=f"{NAME} page {number}",
            entries=conversations,
            following={"after": following, "newest": str(newest), "since": str(since), "page": str(number + 1)}
            if following
            else None,
            resume={"since": str(again)} if again else None,
            reported=None if since else counted(answer, "total_count"),
        )


def kept(conversation: Any) -> Any:
    """Of a conversation, what its rating is read from."""
    if not isinstance(conversation, Mapping):
        return conversation
    return {name: conversation[name] for name in _KEPT if name in conversation}


def _moment(conversation: Any) -> int:
    """When it was rated; nought where it does not say."""
    if not isinstance(conversation, Mapping):
        return 0
    try:
        return whole(conversation, "conversation_rating.updated_at") or 0
    except BadValueError:
        return 0


def _make(options: Mapping[str, str], http: GuardedSession) -> _Ratings:
    headers = {"Authorization": f"Bearer {options['token']}", "Intercom-Version": options["version"]}
    return _Ratings(api=Api(base=base_of(options["base_url"]), http=http, headers=headers), read=reading(read)(options))


def _opened(
    options: Mapping[str, str], headers: Mapping[str, str], body: bytes, now: datetime
) -> Mapping[str, Any] | None:
    """https://developers.intercom.com/docs/webhooks/webhook-notifications#signed-notifications"""
    # SHA-1 is what Intercom signs with; as an HMAC it still holds (RFC 6151 says the same even of MD5).
    check_hmac(options["webhook_secret"], headers.get("x-hub-signature", ""), body, algorithm="sha1", prefix="sha1=")
    event = object_of(body)
    if text(event, "topic") != TOPIC:
        return None
    refuse_unless_recent(since_1970(event, "created_at"), now)
    conversation: Mapping[str, Any] = kept(inner(event, "data.item"))
    return conversation


KIND = HookedKind(
    name=NAME,
    rights=RIGHTS,
    sureness=Sureness.DOCUMENTED,
    options=OPTIONS,
    make=_make,
    reading=reading(read),
    opened=_opened,
)
