"""A Plaudit of a few lines on loopback: it serves what a test tells it to, and remembers what it was asked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

KEY = ("subject", "kettle", "list", "en")
PATH = "/v1/subjects/kettle/snippets/list"


@dataclass
class PlayedPlaudit:
    """``words`` is the body of the one snippet there is; empty: there is none."""

    words: str = "It pours well."
    version: int = 3
    status: int = 200
    changes: list[dict[str, Any]] = field(default_factory=list)
    cursor: str = "1-a"
    asked: list[tuple[str, str | None]] = field(default_factory=list)
    """Path and If-None-Match of each request."""
    url: str = ""

    def becomes(self, words: str) -> None:
        self.words, self.version = words, self.version + 1

    def answer(self, path: str, known: str | None) -> tuple[int, dict[str, str], bytes]:
        self.asked.append((path, known))
        if self.status != 200:
            return self.status, {}, b""
        if path == "/v1/changes":
            return 200, {}, json.dumps({"items": self.changes, "next": self.cursor, "more": False}).encode()
        if path == "/oembed":
            said = {"type": "rich", "title": "Reviews", "provider_name": "Plaudit", "cache_age": 300}
            return 200, {}, json.dumps({**said, "html": self.words, "width": 640, "height": 800}).encode()
        etag = f'"e{self.version}"'
        if path != PATH or not self.words:
            return 404, {}, b""
        headers = {"ETag": etag, "Plaudit-Version": str(self.version)}
        return (304, headers, b"") if known == etag else (200, headers, self.words.encode())


@contextmanager
def playing() -> Iterator[PlayedPlaudit]:
    played = PlayedPlaudit()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, headers, body = played.answer(urlsplit(self.path).path, self.headers["If-None-Match"])
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Says nothing between the dots of the tests."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    played.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield played
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
