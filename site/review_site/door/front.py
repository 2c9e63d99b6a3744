"""The front door: finished snippets are answered at once, all else by Flask, once its body was read."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from io import BytesIO
from typing import IO, TYPE_CHECKING, Any

from review_site.door.bodies import Bodies, UnreadableBodyError
from review_site.observing.requests import REQUEST_ID, Asked, Observer, request_id
from review_site.security import headers_for
from review_site.snippet_server import Headers, SnippetServer

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication

log = logging.getLogger("plaudit.door")

ROUTE = "plaudit.route"
"""Under this name of its environ, the application leaves the rule of the route that answered."""
FILLING = 16
"""Pieces of one byte behind a refusal that is cut short: each lets the server send what it has."""


@dataclass(slots=True, kw_only=True)
class FrontDoor:
    """A WSGI application; what it answers is observed, and named as whoever asked named it."""

    snippets: SnippetServer | None
    """None where none is served."""
    app: WSGIApplication
    bodies: Bodies
    observer: Observer
    new_id: Callable[[], str]
    clock: Callable[[], float]
    """Seconds, to measure with."""

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        begun = self.clock()
        known_as = request_id(environ.get("HTTP_X_REQUEST_ID")) or self.new_id()
        found = self.snippets.asked_for(environ) if self.snippets is not None else None
        if found is None:
            return self._by_application(environ, start_response, Asked(id=known_as, begun=begun))
        found.headers.append((REQUEST_ID, known_as))
        start_response("200 OK" if found.status == 200 else "304 Not Modified", found.headers)
        self.observer.snippet(environ, found, known_as, self.clock() - begun)
        # A list, because granian sends one in a piece and streams every other iterable.
        return [found.body] if found.body else []

    def _by_application(self, environ: dict[str, Any], start_response: StartResponse, asked: Asked) -> Iterable[bytes]:
        try:
            body = self._body(environ)
        except UnreadableBodyError as error:
            self._observe(environ, asked, error.status, 0)
            return _refuse(start_response, error.status, asked, is_cut_short=error.is_still_read)
        asked.remember()
        try:
            return self._ask(environ | {"wsgi.input": body}, start_response, asked)
        except Exception:
            log.exception("an application ended without an answer")
            body.close()
            self._observe(environ, asked, HTTPStatus.INTERNAL_SERVER_ERROR, 0)
            return _refuse(start_response, HTTPStatus.INTERNAL_SERVER_ERROR, asked)

    def _body(self, environ: dict[str, Any]) -> IO[bytes]:
        announced = environ.get("CONTENT_LENGTH") or None
        if announced in (None, "0") and "HTTP_TRANSFER_ENCODING" not in environ:
            return BytesIO()
        return self.bodies.read(environ["wsgi.input"], announced)

    def _ask(self, environ: dict[str, Any], start_response: StartResponse, asked: Asked) -> Iterable[bytes]:
        said: list[tuple[str, Headers]] = []

        def start(status: str, headers: Headers, _error: object = None) -> Callable[[bytes], object]:
            said[:] = [(status, headers)]
            return _refuse_writing

        def end(size: int) -> None:
            environ["wsgi.input"].close()
            self._observe(environ, asked, status, size)

        chunks = self.app(environ, start)
        [(line, headers)] = said
        status = int(line[:3])
        if not _is_whole(environ, status, headers):
            start_response(line, [*headers, (REQUEST_ID, asked.id)])
            return _Streamed(chunks, end)
        try:
            answer = b"".join(chunks)
        finally:
            _close(chunks)
        start_response(line, [*headers, (REQUEST_ID, asked.id)])
        end(len(answer))
        return [answer]

    def _observe(self, environ: dict[str, Any], asked: Asked, status: int, size: int) -> None:
        asked.route = environ.get(ROUTE, "")
        self.observer.answered(environ, asked, status, size, self.clock() - asked.begun)
        asked.forget()


@dataclass(slots=True)
class _Streamed:
    """An answer that is made while it is sent; ``end`` is told its size when it ends, however it ends."""

    chunks: Iterable[bytes]
    end: Callable[[int], None]
    size: int = 0

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self.chunks:
            self.size += len(chunk)
            yield chunk

    def close(self) -> None:
        _close(self.chunks)
        self.end(self.size)


def _is_whole(environ: dict[str, Any], status: int, headers: Headers) -> bool:
    """Whether an answer is there already; what is made while it is sent has no length."""
    return (
        status in (204, 304)
        or environ["REQUEST_METHOD"] == "HEAD"
        or any(name.lower() == "content-length" for name, _ in headers)
    )


def _refuse(
    start_response: StartResponse, status: HTTPStatus, asked: Asked, *, is_cut_short: bool = False
) -> Iterable[bytes]:
    text = f"{status.value} {status.phrase}\n".encode()
    headers = [
        *headers_for("text/plain").items(),
        ("Cache-Control", "no-store"),
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Content-Length", str(len(text) + (FILLING + 1 if is_cut_short else 0))),
        (REQUEST_ID, asked.id),
        # What is left of the body is not read: no further request can follow it.
        ("Connection", "close"),
    ]
    if status is HTTPStatus.SERVICE_UNAVAILABLE:
        headers.append(("Retry-After", "1"))
    start_response(f"{status.value} {status.phrase}", headers)
    return _cut_short(text) if is_cut_short else [text]


def _cut_short(text: bytes) -> Iterator[bytes]:
    """One byte less than was announced, for which the server ends the connection, and with it the read of the body.

    After a whole answer it would leave the connection open for as long as somebody reads from it.
    """
    yield text
    for _ in range(FILLING):
        yield b"\n"


def _refuse_writing(_chunk: bytes) -> None:
    raise RuntimeError("an answer is returned, not written")


def _close(chunks: Iterable[bytes]) -> None:
    close = getattr(chunks, "close", None)
    if close is not None:
        close()
