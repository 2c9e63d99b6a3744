"""A host of static files as there are many: it reads ``_headers``, knows ``index.html``, and runs nothing."""

from __future__ import annotations

import mimetypes
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from fnmatch import fnmatchcase
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import unquote, urlsplit

ENCODINGS = {"br": ".br", "gzip": ".gz"}

Rules = Mapping[str, Mapping[str, str]]


@contextmanager
def static_host(folder: Path, port: int) -> Iterator[list[str]]:
    """Serves a folder on a port of loopback; gives the paths that were asked for and not found."""
    missing: list[str] = []
    server = ThreadingHTTPServer(("127.0.0.1", port), _handler(folder, _rules(folder), missing))
    thread = Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield missing
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _rules(folder: Path) -> Rules:
    rules: dict[str, dict[str, str]] = {}
    for block in (folder / "_headers").read_text(encoding="utf-8").strip().split("\n\n"):
        path, *lines = block.splitlines()
        rules[path] = dict(line.strip().split(": ", 1) for line in lines)
    return rules


def _handler(folder: Path, rules: Rules, missing: list[str]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            path = unquote(urlsplit(self.path).path)
            file = folder / path.lstrip("/")
            file = file / "index.html" if path.endswith("/") else file
            status = 200 if file.is_file() else 404
            if status == 404:
                missing.append(self.path)
            self._answer(status, path, file)

        def _answer(self, status: int, path: str, file: Path) -> None:
            taken = self.headers.get("Accept-Encoding", "").replace(" ", "").split(",")
            beside = {each: file.with_name(file.name + ending) for each, ending in ENCODINGS.items() if each in taken}
            coding = next((each for each, packed in beside.items() if packed.is_file()), "")
            body = (beside[coding] if coding else file).read_bytes() if status == 200 else b""
            headers = {"Content-Type": mimetypes.guess_type(file.name)[0] or "application/octet-stream"}
            for pattern, told in rules.items():
                headers |= told if fnmatchcase(path, pattern) else {}
            self.send_response(status)
            for name, value in (headers | ({"Content-Encoding": coding} if coding else {})).items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Says nothing."""

    return Handler
