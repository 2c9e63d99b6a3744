"""Subjects put, patched and removed by programs, one or a thousand at a time."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, request

from engine.domain import Permission, Scope, SubjectId
from engine.errors import BadValueError, MistakesError, OutdatedError
from engine.outbox import Work, page_key
from engine.signals import Fate
from engine.store import Transaction
from engine.subject_entries import put, remove
from review_site.access import JSON, needs, require_subject, who
from review_site.api.bodies import LARGEST_BULK, NDJSON, body, judged, rows
from review_site.api.entries import as_entry, entry_json
from review_site.api.idempotency import once
from review_site.api.outcomes import Row, add_bulk_route, bulk_answer, out_of_reach, refused
from review_site.api.subjects import shown
from review_site.asking import instance
from review_site.wiring import now

ETAGS = re.compile(r'\*|(W/)?"[!#-~]*"( *, *(W/)?"[!#-~]*")*')
"""RFC 9110, 8.8.3: what stands without quotation marks is none."""
MERGE_PATCH = "application/merge-patch+json"


def register(blueprint: Blueprint) -> None:
    writes = partial(needs, Permission.WRITE_SUBJECTS)
    rule = "/subjects/<subject>"
    blueprint.add_url_rule(rule, "put_subject", writes()(replace_entry), methods=["PUT"])
    blueprint.add_url_rule(rule, "patch_subject", writes(JSON, MERGE_PATCH)(change_entry), methods=["PATCH"])
    blueprint.add_url_rule(rule, "delete_subject", writes()(remove_entry), methods=["DELETE"])
    many = writes(JSON, NDJSON)(once(put_many, largest=LARGEST_BULK))
    add_bulk_route(blueprint, "/subjects/bulk", "put_subjects", many)


def replace_entry(subject: str) -> Response:
    said = body("SubjectWrite")
    with instance().store.writing() as transaction:
        _refuse_what_was_not_seen(transaction, subject)
        return _put(transaction, subject, said)


def change_entry(subject: str) -> Response:
    """RFC 7396: what is null is taken away, what is not named stays, a list is replaced whole."""
    patch = body("SubjectPatch")
    with instance().store.writing() as transaction:
        _refuse_what_was_not_seen(transaction, subject)
        known = transaction.subjects.find(SubjectId(subject))
        said = _without_nulls(_patched(entry_json(known), patch))
        if problems := judged("SubjectWrite", said):
            raise MistakesError("this is no subject", [each.as_mapping() for each in problems])
        return _put(transaction, subject, said)


def remove_entry(subject: str) -> Response:
    with instance().store.writing() as transaction:
        _refuse_what_was_not_seen(transaction, subject)
        remove(transaction, SubjectId(subject), by=who().name, now=now())
    return Response(status=HTTPStatus.NO_CONTENT)


def put_many() -> Response:
    answers: dict[int, Row] = {}
    for number, said, problems in rows("SubjectRow"):
        if problems:
            answers[number] = refused(problems)
        elif not who().reaches(SubjectId(said["id"])):
            answers[number] = refused([out_of_reach(number)])
        else:
            answers[number] = _put_row(said, f"$[{number}]")
    return bulk_answer(answers)


def _put_row(said: Mapping[str, Any], place: str) -> Row:
    """Each in a transaction of its own: whoever changes another subject meanwhile does not wait for a thousand."""
    with instance().store.writing() as transaction:
        known = transaction.subjects.among([SubjectId(said["id"])]).get(SubjectId(said["id"]))
        try:
            kept, is_new = put(transaction, as_entry(said, said["id"], place), by=who().name, now=now())
        except MistakesError as error:
            return {"fate": Fate.REFUSED, "problems": list(error.problems)}
    fate = Fate.NEW if is_new else Fate.UNCHANGED if kept == known else Fate.CHANGED
    return {"fate": fate, "id": kept.id, "url": _address(kept.id), "problems": []}


def _put(transaction: Transaction, subject: str, said: Mapping[str, Any]) -> Response:
    kept, is_new = put(transaction, as_entry(said, subject, "$"), by=who().name, now=now())
    response = shown(transaction, kept.id)
    if is_new:
        response.status_code = HTTPStatus.CREATED
        response.headers["Location"] = _address(kept.id)
    return response


def _refuse_what_was_not_seen(transaction: Transaction, subject: str) -> None:
    """If-Match and If-None-Match (RFC 9110, 13.1): two who change one subject at once do not undo each other.

    Raises OutdatedError, BadValueError for a condition that is none, and NotAllowedError for a subject that the key
    does not reach.
    """
    require_subject(who(), SubjectId(subject))
    for name, tags in (("If-Match", request.if_match), ("If-None-Match", request.if_none_match)):
        if name in request.headers and not (tags and ETAGS.fullmatch(request.headers[name])):
            raise BadValueError(f"{name}: one ETag or more, or *")
    if not (request.if_match or request.if_none_match):
        return
    # Both wait at the mark of its page before either looks.
    transaction.marks.set(Work.PUBLISH, [page_key(Scope.SUBJECT, subject)], now())
    is_there = SubjectId(subject) in transaction.subjects.among([SubjectId(subject)])
    tag = shown(transaction, SubjectId(subject)).get_etag()[0] if is_there else None
    if request.if_match and (tag is None or not request.if_match.contains(tag)):
        raise OutdatedError(f"{subject} is not what it was when you looked; GET it again")
    if request.if_none_match and tag is not None and request.if_none_match.contains_weak(tag):
        raise OutdatedError(f"{subject} is there already")


def _patched(known: Any, patch: Any) -> Any:
    if not isinstance(patch, dict):
        return patch
    before = known if isinstance(known, dict) else {}
    after = {name: value for name, value in before.items() if name not in patch}
    return after | {name: _patched(before.get(name), value) for name, value in patch.items() if value is not None}


def _without_nulls(said: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in said.items() if value is not None}


def _address(subject: str) -> str:
    return f"/v1/subjects/{quote(subject, safe='')}"
