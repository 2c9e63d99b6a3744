"""Reviews of a shop that uses Judge.me, by its API v1 and webhooks; the shop's replies can be written back.

https://judge.me/api/docs
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from collectors.api import (
    Api,
    Page,
    Position,
    Read,
    about,
    as_received,
    base_of,
    chosen,
    given,
    given_with,
    list_in,
    number_in,
    numbered,
    object_of,
    to_batch,
    walk,
)
from collectors.fields import count_in, find, first, identity, rows, text, truth
from engine.domain import Batch, Record, Standing
from engine.errors import RetryLaterError, SourceRefusedError
from engine.http import GuardedSession
from engine.plugins import Collector, Option, Sureness
from engine.signatures import check_hmac

_PER_PAGE = "100"


class JudgeMe:
    name = "judgeme"
    rights = "judgeme"
    sureness = Sureness.CLIENT
    options: Mapping[str, Option] = {
        "shop": Option(help="the domain of the shop, like larkfield.myshopify.com"),
        "token": Option(help="the private API token of the shop", is_secret=True),
        "webhook_secret": Option(
            help="what webhooks are signed with: the secret of the app that made them, or the private API token",
            default="",
            is_secret=True,
        ),
        "email_replies": Option(help="yes: Judge.me also sends an answer to its reviewer by e-mail", default="no"),
        "base_url": Option(help="the address of the API", default="https://api.judge.me/api/v1"),
    }

    def collector(self, given: Mapping[str, str], http: GuardedSession) -> Collector:
        options = chosen(given, self.options)
        return _Reviews(api=_api(options, http), shop=options["shop"], read=_reading(options["shop"]))

    def receive(
        self,
        given: Mapping[str, str],
        headers: Mapping[str, str],
        body: bytes,
        now: datetime,  # noqa: ARG002  # Judge.me signs no time
    ) -> Batch:
        """The review that ``review/created`` or ``review/updated`` brings; other topics bring none.

        https://judge.me/help/en/articles/8299679-verifying-webhooks-from-judge-me
        """
        check_hmac(given.get("webhook_secret", ""), headers.get("judgeme-hmac-sha256", ""), body)
        review = find(object_of(body), "review")
        entries = [] if review is None else [review]
        page = Page(place=f"{self.name} webhook", entries=entries, following=None)
        return to_batch(page, _reading(given.get("shop", "")))

    def reply(self, given: Mapping[str, str], http: GuardedSession, external_id: str, text: str) -> None:
        """Puts a public reply under a review.

        Judge.me keeps each one that it is sent, so an answer that got lost on the way is not sent again:
        SourceRefusedError asks a person to look.
        """
        options = chosen(given, self.options)
        said = {
            "review_id": int(external_id) if external_id.isdecimal() else external_id,
            "send_reply_email": options["email_replies"] == "yes",
            "reply": {"content": text},
        }
        try:
            _api(options, http).post_json("/replies", said, {"shop_domain": options["shop"]})
        except RetryLaterError as error:
            if error.retry_after is not None:
                raise
            raise SourceRefusedError(
                f"it is not known whether the reply arrived ({error}): look for it in Judge.me before it is sent again"
            ) from error


KIND = JudgeMe()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reviews:
    api: Api
    shop: str
    read: Read

    def collect(self, cursor: str | None) -> Iterator[Batch]:
        return walk(cursor, self._page, self.read)

    def _page(self, position: Position) -> Page:
        asked = {
            "shop_domain": self.shop,
            "page": str(number_in(position, "page", 1)),
            "per_page": _PER_PAGE,
        }
        entries = list_in(self.api.get("/reviews", asked), "reviews")
        # Counted before the first page and after the last: a count that moved meanwhile proves nothing.
        known = number_in(position, "count", -1)
        count = self._count() if known < 0 or not entries else known
        return numbered(
            KIND.name, position, entries, reported=count, carried={} if count is None else {"count": str(count)}
        )

    def _count(self) -> int | None:
        return count_in(self.api.get_object("/reviews/count", {"shop_domain": self.shop}), "count")


def read(raw: Mapping[str, Any], place: str) -> Record:
    """The record of a review; one of the shop itself names no product."""
    return Record(
        fields=given(
            {
                "subject": text(raw, "product_external_id"),
                "subject_name": text(raw, "product_title"),
                "author": text(raw, "reviewer.name"),
                "rating": text(raw, "rating"),
                "rating_best": "5",
                "title": text(raw, "title"),
                "body": text(raw, "body"),
                "written_at": text(raw, "created_at"),
                "updated_at": text(raw, "updated_at"),
                "verified": "buyer" if "buyer" in text(raw, "verified") else "",
            }
        ),
        external_id=identity(raw, "id"),
        place=place,
        payload=as_received(raw),
        contact=given(
            {
                "email": text(raw, "reviewer.email"),
                "phone": text(raw, "reviewer.phone"),
                "ip": text(raw, "ip_address"),
            }
        )
        or None,
        media=given_with("url", map(_picture, rows(raw, "pictures"))),
        standing=_standing(raw),
    )


def _picture(raw: Mapping[str, Any]) -> dict[str, str]:
    return {
        "kind": "image",
        "url": first(raw, "urls.original", "urls.huge", "urls.compact"),
        "thumbnail": text(raw, "urls.small"),
        "standing": Standing.HIDDEN if truth(raw, "hidden") else "",
    }


def _standing(raw: Mapping[str, Any]) -> Standing:
    is_out = truth(raw, "published", default=True) and not truth(raw, "hidden")
    return Standing.PUBLIC if is_out and text(raw, "curated") in ("", "ok") else Standing.HIDDEN


def _reading(shop: str) -> Read:
    return about({"subject": shop, "subject_type": "Organization"}, read)


def _api(options: Mapping[str, str], http: GuardedSession) -> Api:
    return Api(base=base_of(options["base_url"]), http=http, headers={"X-Api-Token": options["token"]})
