"""The door for webhooks of sources: ``POST /v1/hooks/<source>``.

What is not signed by the source is refused with the same words whatever was wrong; the log says what.
"""

from __future__ import annotations

import logging
from http import HTTPStatus

from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import RequestEntityTooLarge, TooManyRequests

from engine.domain import SourceId
from engine.errors import NotFoundError, SignatureError
from engine.hooks import Admitted, admit
from review_site.asking import instance
from review_site.visitors import sends_too_often
from review_site.wiring import now

log = logging.getLogger("plaudit.hooks")

LARGEST = 1 << 20
"""Bytes of a body; the webhooks of forms with a hundred questions have a tenth of that."""
MOST_PER_HOUR = 20_000
"""From one address."""
RETRY_AFTER = 600
"""Seconds."""
CLOSED = "this is not signed as the source signs its webhooks, or no secret is set for it here"


def register(app: Flask) -> None:
    app.add_url_rule("/v1/hooks/<source>", "hooks", receive, methods=["POST"])
    app.add_url_rule("/v1/hooks/<source>", "hooks-probe", probe, methods=["HEAD"])


def receive(source: str) -> tuple[Response, HTTPStatus]:
    """Answers before the work is done: sources give up on whoever thinks for longer than some seconds."""
    if sends_too_often("hooks", MOST_PER_HOUR):
        raise TooManyRequests("too many webhooks come from this address", retry_after=RETRY_AFTER)
    # One byte more than may come: a body that does not say its length is cut off there, and not refused.
    request.max_content_length = LARGEST + 1
    body = request.get_data(cache=False)
    if len(body) > LARGEST:
        raise RequestEntityTooLarge
    try:
        admitted = _admit(SourceId(source), body)
    except SignatureError as error:
        log.warning("a webhook for %s was refused: %s", source, error)
        raise SignatureError(CLOSED) from None
    problems = [each.as_mapping() for each in admitted.problems]
    return jsonify(accepted=admitted.is_new, problems=problems), HTTPStatus.ACCEPTED


def probe(source: str) -> tuple[str, HTTPStatus]:  # noqa: ARG001 - the answer tells nothing about a source
    """Some services ask once, before they send anything, whether anybody is there."""
    return "", HTTPStatus.OK


def _admit(source: SourceId, body: bytes) -> Admitted:
    settings = instance().config.sources.get(source)
    headers = {name.lower(): value for name, value in request.headers.items()}
    here = instance()
    admitted = admit(here.store, settings, headers, body, now(), seal=here.privacy.seal) if settings else None
    if admitted is None:
        raise NotFoundError("no source of that name has a webhook here")
    return admitted
