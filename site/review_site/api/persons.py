"""What is kept of one person: given out whole, or erased for good; a single review is erased with its copies.

Nothing of this is kept under an Idempotency-Key: the digest of a request that names an address would be a trace of it.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, jsonify

from engine.auditing import handed_out
from engine.domain import Permission, ReviewId
from engine.dossier import dossier
from engine.erasure import Traces
from review_site.access import needs, require_subject, who
from review_site.api.bodies import body
from review_site.asking import instance
from review_site.wiring import now


def register(blueprint: Blueprint) -> None:
    guarded = needs(Permission.ERASE)
    blueprint.add_url_rule("/persons/export", "export_person", guarded(export), methods=["POST"])
    blueprint.add_url_rule("/persons/erase", "erase_person", guarded(erase), methods=["POST"])
    blueprint.add_url_rule("/reviews/<review>", "erase_review", guarded(erase_review), methods=["DELETE"])


def export() -> Response:
    """As ``plaudit person export`` writes it; that it was given out is written down."""
    traces, moment = _traced(body("PersonWanted")), now()
    with instance().store.writing() as transaction:
        found = dossier(transaction, traces, moment)
        rows = len(traces.reviews) + traces.count
        transaction.audit.add(handed_out(rows, by=who().name, at=moment))
    files = {name: b64encode(content).decode() for name, content in found.files.items()}
    # What a source sent may spell half a character, which UTF-8 cannot: escaped, it can be handed on.
    response = Response(json.dumps({**found.document, "files": files}), content_type="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response


def erase() -> Response:
    return _erased(_traced(body("PersonWanted")))


def erase_review(review: str) -> Response:
    """A key that is limited to subjects erases no copy that is about another one, and then nothing."""
    traces = instance().privacy.eraser.trace_reviews([ReviewId(review)])
    with instance().store.reading() as transaction:
        for each in transaction.reviews.among(list(traces.reviews), lock=False).values():
            require_subject(who(), each.review.subject_id)
    return _erased(traces)


def _traced(said: Mapping[str, Any]) -> Traces:
    """Raises NotAllowedError for a key that is limited to subjects: a person may have written about any."""
    require_subject(who(), None)
    eraser = instance().privacy.eraser
    if "email" in said:
        return eraser.trace_person(said["email"])
    return eraser.trace_reviews([ReviewId(each) for each in said["reviews"]])


def _erased(traces: Traces) -> Response:
    done = instance().privacy.eraser.erase(traces, by=who().name, now=now())
    return jsonify(reviews=list(done.reviews), others=done.others)
