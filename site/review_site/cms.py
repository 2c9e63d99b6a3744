"""The door for a CMS that has published pages: ``POST /v1/hooks/cms`` answers with the snippets for them."""

from __future__ import annotations

import logging
from http import HTTPStatus

from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import TooManyRequests

from engine.errors import SignatureError
from engine.named_pages import keep_for_callback, pages_for, read_named, signed_by
from review_site.asking import instance
from review_site.visitors import sends_too_often
from review_site.wiring import now

log = logging.getLogger("plaudit.hooks")

LARGEST = 100_000
"""Bytes of a body that names at most fifty pages."""
MOST_PER_HOUR = 20_000
"""From one address."""
RETRY_AFTER = 600
"""Seconds."""
CLOSED = "this is not signed by a CMS that is configured here"


def register(app: Flask) -> None:
    app.add_url_rule("/v1/hooks/cms", "cms", receive, methods=["POST"])


def receive() -> tuple[Response, HTTPStatus]:
    """Who asks is known by the signature. Where a callback is configured, the worker sends the snippets there."""
    if sends_too_often("cms", MOST_PER_HOUR):
        raise TooManyRequests("too many webhooks come from this address", retry_after=RETRY_AFTER)
    request.max_content_length = LARGEST
    body = request.get_data(cache=False)
    headers = {name.lower(): value for name, value in request.headers.items()}
    config = instance().config
    try:
        cms = signed_by(list(config.cms.values()), headers, body, now())
    except SignatureError as error:
        log.warning("a webhook of a CMS was refused: %s", error)
        raise SignatureError(CLOSED) from None
    named = read_named(body, config.site_locales)
    if cms.callback:
        accepted = keep_for_callback(instance().store, cms, headers, body, now())
        return jsonify(accepted=accepted), HTTPStatus.ACCEPTED
    with instance().store.reading() as transaction:
        return jsonify(pages_for(transaction, named, cms.names, config.site_locales)), HTTPStatus.OK
