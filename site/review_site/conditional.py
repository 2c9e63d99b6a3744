"""What every JSON answer to a GET has: an ETag, and 304 for whoever has it."""

from __future__ import annotations

from hashlib import sha256
from http import HTTPStatus

from flask import Response, request

from review_site.snippet_server import matches

JSON = "application/json"
_DIGITS = 32


def unchanged(etag: str) -> Response | None:
    """304 where the request names this weak ETag, so that nothing has to be built; None where it has to be.

    ``etag`` is without quotes; ``tagged`` puts the same one on what is built.
    """
    known = request.headers.get("If-None-Match")
    if known is None or not matches(known, etag):
        return None
    return tagged(Response(status=HTTPStatus.NOT_MODIFIED), etag)


def tagged(response: Response, etag: str) -> Response:
    """The response with a weak ETag: one of the state that it was made from, not of its bytes."""
    response.headers["ETag"] = f'W/"{etag}"'
    response.vary.add("Accept-Encoding")
    return response


def finish(response: Response) -> Response:
    """The response with an ETag; 304 where who asked has it."""
    if request.method not in ("GET", "HEAD") or response.content_type != JSON or response.is_streamed:
        return response
    if response.status_code == HTTPStatus.OK and _is_known(response):
        _empty(response)
    return response


def _is_known(response: Response) -> bool:
    """Whether who asked has what is answered; the response has an ETag afterwards."""
    if "ETag" not in response.headers:
        response.headers["ETag"] = f'"{sha256(response.get_data()).hexdigest()[:_DIGITS]}"'
    known = request.headers.get("If-None-Match")
    return known is not None and matches(known, response.headers["ETag"].removeprefix("W/").strip('"'))


def _empty(response: Response) -> None:
    response.status_code = HTTPStatus.NOT_MODIFIED
    response.set_data(b"")
    for name in ("Content-Length", "Content-Type"):
        response.headers.pop(name, None)
