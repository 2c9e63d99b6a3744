"""Signals over HTTP: handed in one by one or a thousand at a time, and listed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import partial
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, jsonify, request

from engine.domain import Permission, Signal, SignalKind, SourceId, SubjectId
from engine.errors import BadValueError, MistakesError
from engine.settings import source_id
from engine.signals import Fate, SignalOutcome, ToldSignal, take_in
from review_site.access import JSON, needs, require_subject, who
from review_site.api.bodies import LARGEST_BULK, NDJSON, body, rows
from review_site.api.idempotency import key_of_request, once
from review_site.api.outcomes import Row, add_bulk_route, as_mapping, bulk_answer, out_of_reach, refused
from review_site.api.snippets import asked_limit
from review_site.asking import instance
from review_site.wiring import new_key, now

DEFAULT_SOURCE = "api"


def register(blueprint: Blueprint) -> None:
    writes = partial(needs, Permission.WRITE_SIGNALS)
    many = writes(JSON, NDJSON)(once(create_many, largest=LARGEST_BULK))
    blueprint.add_url_rule("/signals", "signals", needs(Permission.READ)(index))
    blueprint.add_url_rule("/signals", "create_signal", writes()(once(create)), methods=["POST"])
    add_bulk_route(blueprint, "/signals/bulk", "create_signals", many)


def index() -> Response:
    limit, kind = asked_limit(), request.args.get("kind")
    if kind is not None and kind not in set(SignalKind):
        raise BadValueError(f"kind: must be one of {', '.join(SignalKind)}")
    with instance().store.reading() as transaction:
        found = transaction.signals.page(
            kind=SignalKind(kind) if kind else None,
            subjects=sorted(who().subjects),
            after=request.args.get("after", ""),
            limit=limit + 1,
        )
    following = found[limit - 1].id if len(found) > limit else None
    return jsonify(items=[_signal(each) for each in found[:limit]], next=following)


def create() -> Response:
    said = body("SignalCreate")
    require_subject(who(), _subject(said))
    default = key_of_request() or new_key()
    [outcome] = _take_in(_source(said), [_told(said, "$", default)])
    if outcome.signal is None:
        raise MistakesError("this signal cannot be taken in", [as_mapping(each) for each in outcome.problems])
    response = jsonify(_signal(outcome.signal))
    response.status_code = HTTPStatus.CREATED if outcome.fate is Fate.NEW else HTTPStatus.OK
    return response


def create_many() -> Response:
    default = key_of_request() or new_key()
    answers: dict[int, Row] = {}
    by_source: dict[SourceId, list[tuple[int, ToldSignal]]] = {}
    for number, said, problems in rows("SignalCreate"):
        if problems:
            answers[number] = refused(problems)
        elif not who().reaches(_subject(said)):
            answers[number] = refused([out_of_reach(number)])
        else:
            told = _told(said, f"$[{number}]", f"{default}-{number}")
            by_source.setdefault(_source(said), []).append((number, told))
    for source, some in by_source.items():
        outcomes = _take_in(source, [told for _, told in some])
        answers |= {number: _row(each) for (number, _), each in zip(some, outcomes, strict=True)}
    return bulk_answer(answers)


def _take_in(source: SourceId, told: Sequence[ToldSignal]) -> list[SignalOutcome]:
    here = instance()
    with here.store.writing() as transaction:
        return take_in(
            transaction,
            source,
            told,
            by=who().name,
            timezone=here.config.site_timezone,
            now=now(),
            seal=here.privacy.seal,
            within=who().subjects,
        )


def _told(said: Mapping[str, Any], place: str, default: str) -> ToldSignal:
    numbers = {name: Decimal(str(said[name])) for name in ("score", "worst", "best") if said.get(name) is not None}
    return ToldSignal(
        place=place,
        external_id=said.get("external_id") or default,
        kind=said["kind"],
        at=said["at"],
        subject=said.get("subject") or "",
        name=said.get("name") or "",
        **numbers,
    )


def _source(said: Mapping[str, Any]) -> SourceId:
    return source_id(said.get("source") or DEFAULT_SOURCE)


def _subject(said: Mapping[str, Any]) -> SubjectId | None:
    return SubjectId(said["subject"]) if said.get("subject") else None


def _row(outcome: SignalOutcome) -> Row:
    if outcome.signal is None:
        return refused(outcome.problems)
    return {"fate": outcome.fate, "id": outcome.signal.id, "problems": []}


def _signal(each: Signal) -> dict[str, Any]:
    numbers = {name: getattr(each, name) for name in ("score", "worst", "best")}
    return {
        "id": each.id,
        "source": each.source_id,
        "external_id": each.external_id,
        "kind": each.kind,
        "at": each.at.isoformat(),
        "received_at": each.received_at.isoformat(),
        **{name: None if value is None else float(value) for name, value in numbers.items()},
        "subject": each.subject_id,
        "name": each.name,
    }
