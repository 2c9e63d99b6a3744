"""Reviews that any program sends, in our own field names, signed as Standard Webhooks.

https://www.standardwebhooks.com
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from difflib import get_close_matches
from typing import Any

from collectors.api import Page, about, as_received, chosen, given, given_with, object_of, to_batch
from collectors.fields import find, identity, inner, listed, rows, text, texts
from collectors.hooked import Unasked
from collectors.mapping import CONTACT_FIELDS, FIELDS
from collectors.platforms import SUBJECT_OPTIONS
from engine.domain import Batch, Record, Standing
from engine.errors import BadValueError
from engine.http import GuardedSession
from engine.plugins import Collector, Option, Sureness
from engine.signatures import check_standard, standard_id

MOST_AT_ONCE = 1_000
"""Reviews in one webhook."""
_PARTS = ("replies", "media", "aspects", "original", "standing")
_APART = frozenset({"external_id", "reply", "reply_author", *CONTACT_FIELDS})
_KNOWN = frozenset({*FIELDS, *_PARTS})


class Webhook:
    name = "webhook"
    rights = "own"
    sureness = Sureness.DOCUMENTED
    options: Mapping[str, Option] = {
        "webhook_secret": Option(help="what the sender signs with: base64 with whsec_ before it", is_secret=True),
        **SUBJECT_OPTIONS,
    }

    def collector(self, given: Mapping[str, str], http: GuardedSession) -> Collector:  # noqa: ARG002 - nobody is asked
        chosen(given, self.options)
        return Unasked("it is only known what was sent")

    def receive(self, given: Mapping[str, str], headers: Mapping[str, str], body: bytes, now: datetime) -> Batch:
        """One review, or those under ``reviews``; the ids under ``deleted`` are gone."""
        check_standard(given.get("webhook_secret", ""), headers, body, now)
        said = object_of(body)
        entries = _listed(said, "reviews") if "reviews" in said else [] if "deleted" in said else [said]
        page = Page(
            place=f"{self.name} {standard_id(headers)[:60]}",
            entries=entries,
            following=None,
            deleted=[identity({"deleted": each}, "deleted") for each in _listed(said, "deleted")],
        )
        subject = {name: given.get(name, "") for name in SUBJECT_OPTIONS}
        return to_batch(page, about(subject, read))

    def hook_id(self, headers: Mapping[str, str]) -> str:
        return standard_id(headers)


KIND = Webhook()


def read(raw: Mapping[str, Any], place: str) -> Record:
    """The record of a review in our own field names; a name that is none of ours is refused, and nothing is lost."""
    for name in raw:
        if name not in _KNOWN:
            near = get_close_matches(str(name), sorted(_KNOWN), n=1)
            meant = f"; did you mean {near[0]}?" if near else ""
            raise BadValueError(f"there is no field {str(name)[:40]!r}{meant}")
    said = given({name: _said(raw, name) for name in FIELDS})
    reply = given({"body": said.get("reply", ""), "author": said.get("reply_author", "")})
    return Record(
        fields={name: value for name, value in said.items() if name not in _APART},
        external_id=identity(raw, "external_id"),
        place=place,
        payload=as_received(raw),
        contact={name: said[name] for name in CONTACT_FIELDS if name in said} or None,
        replies=given_with("body", [reply, *_parts(raw, "replies")]),
        media=given_with("url", _parts(raw, "media")),
        aspects=given_with("value", _parts(raw, "aspects")),
        original=_part(inner(raw, "original")) or None,
        standing=_standing(raw),
    )


def _said(raw: Mapping[str, Any], name: str) -> str:
    value = find(raw, name)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return listed(texts(raw, name)) if isinstance(value, list) else text(raw, name)


def _parts(raw: Mapping[str, Any], name: str) -> Sequence[Mapping[str, str]]:
    return [_part(each) for each in rows(raw, name)]


def _part(raw: Mapping[str, Any]) -> dict[str, str]:
    return given({name: text(raw, name) for name in raw if "." not in name})


def _standing(raw: Mapping[str, Any]) -> Standing:
    value = text(raw, "standing") or Standing.PUBLIC
    if value not in set(Standing):
        raise BadValueError(f"standing is {value[:40]!r}; it can be {', '.join(Standing)}")
    return Standing(value)


def _listed(said: Mapping[str, Any], name: str) -> Sequence[Any]:
    value = said.get(name) or []
    if not isinstance(value, list) or len(value) > MOST_AT_ONCE:
        raise BadValueError(f"{name} must be a list of at most {MOST_AT_ONCE:,}")
    return value
