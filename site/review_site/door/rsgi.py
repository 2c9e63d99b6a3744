"""What granian hands over for a request (https://github.com/emmett-framework/granian/blob/master/docs/spec/RSGI.md)."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Mapping
from typing import IO, Any, Protocol

Headers = list[tuple[str, str]]
REPEATED: Mapping[str, str] = {"cookie": "; "}
"""How the values of a header that came more than once are joined; all others by a comma (RFC 9110, 5.3)."""


class RequestHeaders(Protocol):
    def get(self, key: str, default: Any = None) -> Any: ...

    def items(self) -> list[tuple[str, str]]: ...


class Scope(Protocol):
    """``path`` is decoded, what is not UTF-8 in it replaced; names of headers are in lower case."""

    proto: str
    method: str
    path: str
    query_string: str
    client: str
    server: str
    scheme: str
    http_version: str
    headers: RequestHeaders


class Transport(Protocol):
    async def send_bytes(self, data: bytes) -> None: ...


class Conversation(Protocol):
    def __aiter__(self) -> AsyncIterator[bytes]: ...

    def response_empty(self, status: int, headers: Headers) -> None: ...

    def response_bytes(self, status: int, headers: Headers, body: bytes) -> None: ...

    def response_stream(self, status: int, headers: Headers) -> Transport: ...


def as_environ(scope: Scope, path: str, body: IO[bytes]) -> dict[str, Any]:
    """The request as WSGI has it (PEP 3333); ``path`` is that of ``wsgi_path``."""
    host, _, port = scope.server.rpartition(":")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": scope.query_string,
        "REMOTE_ADDR": scope.client.rpartition(":")[0].strip("[]"),
        "SERVER_NAME": host,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": body,
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in scope.headers.items():
        _add(environ, name, value)
    return environ


def wsgi_path(path: str) -> str:
    """The bytes of a path, each as the character of that number (PEP 3333)."""
    return path if path.isascii() else path.encode("utf-8", "replace").decode("latin-1")


def _add(environ: dict[str, Any], name: str, value: str) -> None:
    # X_Forwarded_For would become the same name as X-Forwarded-For, which a proxy removes when a stranger sends it.
    if "_" in name:
        return
    upper = name.upper().replace("-", "_")
    key = upper if upper in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{upper}"
    environ[key] = environ[key] + REPEATED.get(name, ",") + value if key in environ else value
