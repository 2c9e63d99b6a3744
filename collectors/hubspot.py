"""Answers to HubSpot's surveys (NPS, CSAT, CES), which it calls feedback submissions.

https://developers.hubspot.com/docs/api/crm/feedback-submissions
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from collectors.api import Api, Page, Position, Read, about, as_received, base_of, given, list_under, number_in, walk
from collectors.fields import first, identity, listed, next_in, text, truth
from collectors.hooked import ReadingKind
from collectors.platforms import SUBJECT_OPTIONS
from collectors.signals import NPS, RIGHTS, SIGNAL_OPTIONS
from engine.domain import Batch, Record, Standing
from engine.http import GuardedSession
from engine.plugins import Option, Sureness

NAME = "hubspot"
PAGE_SIZE = 100
"""The most that is given at once."""
PATH = "/crm/v3/objects/feedback_submissions"
PROPERTIES = (
    "hs_survey_type",
    "hs_survey_name",
    "hs_survey_channel",
    "hs_value",
    "hs_content",
    "hs_sentiment",
    "hs_response_group",
    "hs_submission_timestamp",
    "hs_contact_email_rollup",
)

OPTIONS: Mapping[str, Option] = {
    "token": Option(
        help="the token of a private app with crm.objects.feedback_submissions.read and crm.objects.contacts.read",
        is_secret=True,
    ),
    "csat_best": Option(help="the scale of your CSAT surveys, like 5 or 0-2", default="5"),
    "ces_best": Option(help="the scale of your CES surveys", default="7"),
    "base_url": Option(help="the address of the API", default="https://api.hubapi.com"),
    **SIGNAL_OPTIONS,
}
DEFAULT_SCALES: Mapping[str, str] = {"NPS": NPS, "CSAT": "5", "CES": "7"}


def read(raw: Mapping[str, Any], place: str) -> Iterator[Record]:
    """The record of a submission, its score on the scale that such surveys usually have."""
    return read_by(DEFAULT_SCALES, raw, place)


def read_by(scales: Mapping[str, str], raw: Mapping[str, Any], place: str) -> Iterator[Record]:
    """The record of a submission; none where neither a score nor words were given.

    ``scales`` has the scale of each type of survey. A survey of our own making has scores of a scale that nobody
    tells: its words are kept.
    """
    number = identity(raw, "id")
    kind = text(raw, "properties.hs_survey_type").upper()
    scale = scales.get(kind, "")
    score = text(raw, "properties.hs_value") if scale else ""
    words = text(raw, "properties.hs_content")
    if not score.strip() and not words.strip():
        return
    yield Record(
        fields=given(
            {
                "rating": score,
                "rating_best": scale if score.strip() else "",
                "body": words,
                "written_at": first(raw, "properties.hs_submission_timestamp", "createdAt"),
                "tags": listed([kind.lower(), text(raw, "properties.hs_survey_name")]),
            }
        ),
        external_id=number,
        place=place,
        payload=as_received(raw),
        contact=given({"email": text(raw, "properties.hs_contact_email_rollup")}) or None,
        standing=Standing.DELETED if truth(raw, "archived") else Standing.PUBLIC,
    )


class _Submissions:
    """All submissions, page by page; there is no telling which are new."""

    def __init__(self, api: Api, read: Read) -> None:
        self._api = api
        self._read = read

    def collect(self, cursor: str | None) -> Iterator[Batch]:
        return walk(cursor, self._page, self._read)

    def _page(self, position: Position) -> Page:
        asked = {"limit": str(PAGE_SIZE), "properties": ",".join(PROPERTIES), "after": position.get("after", "")}
        answer = self._api.get_object(PATH, given(asked))
        number = number_in(position, "page", 1)
        after = next_in(answer, "paging.next.after")
        return Page(
            place=f"{NAME} page {number}",
            entries=list_under(answer, "results", NAME),
            following={"after": after, "page": str(number + 1)} if after else None,
        )


def _reading(options: Mapping[str, str]) -> Read:
    scales = {"NPS": NPS, "CSAT": options["csat_best"], "CES": options["ces_best"]}
    subject = {name: options[name] for name in SUBJECT_OPTIONS}
    return about(subject, lambda raw, place: read_by(scales, raw, place))


def _make(options: Mapping[str, str], http: GuardedSession) -> _Submissions:
    headers = {"Authorization": f"Bearer {options['token']}"}
    return _Submissions(Api(base=base_of(options["base_url"]), http=http, headers=headers), _reading(options))


KIND = ReadingKind(
    name=NAME, rights=RIGHTS, sureness=Sureness.DOCUMENTED, options=OPTIONS, make=_make, reading=_reading
)
