"""What is remembered and said of each request: an id, a line of the access log where one is kept, and the counts."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from review_site.observing.counts import Counts
from review_site.snippet_server import Answer

REQUEST_ID = "X-Request-Id"
_FIT = re.compile(r"[A-Za-z0-9._-]{1,64}")
CURRENT: ContextVar[str] = ContextVar("request", default="")
"""The id of the request in hand, where one is."""
SNIPPET_ROUTE, PAGE_ROUTE = "/v1/<scope>/<id>/snippets/<name>", "/<scope>/<id>"
UNMATCHED = "unmatched"
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
SERVED = frozenset({200, 304})
NOT_PAGES = ("/assets", "/console", "/healthz", "/readyz", "/v1/", "/f/", "/mine/", "/r/", "/report/")
"""Where the routes begin of which it is not counted who asks: they are no content, or somebody's own."""

access_log = logging.getLogger("plaudit.access")


Requested = Mapping[str, Any]
"""A request as WSGI has it (PEP 3333)."""


@dataclass(slots=True, kw_only=True)
class Asked:
    """A request on its way; ``route`` is known once it was answered."""

    id: str
    begun: float
    route: str = ""

    def remember(self) -> None:
        """Whatever is logged from here on, in this thread, says the id."""
        CURRENT.set(self.id)

    def forget(self) -> None:
        """The thread goes on to another request."""
        CURRENT.set("")


def request_id(given: str | None) -> str:
    """The id that whoever asked gave; empty for one that might forge a line of a log, or fill it."""
    return given if given is not None and _FIT.fullmatch(given) else ""


@dataclass(slots=True, kw_only=True)
class Observer:
    """Counts every request, and logs each where ``logs`` says so; addresses are logged only with ``addresses``."""

    counts: Counts
    logs: bool = False
    addresses: bool = False

    def snippet(self, request: Requested, answer: Answer, known_as: str, seconds: float) -> None:
        self.counts.snippet(answer.name, answer.status, seconds, request.get("HTTP_USER_AGENT", ""))
        if self.logs:
            self._log(request, path_of(request), known_as, answer.status, len(answer.body), seconds)

    def answered(self, request: Requested, asked: Asked, status: int, size: int, seconds: float) -> None:
        method = request["REQUEST_METHOD"] if request["REQUEST_METHOD"] in METHODS else "other"
        self.counts.request(asked.route or UNMATCHED, method, status, seconds)
        if method == "GET" and status in SERVED and is_public(asked.route):
            self.counts.page(asked.route, request.get("HTTP_USER_AGENT", ""))
        if self.logs:
            self._log(request, _path(path_of(request), asked.route), asked.id, status, size, seconds)

    def _log(self, request: Requested, path: str, known_as: str, status: int, size: int, seconds: float) -> None:
        said = {
            "request": known_as,
            "method": request["REQUEST_METHOD"][:20],
            "path": path[:300],
            "status": status,
            "bytes": size,
            "ms": round(seconds * 1000, 2),
        }
        if self.addresses:
            said["address"] = request["REMOTE_ADDR"]
        access_log.info("answered", extra={"said": said})


def is_public(route: str) -> bool:
    """Whether a route answers with something that is published."""
    return bool(route) and not route.startswith(NOT_PAGES)


def path_of(request: Requested) -> str:
    """The path as letters; WSGI has its bytes, each as the character of that number."""
    path: str = request["PATH_INFO"]
    return path if path.isascii() else path.encode("latin-1", "replace").decode("utf-8", "replace")


def _path(path: str, route: str) -> str:
    """A path as a log may hold it: a token in one opens a review to whoever reads the log, and so might one misspelt.

    The query is never logged: it holds what somebody looked for.
    """
    if not route:
        return "/" + path.split("/")[1][:20] + "/…" if path.count("/") > 1 else path[:20]
    return route if "<token>" in route else path
