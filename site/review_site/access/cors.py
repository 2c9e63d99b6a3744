"""Which pages of other sites may read an answer in a browser (https://fetch.spec.whatwg.org/#http-cors-protocol).

What is published may be read by all. What a key opens, only by pages of the origins that the key was given; a preflight
is answered for the origins of keys that are valid now.
"""

from __future__ import annotations

from http import HTTPStatus

from flask import Flask, Response, request

from engine.keys import origins_of_keys
from review_site.access.credentials import asker_so_far, is_for_programs
from review_site.access.origins import asked_origin
from review_site.asking import instance
from review_site.snippet_server import EXPOSED
from review_site.wiring import now

METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE"
HEADERS = "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match"
PREFLIGHT_SECONDS = "600"


def register_cors(app: Flask) -> None:
    app.before_request(answer_preflight)
    app.after_request(say_who_may_read)


def answer_preflight() -> Response | None:
    """The answer to a browser that asks whether it may ask; None for every other request."""
    origin = asked_origin()
    if request.method != "OPTIONS" or "Access-Control-Request-Method" not in request.headers:
        return None
    if not is_for_programs() or origin is None:
        return None
    with instance().store.reading() as transaction:
        is_known = origin in origins_of_keys(transaction, now())
    response = Response(status=HTTPStatus.NO_CONTENT)
    response.vary.add("Origin")
    if is_known:
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Allow-Methods"] = METHODS
        response.headers["Access-Control-Allow-Headers"] = HEADERS
        response.headers["Access-Control-Max-Age"] = PREFLIGHT_SECONDS
    return response


def say_who_may_read(response: Response) -> Response:
    """Adds the leave to read an answer; to that of a session none, because our own pages need none."""
    if not is_for_programs() or request.method == "OPTIONS":
        return response
    asker = asker_so_far()
    leave = "*" if asker is None and request.method in ("GET", "HEAD") else None
    if asker is not None:
        response.vary.add("Origin")
        leave = asked_origin() if asked_origin() in asker.origins else None
    if leave is not None:
        response.headers["Access-Control-Allow-Origin"] = leave
        response.headers["Access-Control-Expose-Headers"] = EXPOSED
    return response
