"""What the two collectors of Trustpilot share: its address, its OAuth, its pages and its options.

https://developers.trustpilot.com/authentication
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Any

from collectors.api import Api, Page, Position, base_of, basic, number_in, numbered
from collectors.fields import text
from collectors.platforms import SUBJECT_OPTIONS, TokenApi, counted, entries_in, token_in
from engine.errors import BadValueError, SourceRefusedError
from engine.http import GuardedSession
from engine.plugins import Option

TOKEN_PATH = "/v1/oauth/oauth-business-users-for-applications/accesstoken"  # noqa: S105  # a path, no password
PAGE_SIZE = 100
"""The most that the API gives at once."""

UNCOUNTED = "Trustpilot tells no count: one that went while the pages were read would hide another"
MOVED = "reviews came or went while the pages were read"

OPTIONS: Mapping[str, Option] = {
    "business_unit": Option(help="the id of the business unit, 24 letters and digits"),
    "api_key": Option(help="the API key", is_secret=True),
    "api_secret": Option(help="the secret of the API key", is_secret=True),
    "business_user": Option(help="the id of the business user who answers; needed for answers only", default=""),
    "base_url": Option(help="the address of the API", default="https://api.trustpilot.com"),
    **SUBJECT_OPTIONS,
}


@dataclass(frozen=True, slots=True)
class TrustpilotPages:
    """The pages of a list of reviews; what may have changed is anything, so each reading reads all of them.

    Trustpilot counts them by other rules than it lists them by. Its count still tells whether one went, and moved the
    rest from page to page, while they were read.
    """

    api: TokenApi
    source: str
    path: str
    key: str
    """Under which the reviews stand."""
    params: Mapping[str, str] = field(default_factory=dict)
    count_path: str = ""
    """Where reviews are counted; empty where they are not."""

    def page(self, position: Position) -> Page:
        count = position["count"] if "count" in position else self._count()
        params = {"page": str(number_in(position, "page", 1)), "perPage": str(PAGE_SIZE), **self.params}
        answer = self.api.get_object(self.path, params)
        links, entries = entries_in(answer, "links"), entries_in(answer, self.key)
        is_last = bool(links) and not _has_next(links)
        page = numbered(self.source, position, entries, last=is_last, carried={"count": count})
        return replace(page, shortfall=self._doubt(count)) if page.following is None else page

    def _doubt(self, count: str) -> str:
        if not count:
            return UNCOUNTED
        return "" if self._count() == count else MOVED

    def _count(self) -> str:
        """How many reviews Trustpilot counts; empty where it does not tell."""
        if not self.count_path:
            return ""
        try:
            total = counted(self.api.get_object(self.count_path), "numberOfReviews", "total")
        except SourceRefusedError as error:
            if error.status not in (HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND):
                raise
            return ""
        return "" if total is None else str(total)


def api_of(values: Mapping[str, str], http: GuardedSession) -> TokenApi:
    """The API, with a token of the client credentials grant."""
    base = base_of(values["base_url"])
    login = Api(base=base, http=http, headers={"Authorization": basic(values["api_key"], values["api_secret"])})
    return TokenApi(
        api=Api(base=base, http=http, headers={"apikey": values["api_key"]}),
        fetch_token=lambda: token_in(login.post_form(TOKEN_PATH, {"grant_type": "client_credentials"})),
    )


def business_user(values: Mapping[str, str]) -> str:
    """Who answers; raises BadValueError naming the option where nobody is named."""
    if not values["business_user"]:
        raise BadValueError("business_user is missing: Trustpilot wants to know who answers")
    return values["business_user"]


def evidence(raw: Mapping[str, Any], how: str) -> str:
    """What the verification rests on, in words: how Trustpilot says it was done, and the order."""
    order = text(raw, "referenceId").strip()
    return ", ".join(filter(None, (how, f"order {order}" if order else "")))


def _has_next(links: Any) -> bool:
    return any(isinstance(each, Mapping) and each.get("rel") == "next-page" for each in links)
