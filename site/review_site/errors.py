"""The one table from our errors to HTTP: a problem document (RFC 9457) for programs, a page for people."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlencode

from flask import Flask, Response, jsonify, redirect, request
from werkzeug.exceptions import HTTPException

from engine.errors import (
    BadValueError,
    ForbiddenRightError,
    IndexUnusableError,
    InUseError,
    LostCursorError,
    MistakesError,
    NotAllowedError,
    NotFoundError,
    OutdatedError,
    PlauditError,
    RefusedError,
    RetryLaterError,
    SignatureError,
    UnknownCallerError,
)
from engine.i18n import Texts
from review_site.asking import fitting_locale, instance
from review_site.frame import ENVIRONMENT, Frame, frame
from widgets.rendering import render

log = logging.getLogger("plaudit.site")

STATUS: tuple[tuple[type[PlauditError], HTTPStatus], ...] = (
    (NotFoundError, HTTPStatus.NOT_FOUND),
    (LostCursorError, HTTPStatus.GONE),
    (BadValueError, HTTPStatus.BAD_REQUEST),
    (ForbiddenRightError, HTTPStatus.FORBIDDEN),
    (SignatureError, HTTPStatus.FORBIDDEN),
    (UnknownCallerError, HTTPStatus.UNAUTHORIZED),
    (NotAllowedError, HTTPStatus.FORBIDDEN),
    (InUseError, HTTPStatus.CONFLICT),
    (OutdatedError, HTTPStatus.PRECONDITION_FAILED),
    (RefusedError, HTTPStatus.UNPROCESSABLE_ENTITY),
    (RetryLaterError, HTTPStatus.SERVICE_UNAVAILABLE),
    (IndexUnusableError, HTTPStatus.SERVICE_UNAVAILABLE),
)
FOR_PROGRAMS = ("/v1/", "/oembed/")
LONGEST_DETAIL = 300
"""Characters: a detail may repeat what was asked for, and that may be as long as an address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorContext:
    frame: Frame
    texts: Texts
    status: int
    title: str
    hint: str
    detail: str


def register_errors(app: Flask) -> None:
    app.register_error_handler(PlauditError, _ours)
    app.register_error_handler(HTTPException, _theirs)
    app.register_error_handler(Exception, _unexpected)


def answer(status: HTTPStatus, detail: str, problems: Sequence[Mapping[str, str]] = ()) -> Response:
    """The error as whoever asked can read it; ``problems`` are all mistakes of what was sent, for programs."""
    if len(detail) > LONGEST_DETAIL:
        detail = detail[:LONGEST_DETAIL] + "…"
    if f"{request.path}/".startswith(FOR_PROGRAMS):
        document = {"type": "about:blank", "title": status.phrase, "status": status.value, "detail": detail}
        response = jsonify({**document, **({"problems": list(problems)} if problems else {})})
        response.content_type = "application/problem+json"
    else:
        response = _page(status, detail)
    response.status_code = status
    return response


def _page(status: HTTPStatus, detail: str) -> Response:
    settings = instance().settings
    locale = fitting_locale() or settings.default_locale
    around = frame(settings, locale)
    title, hint = _words(status, around.texts)
    context = ErrorContext(frame=around, texts=around.texts, status=status.value, title=title, hint=hint, detail=detail)
    response = Response(render("error.html", context, ENVIRONMENT), content_type="text/html; charset=utf-8")
    response.headers["Content-Language"] = locale
    return response


def _words(status: HTTPStatus, texts: Texts) -> tuple[str, str]:
    if status is HTTPStatus.NOT_FOUND:
        return texts("error-not-found"), texts("error-not-found-hint")
    if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        return texts("error-forbidden"), texts("error-forbidden-hint")
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return texts("error-ours"), texts("error-ours-hint")
    return texts("error-request"), texts("error-request-hint")


def _ours(error: PlauditError) -> Response:
    if isinstance(error, UnknownCallerError):
        return _who_are_you(error)
    for kind, status in STATUS:
        if isinstance(error, kind):
            response = answer(status, str(error), error.problems if isinstance(error, MistakesError) else ())
            if isinstance(error, RetryLaterError) and error.retry_after is not None:
                response.headers["Retry-After"] = str(round(error.retry_after))
            return response
    return _unexpected(error)


def _who_are_you(error: UnknownCallerError) -> Response:
    """A program is told how to say who it is (RFC 6750, 3); a person is sent to where he can."""
    if f"{request.path}/".startswith("/console/") and request.method == "GET":
        sent_on: Response = redirect(f"/console/login?{urlencode({'next': request.path})}", HTTPStatus.SEE_OTHER)  # type: ignore[assignment]
        sent_on.headers["Cache-Control"] = "no-store"
        return sent_on
    response = answer(HTTPStatus.UNAUTHORIZED, str(error))
    response.headers["WWW-Authenticate"] = 'Bearer realm="Plaudit"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _theirs(error: HTTPException) -> Response:
    response = answer(HTTPStatus(error.code or 500), error.description or "")
    for name, value in error.get_headers():
        if name not in ("Content-Type", "Content-Length"):
            response.headers[name] = value
    return response


def _unexpected(error: Exception) -> Response:
    log.error("%s %s", request.method, _path_without_keys(), exc_info=error)
    return answer(HTTPStatus.INTERNAL_SERVER_ERROR, "something went wrong here; it was written to the log")


def _path_without_keys() -> str:
    """The path as a log may hold it: a token in it would open its author's review to whoever reads the log."""
    token = (request.view_args or {}).get("token")
    return request.path.replace(token, "…") if token else request.path
