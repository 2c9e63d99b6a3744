"""Many posts to one address, each checked and bounded as every request is, on one connection that is kept."""

from __future__ import annotations

import re
import ssl
from collections.abc import Callable, Mapping
from datetime import datetime
from urllib.parse import urlsplit

from engine.connections import Guard, KeptConnection
from engine.verdicts import as_ours, as_sent, raise_for

MOST_AT_ONCE = 64 * 1024


class Line:
    """Posts to one address on a connection that is kept, at a fraction of what ``GuardedSession.request`` costs.

    What holds for a session holds here: the address that was checked is the one that is dialled, at every new
    connection, and the time and size of each answer are bounded. No redirect is followed. For one thread.
    """

    def __init__(
        self,
        url: str,
        guard: Guard,
        timeout: float,
        headers: Mapping[str, str],
        tls: Callable[[], ssl.SSLContext],
        clock: Callable[[], datetime] | None,
    ) -> None:
        self._url = url
        self._guard = guard
        self._timeout = timeout
        self._headers = headers
        self._tls = tls
        self._clock = clock
        self._sent = ""
        """The URL in the form that is sent, once it was judged."""
        self._connection: KeptConnection | None = None

    def post(self, body: bytes, headers: Mapping[str, str]) -> int:
        """The status of an answer that says yes (2xx); of its body no more is read than comes with it.

        Raises as ``GuardedSession.request`` does.
        """
        self._guard.deadline.start(self._timeout)
        url = self._sent = self._sent or as_sent(self._url, None)
        head = _head(url, {**self._headers, **headers, "Content-Length": str(len(body))})
        with as_ours(url):
            connection = self._connection = self._connection or KeptConnection(self._guard, url, self._tls)
            try:
                response = connection.ask("POST", head, body)
                response.read1(MOST_AT_ONCE)
            except BaseException:
                connection.close()
                raise
            connection.keep_for_next(response)
        raise_for(url, response.status, response.headers, self._clock)
        return response.status

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()


def _head(url: str, headers: Mapping[str, str]) -> bytes:
    """What a POST begins with. Raises ValueError where a header would end before its line."""
    parts = urlsplit(url)
    path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    lines = [f"POST {path} HTTP/1.1", f"Host: {parts.netloc}", *(f"{name}: {said}" for name, said in headers.items())]
    if any(re.search(r"[\r\n]", each) for each in lines):
        raise ValueError("a header holds the end of a line")
    return "\r\n".join([*lines, "", ""]).encode("latin-1")
