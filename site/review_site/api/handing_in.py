"""Reviews that programs hand in: one, or a thousand with an answer for each."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, jsonify

from engine.domain import Consent, Permission, Problem, Record, Severity, SourceId, SubjectId, Use
from engine.errors import BadValueError, MistakesError, RefusedError
from engine.handing_in import HandedIn, Outcome
from engine.settings import source_id
from engine.signals import Fate
from review_site.access import JSON, needs, require_subject, who
from review_site.api.bodies import LARGEST_BULK, NDJSON, body, rows
from review_site.api.idempotency import key_of_request, once
from review_site.api.outcomes import Row, add_bulk_route, as_mapping, bulk_answer, out_of_reach, refused
from review_site.asking import instance
from review_site.wiring import new_key, now

DEFAULT_SOURCE = "api"
MOMENT_GIVEN = "write a moment that has passed, like 2026-09-30T14:05:00+02:00"
AHEAD = timedelta(minutes=5)
"""The clock of whoever sends may be a little fast."""
PLAIN = ("title", "body", "author", "role", "company", "language", "written_at", "url", "kind", "relation")
"""What a row says in the words of intake."""


def register(blueprint: Blueprint) -> None:
    bulk = partial(needs, Permission.WRITE_REVIEWS, JSON, NDJSON)
    blueprint.add_url_rule("/reviews", "create_review", needs(Permission.WRITE_REVIEWS)(once(create)), methods=["POST"])
    add_bulk_route(blueprint, "/reviews/bulk", "create_reviews", bulk()(once(create_many, largest=LARGEST_BULK)))


def create() -> Response:
    said = body("ReviewCreate")
    require_subject(who(), _subject(said))
    default = key_of_request() or new_key()
    [outcome] = _take_in(_source(said), [_handed(said, "$", said.get("external_id") or default)])
    if outcome.review is None:
        raise MistakesError("this review cannot be taken in", [as_mapping(each) for each in outcome.problems])
    is_new = outcome.fate is Fate.NEW
    response = jsonify(_row(outcome))
    response.status_code = HTTPStatus.CREATED if is_new else HTTPStatus.OK
    if is_new:
        response.headers["Location"] = _address(outcome.review.id)
    return response


def create_many() -> Response:
    default = key_of_request() or new_key()
    answers: dict[int, Row] = {}
    by_source: dict[SourceId, list[tuple[int, HandedIn]]] = {}
    for number, said, problems in rows("ReviewCreate"):
        if problems:
            answers[number] = refused(problems)
        elif not who().reaches(_subject(said)):
            answers[number] = refused([out_of_reach(number)])
        elif not _is_given(said["consent"].get("given_at")):
            answers[number] = refused([_of_row(number, "consent.given_at", MOMENT_GIVEN)])
        else:
            handed = _handed(said, f"$[{number}]", said.get("external_id") or f"{default}-{number}")
            by_source.setdefault(_source(said), []).append((number, handed))
    for source, some in by_source.items():
        answers |= zip((number for number, _ in some), _rows_of(source, some), strict=True)
    return bulk_answer(answers)


def _rows_of(source: SourceId, some: Sequence[tuple[int, HandedIn]]) -> Sequence[Row]:
    """What became of the rows of one source; one that takes nothing in stops no other."""
    try:
        return [_row(each) for each in _take_in(source, [handed for _, handed in some])]
    except RefusedError as error:
        return [refused([_of_row(number, "source", str(error))]) for number, _ in some]


def _of_row(number: int, name: str, why: str) -> Problem:
    return Problem(rule="body-value", severity=Severity.ERROR, path=f"$[{number}].{name}", message=why)


def _take_in(source: SourceId, handed: Sequence[HandedIn]) -> list[Outcome]:
    return instance().counter.take_in(source, handed, by=who().name, now=now(), within=who().subjects)


def _handed(said: Mapping[str, Any], place: str, external_id: str) -> HandedIn:
    contact = {name: value for name, value in said.get("contact", {}).items() if value}
    told = {name: value for name, value in said.items() if name not in ("contact", "consent")}
    record = Record(
        fields=dict(_fields(said)),
        external_id=external_id,
        place=place,
        payload=json.dumps(told, ensure_ascii=False, sort_keys=True),
        contact=contact or None,
        media=[_texts(each) for each in said.get("media", ())],
        aspects=[_texts(each) for each in said.get("aspects", ())],
    )
    return HandedIn(record=record, consent=_consent(said["consent"]))


def _fields(said: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """A row in the words of ``plaudit import``; what is null is not said."""
    yield "subject", _subject(said)
    yield from ((name, said[name]) for name in PLAIN if said.get(name))
    yield from (("subject_name", said["subject_name"]),) if said.get("subject_name") else ()
    if rating := said.get("rating"):
        yield "rating", _plain(rating["value"])
        yield "rating_best", f"{rating.get('worst', 1)}-{rating.get('best', 5)}"
    if verification := said.get("verification"):
        yield "verified", verification["level"]
        yield "verified_by", verification.get("evidence", "")
    if incentive := said.get("incentive"):
        yield "incentive", incentive
    if tags := said.get("tags"):
        yield "tags", ",".join(tags)


def _consent(said: Mapping[str, Any]) -> Consent:
    return Consent(
        uses=frozenset(Use(each) for each in said["uses"]),
        wording=said["wording"],
        proof=said.get("proof") or f"told by {who().name}",
        given_at=_given_at(said.get("given_at")),
    )


def _given_at(text: str | None) -> datetime | None:
    """Raises BadValueError for what is no time, or lies ahead: nobody has agreed to anything then."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=instance().config.site_timezone)
        is_past = moment.astimezone(UTC) <= now() + AHEAD
    except (ValueError, OverflowError) as error:
        raise BadValueError(f"consent.given_at: {MOMENT_GIVEN}") from error
    if not is_past:
        raise BadValueError(f"consent.given_at: {MOMENT_GIVEN}")
    return moment


def _is_given(text: str | None) -> bool:
    """Whether a moment is one at which a consent can have been given; one that is not said, too."""
    with suppress(BadValueError):
        _given_at(text)
        return True
    return False


def _source(said: Mapping[str, Any]) -> SourceId:
    return source_id(said.get("source") or DEFAULT_SOURCE)


def _subject(said: Mapping[str, Any]) -> SubjectId:
    return SubjectId(said["subject"])


def _texts(part: Mapping[str, Any]) -> dict[str, str]:
    return {
        name: _plain(value) if isinstance(value, int | float) else value
        for name, value in part.items()
        if value is not None
    }


def _plain(number: float) -> str:
    """A number as a person writes it: ``4``, ``4.5``."""
    return f"{number:.6f}".rstrip("0").rstrip(".") if isinstance(number, float) else str(number)


def _row(outcome: Outcome) -> Row:
    """What became of one review; thin, because it is kept for whoever sends the same request again."""
    if outcome.review is None:
        return refused(outcome.problems)
    review = outcome.review
    return {
        "fate": outcome.fate,
        "id": review.id,
        "source": review.source_id,
        "subject": review.subject_id,
        "state": review.state,
        "url": _address(review.id),
        "problems": [as_mapping(each) for each in outcome.problems],
    }


def _address(review: str) -> str:
    return f"/v1/reviews/{quote(review, safe='')}"
