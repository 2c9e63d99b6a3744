"""Satisfaction with Zendesk tickets: the answers to its surveys, and the good or bad of accounts that have none yet.

https://developer.zendesk.com/api-reference/ticketing/ticket-management/csat_survey_responses/
https://developer.zendesk.com/api-reference/ticketing/ticket-management/satisfaction_ratings/
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from collectors.api import (
    Api,
    Page,
    Position,
    Read,
    about,
    as_received,
    base_of,
    basic,
    given,
    list_under,
    number_in,
    walk,
)
from collectors.fields import before, find, first, identity, listed, next_in, rows, text, whole
from collectors.hooked import ReadingKind
from collectors.platforms import SUBJECT_OPTIONS
from collectors.signals import RIGHTS, SIGNAL_OPTIONS, seconds_of
from engine.domain import Batch, Record
from engine.errors import BadValueError
from engine.http import GuardedSession
from engine.plugins import Option, Sureness

NAME = "zendesk"
PAGE_SIZE = 100
OVERLAP = timedelta(days=1)
_SCORES = frozenset({"good", "bad"})

OPTIONS: Mapping[str, Option] = {
    "base_url": Option(help="the address of the account, like https://larkfield.zendesk.com"),
    "email": Option(help="the address of the agent whose token it is"),
    "token": Option(help="an API token", is_secret=True),
    "generation": Option(help="surveys, or ratings where it is still asked as good or bad", default="surveys"),
    "rating_best": Option(help="the scale of the surveys, where an answer does not tell", default="5"),
    **SIGNAL_OPTIONS,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Generation:
    """How one of the two generations is asked."""

    path: str
    list: str
    """Under which name its answer holds them."""
    since: str
    """The parameter with the time from which on it is asked."""
    per_second: int
    params: Mapping[str, str]


GENERATIONS: Mapping[str, _Generation] = {
    "surveys": _Generation(
        path="/api/v2/guide/survey_responses",
        list="survey_responses",
        since="filter[created_at_start]",
        per_second=1000,
        params={},
    ),
    "ratings": _Generation(
        path="/api/v2/satisfaction_ratings",
        list="satisfaction_ratings",
        since="start_time",
        per_second=1,
        params={"score": "received"},
    ),
}


def read(raw: Mapping[str, Any], place: str) -> Iterator[Record]:
    """The record of a survey response or a satisfaction rating; none where nothing was answered."""
    return read_by("5", raw, place)


def read_by(rating_best: str, raw: Mapping[str, Any], place: str) -> Iterator[Record]:
    """The same, ``rating_best`` being the scale of surveys whose questions do not tell it."""
    number = identity(raw, "id")
    fields = _survey(raw, rating_best) if "answers" in raw else _good_or_bad(raw)
    if "rating" not in fields and "body" not in fields:
        return
    yield Record(
        fields=fields,
        external_id=number,
        place=place,
        payload=as_received(raw),
        # Who answered, as Zendesk knows him: what an erasure is asked for by.
        contact=given({"zendesk user": first(raw, "responder_id", "requester_id")}) or None,
    )


def _good_or_bad(raw: Mapping[str, Any]) -> Mapping[str, str]:
    score, written, changed = text(raw, "score"), text(raw, "created_at"), text(raw, "updated_at")
    return given(
        {
            "rating": score if score in _SCORES else "",
            "body": text(raw, "comment"),
            "written_at": written,
            "updated_at": changed if changed != written else "",
            "tags": listed(["csat", text(raw, "reason")]),
        }
    )


def _survey(raw: Mapping[str, Any], rating_best: str) -> Mapping[str, str]:
    answers = rows(raw, "answers")
    scales = [each for each in answers if text(each, "type") == "rating_scale" and text(each, "rating")]
    rating = scales[0] if scales else {}
    words = [text(each, "value") for each in answers if text(each, "type") == "open_ended"]
    written = min(filter(None, (text(each, "created_at") for each in answers)), default="")
    changed = max(filter(None, (text(each, "updated_at") for each in answers)), default="")
    return given(
        {
            "rating": text(rating, "rating"),
            "rating_best": (_scale(rating) or rating_best) if rating else "",
            "body": "\n\n".join(filter(None, words)),
            "written_at": written or changed,
            "updated_at": changed if written and changed != written else "",
            "tags": "csat",
        }
    )


def _scale(answer: Mapping[str, Any]) -> str:
    """The scale of a rating, where its question brings its options along."""
    ratings = [each for option in rows(answer, "question.options") if (each := whole(option, "rating")) is not None]
    return f"{min(ratings)}-{max(ratings)}" if len(ratings) > 1 else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answers:
    api: Api
    generation: _Generation
    read: Read

    def collect(self, cursor: str | None) -> Iterator[Batch]:
        return walk(cursor, self._page, self.read)

    def _page(self, position: Position) -> Page:
        since, after = position.get("since", ""), position.get("after", "")
        asked = {"page[size]": str(PAGE_SIZE), "page[after]": after, **self.generation.params}
        if since:
            asked[self.generation.since] = str(seconds_of(since) * self.generation.per_second)
        answer = self.api.get_object(self.generation.path, given(asked))
        entries = list_under(answer, self.generation.list, NAME)
        newest = max([position.get("newest", ""), *_moments(entries)])
        number, following = number_in(position, "page", 1), _following(answer)
        again = before(newest, OVERLAP) or since
        return Page(
            place=f"{NAME} page {number}",
            entries=entries,
            following={"after": following, "newest": newest, "since": since, "page": str(number + 1)}
            if following
            else None,
            resume={"since": again} if again else None,
        )


def _following(answer: Mapping[str, Any]) -> str:
    """Where the next page begins; empty where there is none."""
    after = next_in(answer, "meta.after_cursor")
    return after if find(answer, "meta.has_more") else ""


def _moments(entries: Sequence[Any]) -> Iterator[str]:
    """When each was answered first."""
    for entry in entries:
        if not isinstance(entry, Mapping):
            continue
        answers = entry.get("answers")
        for each in [entry, *(answers if isinstance(answers, list) else [])]:
            moment = each.get("created_at") if isinstance(each, Mapping) else None
            if isinstance(moment, str):
                yield moment
                break


def _reading(options: Mapping[str, str]) -> Read:
    subject = {name: options[name] for name in SUBJECT_OPTIONS}
    return about(subject, lambda raw, place: read_by(options["rating_best"], raw, place))


def _make(options: Mapping[str, str], http: GuardedSession) -> _Answers:
    generation = GENERATIONS.get(options["generation"])
    if generation is None:
        raise BadValueError(f"generation is {options['generation']!r}, neither {' nor '.join(GENERATIONS)}")
    headers = {"Authorization": basic(f"{options['email']}/token", options["token"])}
    api = Api(base=base_of(options["base_url"]), http=http, headers=headers)
    return _Answers(api=api, generation=generation, read=_reading(options))


KIND = ReadingKind(name=NAME, rights=RIGHTS, sureness=Sureness.CLIENT, options=OPTIONS, make=_make, reading=_reading)
