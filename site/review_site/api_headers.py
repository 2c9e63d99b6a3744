"""The headers that answers share: which interface this is, what will go, what caches may purge by, and ETags."""

from __future__ import annotations

from flask import Flask, Response, request

from review_site.access.credentials import asker_so_far, is_for_programs
from review_site.cache_tags import tags_of
from review_site.conditional import finish
from review_site.deprecation import deprecation_headers
from review_site.snippet_server import VERSION, VERSION_HEADER

ASKED_EACH_TIME = "no-cache"
KEPT_BY_NOBODY_ELSE = ("private", "no-store")


def register(app: Flask) -> None:
    app.after_request(say_about_the_api)
    app.after_request(say_what_it_is_about)


def say_about_the_api(response: Response) -> Response:
    """ETag, encoding, version and deprecation of whatever is answered under /v1."""
    if not request.path.startswith("/v1/"):
        return response
    response.headers[VERSION_HEADER] = VERSION
    if request.url_rule is not None:
        for name, value in deprecation_headers(request.url_rule.rule).items():
            response.headers.add(name, value)
    return finish(response)


def say_what_it_is_about(response: Response) -> Response:
    """Tags for caches, on whatever they may keep; what somebody is answered because of who he is, is his alone."""
    if asker_so_far() is not None and is_for_programs():
        if response.headers.get("Cache-Control") == ASKED_EACH_TIME:
            response.headers["Cache-Control"] = f"private, {ASKED_EACH_TIME}"
        response.vary.update(("Authorization", "Cookie"))
    kept = response.headers.get("Cache-Control", "")
    if request.method in ("GET", "HEAD") and not any(each in kept for each in KEPT_BY_NOBODY_ELSE):
        for name, value in tags_of(request.view_args):
            response.headers.setdefault(name, value)
    return response
