"""The lists of a WordPress site's REST API, as WooCommerce, comments and Site Reviews are read from them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from collectors.api import Api, Page, Position, Read, list_in, number_in, numbered, walk
from collectors.fields import before, newest_of
from engine.domain import Batch, Standing
from engine.http import Answer

PER_PAGE = "100"
"""The most that WordPress gives at once (https://developer.wordpress.org/rest-api/using-the-rest-api/pagination/)."""
OVERLAP = timedelta(days=2)
"""``after`` is compared with the site's own time, which may be fourteen hours from the UTC that we remember."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WordPressList:
    """One list, oldest first, so that what is new while it is read stands on a page still to come."""

    name: str
    api: Api
    path: str
    params: Mapping[str, str]
    read: Read
    moment: str
    """The field with the time of publication in UTC; empty where the list cannot be asked for what is new."""

    def collect(self, cursor: str | None) -> Iterator[Batch]:
        return walk(cursor, self._page, self.read)

    def _page(self, position: Position) -> Page:
        asked = {"page": str(number_in(position, "page", 1)), "per_page": PER_PAGE, "order": "asc", **self.params}
        if after := position.get("after"):
            asked["after"] = after
        answer = self.api.get(self.path, asked)
        entries = list_in(answer)
        pages = _count(answer, "x-wp-totalpages")
        newest = newest_of(position.get("newest", ""), entries, self.moment)
        since = before(newest, OVERLAP) or after
        return numbered(
            self.name,
            position,
            entries,
            last=pages is not None and number_in(position, "page", 1) >= pages,
            resume={"after": since} if since else None,
            reported=_count(answer, "x-wp-total"),
            carried={"newest": newest} if newest else None,
        )


def standing_of(status: str) -> Standing:
    """What WordPress's word for a comment means; a word that we do not know keeps it from being shown.

    https://developer.wordpress.org/reference/functions/wp_get_comment_status/
    """
    if status in ("approved", "approve", "publish"):
        return Standing.PUBLIC
    return Standing.DELETED if status == "trash" else Standing.HIDDEN


def _count(answer: Answer, header: str) -> int | None:
    value = answer.headers.get(header, "").strip()
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 10 else None
