"""Reviews of a shop that uses Yotpo, by the account's own API v1."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import quote

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
    list_in,
    number_in,
    numbered,
    object_in,
    walk,
)
from collectors.fields import before, identity, newest_of, text, truth
from engine.domain import Batch, Record, Standing
from engine.errors import SourceRefusedError
from engine.http import GuardedSession
from engine.plugins import Collector, Option, Sureness

_PER_PAGE = "100"
_OVERLAP = timedelta(days=1)
_OF_THE_SHOP = "yotpo_site_reviews"
"""What Yotpo writes for a product where a review is about the shop."""


class Yotpo:
    name = "yotpo"
    rights = "yotpo"
    sureness = Sureness.CLIENT
    options: Mapping[str, Option] = {
        "app_key": Option(help="the app key of the account"),
        "secret": Option(help="the secret key of the account", is_secret=True),
        "shop": Option(help="what reviews of the shop itself are about", default="shop"),
        "base_url": Option(help="the address of the API", default="https://api.yotpo.com"),
    }

    def collector(self, given: Mapping[str, str], http: GuardedSession) -> Collector:
        options = chosen(given, self.options)
        return _Reviews(
            api=Api(base=base_of(options["base_url"]), http=http),
            app_key=options["app_key"],
            secret=options["secret"],
            read=about({"subject": options["shop"], "subject_type": "Organization"}, read),
        )


KIND = Yotpo()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reviews:
    api: Api
    app_key: str
    secret: str = field(repr=False)
    read: Read

    def collect(self, cursor: str | None) -> Iterator[Batch]:
        token = self._token()
        return walk(cursor, lambda position: self._page(position, token), self.read)

    def _token(self) -> str:
        credentials = {"client_id": self.app_key, "client_secret": self.secret, "grant_type": "client_credentials"}
        token = object_in(self.api.post_json("/oauth/token", credentials)).get("access_token")
        if not isinstance(token, str) or not token:
            raise SourceRefusedError("Yotpo gave no access token: check app_key and secret")
        return token

    def _page(self, position: Position, token: str) -> Page:
        # Yotpo reads the token from the query alone.
        asked = {"utoken": token, "count": _PER_PAGE, "page": str(number_in(position, "page", 1))}
        if since := position.get("since"):
            asked["since_updated_at"] = since
        entries = list_in(self.api.get(f"/v1/apps/{quote(self.app_key, safe='')}/reviews", asked), "reviews")
        newest = newest_of(position.get("newest", ""), entries, "updated_at")
        since = before(newest, _OVERLAP)[:10] or since
        carried = {"newest": newest} if newest else {}
        return numbered(KIND.name, position, entries, resume={"since": since} if since else None, carried=carried)


def read(raw: Mapping[str, Any], place: str) -> Record:
    """The record of a review; one that is deleted or archived at Yotpo is gone."""
    product = text(raw, "sku")
    is_gone = truth(raw, "deleted") or truth(raw, "archived")
    return Record(
        fields=given(
            {
                "subject": "" if product == _OF_THE_SHOP else product,
                "author": text(raw, "name"),
                "rating": text(raw, "score"),
                "rating_best": "5",
                "title": text(raw, "title"),
                "body": text(raw, "content"),
                "written_at": text(raw, "created_at"),
                "updated_at": text(raw, "updated_at"),
                "verified": "buyer" if text(raw, "reviewer_type") == "verified_buyer" else "",
                "helpful": text(raw, "votes_up"),
            }
        ),
        external_id=identity(raw, "id"),
        place=place,
        payload=as_received(raw),
        contact=given({"email": text(raw, "email")}) or None,
        standing=Standing.DELETED if is_gone else Standing.PUBLIC,
    )
