"""Reviews at Bazaarvoice, by the Conversations API 5.4."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from collectors.api import (
    Api,
    Page,
    Position,
    as_received,
    base_of,
    chosen,
    given,
    given_with,
    list_under,
    number_in,
    walk,
)
from collectors.fields import (
    before,
    count_in,
    first,
    identity,
    inner,
    listed,
    newest_of,
    rows,
    text,
    texts,
    truth,
    word,
)
from engine.domain import Batch, Record, Standing
from engine.errors import RetryLaterError, SourceRefusedError
from engine.http import GuardedSession
from engine.plugins import Collector, Option, Sureness

_PER_PAGE = "100"
_OVERLAP = timedelta(days=1)
_BUSY = frozenset({"ERROR_REQUEST_LIMIT_REACHED", "ERROR_UNKNOWN"})
"""Errors that pass; the others are about what was asked."""


class Bazaarvoice:
    name = "bazaarvoice"
    rights = "bazaarvoice"
    sureness = Sureness.DOCUMENTED
    options: Mapping[str, Option] = {
        "passkey": Option(help="the passkey of the Conversations API", is_secret=True),
        "filter": Option(help="one more filter, like ProductId:LK-K2 or ContentLocale:en_US,nl_NL", default=""),
        "base_url": Option(help="the address of the API", default="https://api.bazaarvoice.com"),
    }

    def collector(self, given: Mapping[str, str], http: GuardedSession) -> Collector:
        options = chosen(given, self.options)
        api = Api(base=base_of(options["base_url"]), http=http)
        return _Reviews(api=api, passkey=options["passkey"], filter=options["filter"])


KIND = Bazaarvoice()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reviews:
    """Oldest first, so that what is new while it is read stands on a page still to come."""

    api: Api
    # Bazaarvoice reads it from the query alone.
    passkey: str = field(repr=False)
    filter: str

    def collect(self, cursor: str | None) -> Iterator[Batch]:
        return walk(cursor, self._page, read)

    def _page(self, position: Position) -> Page:
        offset = number_in(position, "offset", 0)
        document = self._ask(offset, position.get("since", ""))
        entries = list_under(document, "Results", KIND.name)
        newest = newest_of(position.get("newest", ""), entries, "LastModificationTime")
        kept = given({"since": position.get("since", ""), "newest": newest})
        since = _seconds(before(newest, _OVERLAP)) or position.get("since", "")
        return Page(
            place=f"{KIND.name} from {offset}",
            entries=entries,
            following={**kept, "offset": str(offset + len(entries))} if entries else None,
            resume={"since": since} if since else None,
            reported=count_in(document, "TotalResults"),
        )

    def _ask(self, offset: int, since: str) -> Mapping[str, Any]:
        asked = {
            "apiversion": "5.4",
            "passkey": self.passkey,
            "Limit": _PER_PAGE,
            "Offset": str(offset),
            "Sort": "SubmissionTime:asc",
        }
        changed = f"LastModificationTime:gt:{since}" if since else ""
        filters = urlencode([("Filter", each) for each in (self.filter, changed) if each])
        document = self.api.get_object(f"/data/reviews.json?{filters}" if filters else "/data/reviews.json", asked)
        _refuse_errors(document)
        return document


def read(raw: Mapping[str, Any], place: str) -> Record:
    """The record of a review; one that another site collected is marked ``syndicated``, and may only be shown."""
    return Record(
        fields=given(
            {
                "subject": identity(raw, "ProductId"),
                "subject_name": text(raw, "OriginalProductName"),
                "author": text(raw, "UserNickname"),
                "rating": text(raw, "Rating"),
                "rating_best": text(raw, "RatingRange") or "5",
                "title": text(raw, "Title"),
                "body": text(raw, "ReviewText"),
                "language": text(raw, "ContentLocale").replace("_", "-"),
                "written_at": text(raw, "SubmissionTime"),
                "updated_at": text(raw, "LastModificationTime"),
                "verified": "verified purchase" if _has_badge(raw, "verifiedPurchaser") else "",
                "incentive": _incentive(raw),
                "relation": "employee" if _has_badge(raw, "Staff") else "",
                "helpful": text(raw, "TotalPositiveFeedbackCount"),
                "tags": listed(list(_tags(raw))),
                "syndicated": "yes" if truth(raw, "IsSyndicated") else "",
            }
        ),
        external_id=identity(raw, "Id"),
        place=place,
        payload=as_received(raw),
        replies=given_with("body", map(_reply, rows(raw, "ClientResponses"))),
        media=given_with("url", (*map(_photo, rows(raw, "Photos")), *map(_film, rows(raw, "Videos")))),
        aspects=given_with("value", map(_aspect, _objects(raw, "SecondaryRatings"))),
        standing=Standing.PUBLIC if text(raw, "ModerationStatus") in ("", "APPROVED") else Standing.HIDDEN,
    )


def _incentive(raw: Mapping[str, Any]) -> str:
    """What was given for it, in the words of the shop, or yes where only a badge says so."""
    value = word(raw, "ContextDataValues.IncentivizedReview.Value").casefold()
    if value not in ("", "false", "no"):
        return text(raw, "ContextDataValues.IncentivizedReview.ValueLabel") or "yes"
    return "yes" if _has_badge(raw, "incentivizedReview") else ""


def _has_badge(raw: Mapping[str, Any], name: str) -> bool:
    return any(badge.casefold() == name.casefold() for badge in inner(raw, "Badges"))


def _tags(raw: Mapping[str, Any]) -> Iterator[str]:
    for dimension in _objects(raw, "TagDimensions"):
        yield from texts(dimension, "Values")


def _objects(raw: Mapping[str, Any], path: str) -> Iterator[Mapping[str, Any]]:
    """The objects that Bazaarvoice keeps by name."""
    group = inner(raw, path)
    return (inner(group, name) for name in group)


def _reply(raw: Mapping[str, Any]) -> dict[str, str]:
    return {
        "body": text(raw, "Response"),
        "author": first(raw, "Name", "Department"),
        "written_at": text(raw, "Date"),
    }


def _photo(raw: Mapping[str, Any]) -> dict[str, str]:
    return {
        "kind": "image",
        "url": first(raw, "Sizes.large.Url", "Sizes.normal.Url"),
        "thumbnail": text(raw, "Sizes.thumbnail.Url"),
        "alt": text(raw, "Caption"),
    }


def _film(raw: Mapping[str, Any]) -> dict[str, str]:
    return {
        "kind": "video",
        "url": first(raw, "VideoUrl"),
        "thumbnail": text(raw, "VideoThumbnailUrl"),
        "alt": text(raw, "Caption"),
    }


def _aspect(raw: Mapping[str, Any]) -> dict[str, str]:
    return {
        "label": first(raw, "Label", "Id"),
        "value": text(raw, "Value"),
        "worst": "1",
        "best": text(raw, "ValueRange") or "5",
        "low": text(raw, "MinLabel"),
        "high": text(raw, "MaxLabel"),
    }


def _seconds(moment: str) -> str:
    """A moment in UTC as seconds since 1970; empty where there is none."""
    return str(int(datetime.fromisoformat(moment).replace(tzinfo=UTC).timestamp())) if moment else ""


def _refuse_errors(document: Mapping[str, Any]) -> None:
    """Bazaarvoice says no with HTTP 200."""
    if not document.get("HasErrors"):
        return
    errors = document.get("Errors")
    codes = {str(each.get("Code", ""))[:60] for each in errors or () if isinstance(each, Mapping)}
    said = f"Bazaarvoice answered with {', '.join(sorted(codes)) or 'an error that has no code'}"
    if codes & _BUSY:
        raise RetryLaterError(said)
    raise SourceRefusedError(said)
