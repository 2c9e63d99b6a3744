"""A loopback server that plays a paged source, and also does what sources do wrong: by script, or by seeded chance."""

from __future__ import annotations

import json
import random
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

PAUSE = 0.05
"""Seconds between two bytes of a slow body."""


class Fault(StrEnum):
    """What a source does in place of answering."""

    BUSY = "busy"
    """429 with ``Retry-After``."""
    BROKEN = "broken"
    """500."""
    DROPPED = "dropped"
    """The connection ends in the middle of the body."""
    SLOW = "slow"
    """One byte of the body at a time, until the caller hangs up."""
    ENDLESS = "endless"
    """A body that never ends."""
    MALFORMED = "malformed"
    """200 with half of the body."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Faults:
    """Which calls go wrong: those of ``script``, by the number of the call (from 0), and of the rest a share."""

    seed: int = 0
    script: Mapping[int, Fault] = field(default_factory=dict)
    share: float = 0.0
    """Of the calls, 0 to 1."""
    kinds: Sequence[Fault] = (Fault.BUSY, Fault.BROKEN, Fault.DROPPED)
    retry_after: int = 0
    """Seconds."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as a source reads it; header names are in lower case."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    def number(self, name: str, default: int) -> int:
        """A whole number of the query."""
        return int(self.query.get(name, default))


@dataclass(frozen=True, slots=True)
class Reply:
    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


Pages = Callable[[Asked], Reply]
"""A source: what it answers to a request, as its vendor documents it."""


class SourceServer(ThreadingHTTPServer):
    """A source on loopback, as long as ``serving`` lasts."""

    daemon_threads = True

    def __init__(self, pages: Pages, faults: Faults, port: int) -> None:
        self.asked: list[Asked] = []
        """Every request so far."""
        self.faults: list[Fault] = []
        """Those that happened, in order."""
        self.when_asked: Callable[[Asked], object] = lambda _: None
        """Called with each request before it is answered."""
        self._pages = pages
        self._wanted = faults
        self._chance = random.Random(faults.seed)  # noqa: S311 - it decides when a test goes wrong, and no more
        self._lock = threading.Lock()
        super().__init__(("127.0.0.1", port), _Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    @property
    def calls(self) -> int:
        return len(self.asked)

    def answer(self, asked: Asked) -> tuple[Reply, Fault | None]:
        """What the source says, and what goes wrong with it."""
        with self._lock:
            fault = self._fault(len(self.asked))
            self.asked.append(asked)
            self.faults.extend([fault] if fault else [])
        self.when_asked(asked)
        if fault is Fault.BUSY:
            retry_after = str(self._wanted.retry_after)
            return as_json({"error": "too many requests"}, {"Retry-After": retry_after}, status=429), None
        if fault is Fault.BROKEN:
            return as_json({"error": "internal"}, status=500), None
        return self._pages(asked), fault

    def _fault(self, call: int) -> Fault | None:
        if call in self._wanted.script:
            return self._wanted.script[call]
        if self._wanted.kinds and self._chance.random() < self._wanted.share:
            return self._chance.choice(self._wanted.kinds)
        return None

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Nothing: a caller that hangs up in the middle is what many tests are about."""


@contextmanager
def serving(pages: Pages, faults: Faults | None = None, *, port: int = 0) -> Iterator[SourceServer]:
    """Serves a source: ``with serving(pages) as source: ... source.url``; port 0 lets the system choose one."""
    server = SourceServer(pages, faults or Faults(), port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def as_json(value: Any, headers: Mapping[str, str] | None = None, *, status: int = 200) -> Reply:
    """An answer with JSON in it."""
    body = json.dumps(value, ensure_ascii=False).encode()
    return Reply(status, body, {"Content-Type": "application/json", **(headers or {})})


def slice_of(rows: Sequence[Any], asked: Asked, *, page: str = "page", size: str, most: int, first: int = 1) -> Any:
    """The rows of a page where a source counts pages; ``most`` bounds what the caller may ask for at once."""
    wanted = min(asked.number(size, most), most)
    start = (asked.number(page, first) - first) * wanted
    return rows[start : start + wanted]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: SourceServer

    def _answer(self) -> None:
        parts = urlsplit(self.path)
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(int(headers.get("content-length") or 0))
        reply, fault = self.server.answer(Asked(self.command, parts.path, query, headers, body))
        length, parts_of_body = _spoilt(reply.body, fault)
        with suppress(OSError):
            self.send_response_only(reply.status)
            for name, value in {"Content-Length": str(length), **reply.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            for part in parts_of_body:
                self.wfile.write(part)
        # The others end whole: a caller may keep the connection and must not find it gone.
        self.close_connection = fault in (Fault.DROPPED, Fault.SLOW, Fault.ENDLESS)

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = _answer  # noqa: N815 - the names http.server looks for

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is the base class's
        """Nothing: the test reads ``asked``."""


def _spoilt(body: bytes, fault: Fault | None) -> tuple[int, Iterable[bytes]]:
    """The length that is promised, and the parts that are sent."""
    half = body[: len(body) // 2]
    match fault:
        case Fault.DROPPED:
            return len(body), [half]
        case Fault.MALFORMED:
            return len(half), [half]
        case Fault.SLOW:
            return len(body), _slowly(body)
        case Fault.ENDLESS:
            return 10**12, _endlessly(body)
        case _:
            return len(body), [body]


def _slowly(body: bytes) -> Iterator[bytes]:
    tick = threading.Event()
    for at in range(len(body)):
        yield body[at : at + 1]
        tick.wait(PAUSE)


def _endlessly(body: bytes) -> Iterator[bytes]:
    while True:
        yield body + b" " * 65536
