"""The one table from our errors to HTTP: a problem document (RFC 9457) for programs, a page for people."""

from __future__ import annotations

import logging
from http import HTTPStatus

from flask import Flask, Response, jsonify, render_template, request
from werkzeug.exceptions import HTTPException

from engine.errors import BadValueError, ForbiddenRightError, NotFoundError, PlauditError, RefusedError, RetryLaterError

log = logging.getLogger("plaudit.site")

STATUS: tuple[tuple[type[PlauditError], HTTPStatus], ...] = (
    (NotFoundError, HTTPStatus.NOT_FOUND),
    (BadValueError, HTTPStatus.BAD_REQUEST),
    (ForbiddenRightError, HTTPStatus.FORBIDDEN),
    (RefusedError, HTTPStatus.UNPROCESSABLE_ENTITY),
    (RetryLaterError, HTTPStatus.SERVICE_UNAVAILABLE),
)


def register_errors(app: Flask) -> None:
    app.register_error_handler(PlauditError, _ours)
    app.register_error_handler(HTTPException, _theirs)
    app.register_error_handler(Exception, _unexpected)


def answer(status: HTTPStatus, detail: str) -> Response:
    """The error as whoever asked can read it."""
    if request.path.startswith("/v1/"):
        document = {"type": "about:blank", "title": status.phrase, "status": status.value, "detail": detail}
        response = jsonify(document)
        response.content_type = "application/problem+json"
    else:
        response = Response(render_template("error.html", status=status, detail=detail))
    response.status_code = status
    return response


def _ours(error: PlauditError) -> Response:
    for kind, status in STATUS:
        if isinstance(error, kind):
            return answer(status, str(error))
    return _unexpected(error)


def _theirs(error: HTTPException) -> Response:
    response = answer(HTTPStatus(error.code or 500), error.description or "")
    for name, value in error.get_headers():
        if name not in ("Content-Type", "Content-Length"):
            response.headers[name] = value
    return response


def _unexpected(error: Exception) -> Response:
    log.error("%s %s", request.method, request.path, exc_info=error)
    return answer(HTTPStatus.INTERNAL_SERVER_ERROR, "something went wrong here; it was written to the log")
