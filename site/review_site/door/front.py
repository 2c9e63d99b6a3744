"""The front door: finished snippets are answered at once, all else by Flask in a thread, its body read before.

One thread talks to the network and reads snippets; what it counts needs no lock.
"""

from __future__ import annotations

import asyncio
import logging
from asyncio import AbstractEventLoop
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from http import HTTPStatus
from io import BytesIO
from typing import IO, TYPE_CHECKING, Any

from review_site.door.bodies import Bodies, UnreadableBodyError
from review_site.door.rsgi import Conversation, Headers, Scope, as_environ, wsgi_path
from review_site.observing.requests import REQUEST_ID, Asked, Observer, request_id
from review_site.security import headers_for
from review_site.snippet_server import SnippetServer

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

log = logging.getLogger("plaudit.door")

BODILESS = frozenset({"GET", "HEAD", "OPTIONS"})
ROUTE = "plaudit.route"
"""Under this name of its environ, the application leaves the rule of the route that answered."""


@dataclass(slots=True)
class _Started:
    """What an application said of its answer."""

    status: int
    headers: Headers
    chunks: Iterable[bytes]

    @property
    def is_whole(self) -> bool:
        """Whether it is there already; what is made while it is sent has no length."""
        return self.status in (204, 304) or any(name.lower() == "content-length" for name, _ in self.headers)


@dataclass(slots=True, kw_only=True)
class FrontDoor:
    """Answers requests as granian brings them.

    ``waits`` says whether reading a snippet may wait for a network, and then a thread does it.
    """

    snippets: SnippetServer | None
    """None where none is served."""
    app: WSGIApplication
    bodies: Bodies
    threads: ThreadPoolExecutor
    observer: Observer
    new_id: Callable[[], str]
    clock: Callable[[], float]
    """Seconds, to measure with."""
    waits: bool = False

    def __rsgi_del__(self, loop: AbstractEventLoop) -> None:
        self.threads.shutdown(wait=True)

    async def __rsgi__(self, scope: Scope, conversation: Conversation) -> None:
        begun = self.clock()
        given = scope.headers.get
        known_as = request_id(given("x-request-id")) or self.new_id()
        path = wsgi_path(scope.path)
        found = None
        if self.snippets is not None:
            asked = (scope.method, path, scope.query_string, given("accept-encoding", ""), given("if-none-match"))
            if self.waits:
                loop = asyncio.get_running_loop()
                found = await loop.run_in_executor(self.threads, self.snippets.answer, *asked)
            else:
                found = self.snippets.answer(*asked)
        if found is None:
            await self._by_application(scope, conversation, path, Asked(id=known_as, begun=begun))
            return
        found.headers.append((REQUEST_ID, known_as))
        if found.body:
            conversation.response_bytes(found.status, found.headers, found.body)
        else:
            conversation.response_empty(found.status, found.headers)
        self.observer.snippet(scope, found, known_as, self.clock() - begun)

    async def _by_application(self, scope: Scope, conversation: Conversation, path: str, asked: Asked) -> None:
        try:
            body = await self._body(scope, conversation)
        except UnreadableBodyError as error:
            self._refuse(conversation, error.status, asked)
            self.observer.answered(scope, asked, error.status, 0, self.clock() - asked.begun)
            return
        environ = as_environ(scope, path, body)
        try:
            status, size = await self._run(environ, conversation, asked)
        finally:
            body.close()
        asked.route = environ.get(ROUTE, "")
        self.observer.answered(scope, asked, status, size, self.clock() - asked.begun)

    async def _body(self, scope: Scope, conversation: Conversation) -> IO[bytes]:
        announced = scope.headers.get("content-length")
        if scope.method in BODILESS and announced is None and scope.headers.get("transfer-encoding") is None:
            return BytesIO()
        return await self.bodies.read(conversation, announced)

    async def _run(self, environ: dict[str, Any], conversation: Conversation, asked: Asked) -> tuple[int, int]:
        """Status and size of what was answered."""
        asked.remember()
        context, loop = copy_context(), asyncio.get_running_loop()
        try:
            started, first = await loop.run_in_executor(self.threads, context.run, self._ask, environ)
        except Exception:
            log.exception("an application ended without an answer")
            return self._refuse(conversation, HTTPStatus.INTERNAL_SERVER_ERROR, asked), 0
        started.headers.append((REQUEST_ID, asked.id))
        if first is not None:
            conversation.response_bytes(started.status, started.headers, first)
            return started.status, len(first)
        transport = conversation.response_stream(started.status, started.headers)
        size, chunks = 0, iter(started.chunks)
        try:
            while (chunk := await loop.run_in_executor(self.threads, context.run, _next, chunks)) is not None:
                await transport.send_bytes(chunk)
                size += len(chunk)
        except (OSError, RuntimeError):
            log.info("a client hung up before its answer was sent")
        finally:
            await loop.run_in_executor(self.threads, context.run, _close, started.chunks)
        return started.status, size

    def _ask(self, environ: dict[str, Any]) -> tuple[_Started, bytes | None]:
        """The application's answer, and its body where that is there as a whole."""
        said: list[tuple[str, Headers]] = []

        def start(status: str, headers: Headers, _error: object = None) -> Callable[[bytes], object]:
            said[:] = [(status, headers)]
            return _refuse_writing

        chunks = self.app(environ, start)
        [(status, headers)] = said
        started = _Started(int(status[:3]), list(headers), chunks)
        if environ["REQUEST_METHOD"] != "HEAD" and not started.is_whole:
            return started, None
        try:
            return started, b"".join(chunks)
        finally:
            _close(chunks)

    def _refuse(self, conversation: Conversation, status: HTTPStatus, asked: Asked) -> int:
        text = f"{status.value} {status.phrase}\n".encode()
        headers = [
            *headers_for("text/plain").items(),
            ("Cache-Control", "no-store"),
            ("Content-Type", "text/plain; charset=utf-8"),
            (REQUEST_ID, asked.id),
            # What is left of the body is not read: no further request can follow it.
            ("Connection", "close"),
        ]
        if status is HTTPStatus.SERVICE_UNAVAILABLE:
            headers.append(("Retry-After", "1"))
        conversation.response_bytes(status, headers, text)
        return status.value


def _refuse_writing(_chunk: bytes) -> None:
    raise RuntimeError("an answer is returned, not written")


def _next(chunks: Iterator[bytes]) -> bytes | None:
    return next(chunks, None)


def _close(chunks: Iterable[bytes]) -> None:
    close = getattr(chunks, "close", None)
    if close is not None:
        close()
