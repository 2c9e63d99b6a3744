"""The one outgoing HTTP client: it connects to the very address it checked, and bounds time, size and redirects.

Whatever fetches a URL that somebody outside may have written goes through here; an import contract keeps it so.
"""

from __future__ import annotations

import json
import re
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from email.message import Message
from functools import cached_property
from http import HTTPMethod
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.utils import DEFAULT_CA_BUNDLE_PATH
from urllib3.util import create_urllib3_context

from engine.addresses import Network
from engine.connections import Guard, GuardedAdapter, Resolve, ask_system
from engine.errors import RefusedError, SourceRefusedError
from engine.lines import Line
from engine.verdicts import as_ours, as_sent, raise_for, shown, target

REDIRECTS = frozenset({301, 302, 303, 307, 308})
# Whatever else a caller sends may be a secret (X-Api-Key as much as Authorization): it stays with the host it was for.
MAY_CROSS = frozenset({"accept", "accept-language", "user-agent"})
# `idna` and `punycode` are encodings as well, and take time that grows with the square of the length.
CHARSETS = re.compile(
    r"utf-(8|16|16le|16be)|us-ascii|(iso-8859|windows)-\d{1,4}|shift_jis|euc-(jp|kr)|gb18030|gbk|big5"
)
CHUNK = 64 * 1024
MOST_LINES = 200
"""Connections that are kept for who posts to the same address again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a server answered with success (2xx), or that nothing changed (304); ``url`` is where it came from."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The body in the encoding that the server names, or UTF-8; what cannot be read becomes U+FFFD."""
        named = Message()
        named["content-type"] = self.headers.get("content-type", "")
        charset = str(named.get_content_charset() or "")
        return self.body.decode(charset if CHARSETS.fullmatch(charset) else "utf-8-sig", errors="replace")

    def json(self) -> Any:
        """The body as JSON; raises SourceRefusedError when it is none, or nested too deep."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError) as error:
            raise SourceRefusedError(f"{shown(self.url)} did not answer with JSON: {error}") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """One request, as it goes to one host."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes | None

    def redirected(self, status: int, url: str) -> _Asked:
        """What to ask next, as browsers do (https://fetch.spec.whatwg.org/#http-redirect-fetch)."""
        following = replace(self, url=url)
        becomes_get = status == 303 or (status in (301, 302) and self.method == HTTPMethod.POST)
        if becomes_get and self.method != HTTPMethod.HEAD:
            kept = {name: value for name, value in self.headers.items() if name.lower() != "content-type"}
            following = replace(following, method=HTTPMethod.GET, headers=kept, body=None)
        if _origin(following.url) == _origin(self.url):
            return following
        if following.body is not None:
            raise SourceRefusedError(f"{shown(self.url)} wants what was sent to it passed on to {shown(following.url)}")
        crossing = {name: value for name, value in following.headers.items() if name.lower() in MAY_CROSS}
        return replace(following, headers=crossing)


class GuardedSession:
    """Requests to addresses that somebody outside may have written.

    No proxy, ``.netrc`` or other trace of the environment is used and no cookie is kept. ``timeout`` bounds the whole
    call, redirects included, and ``max_bytes`` the body, also after it was unpacked. May be shared between threads.
    """

    def __init__(
        self,
        allow: Sequence[Network] = (),
        *,
        timeout: float = 20.0,
        max_bytes: int = 10_000_000,
        max_redirects: int = 5,
        resolve: Resolve = ask_system,
        user_agent: str = "Plaudit",
        ca_file: str | None = None,
        clock: Callable[[], datetime] | None = None,
    ) -> None:
        """``allow`` opens networks that are not public; ``ca_file`` replaces the authorities that TLS trusts.

        ``clock`` tells the time to those who sign what they ask; most ask nothing of the kind.

        The time that the system's resolver takes is bounded by its own configuration only.
        """
        self._timeout = timeout
        self._max_bytes = max_bytes
        self._max_redirects = max_redirects
        # Chunk lines and headers come on top of the body.
        self._guard = Guard(allow=tuple(allow), resolve=resolve, most_bytes=2 * max_bytes + 1_000_000)
        self._adapter = GuardedAdapter(self._guard)
        self._verify = ca_file or True
        self._authorities = ca_file or DEFAULT_CA_BUNDLE_PATH
        self._lines: dict[str, Line] = {}
        self._lines_lock = threading.Lock()
        self._clock = clock
        self._headers = {"User-Agent": user_agent, "Accept": "*/*", "Accept-Encoding": "gzip, deflate"}

    def __enter__(self) -> GuardedSession:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        self._adapter.close()
        with self._lines_lock:
            lines, self._lines = self._lines, {}
        for each in lines.values():
            each.close()

    def now(self) -> datetime:
        """The time, for a signature; raises RefusedError where the session was made without a clock."""
        if self._clock is None:
            raise RefusedError("this session was made without a clock: nothing can be signed with the time")
        return self._clock()

    def get(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
        first_bytes: int | None = None,
    ) -> Answer:
        """The answer to a GET; see ``request``."""
        return self.request(HTTPMethod.GET, url, headers=headers, params=params, first_bytes=first_bytes)

    def post(self, url: str, body: bytes, *, headers: Mapping[str, str] | None = None) -> Answer:
        """The answer to a POST; see ``request``."""
        return self.request(HTTPMethod.POST, url, headers=headers, body=body)

    def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
        body: bytes | None = None,
        first_bytes: int | None = None,
    ) -> Answer:
        """The answer to a request; ``params`` are added to the query.

        Of a body with more than ``first_bytes`` bytes only those are read, however many follow.

        Raises ForbiddenAddressError when the URL is none that we may connect to, at once or after a redirect;
        RetryLaterError when the server is busy, broken, out of reach or too slow; SourceRefusedError when it said no,
        sent too much, or redirected too often.
        """
        self._guard.deadline.start(self._timeout)
        asked = _Asked(method=method, url=as_sent(url, params), headers=headers or {}, body=body)
        for _ in range(self._max_redirects + 1):
            with as_ours(asked.url):
                outcome = self._send(asked, first_bytes)
            if isinstance(outcome, Answer):
                return outcome
            asked = outcome
        raise SourceRefusedError(f"{shown(url)} redirects more than {self._max_redirects} times, to {shown(asked.url)}")

    @contextmanager
    def line(self, url: str) -> Iterator[Line]:
        """For many posts to one address, one after the other; nothing is dialled or refused before the first.

        The connection is kept for the next who posts there.
        """
        with self._lines_lock:
            line = self._lines.pop(url, None)
        line = line or Line(url, self._guard, self._timeout, self._headers, lambda: self._tls, self._clock)
        try:
            yield line
        finally:
            self._put_back(url, line)

    def _put_back(self, url: str, line: Line) -> None:
        with self._lines_lock:
            one_too_many = url if url in self._lines else next(iter(self._lines), "")
            is_full = url in self._lines or len(self._lines) >= MOST_LINES
            other = self._lines.pop(one_too_many) if is_full else None
            self._lines[url] = line
        if other is not None:
            other.close()

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        # Kept, because reading the authorities takes longer than a hundred posts.
        context = create_urllib3_context()
        context.load_verify_locations(self._authorities)
        return context

    def _send(self, asked: _Asked, first_bytes: int | None) -> Answer | _Asked:
        headers = {**self._headers, **asked.headers}
        request = requests.Request(asked.method, asked.url, headers=headers, data=asked.body).prepare()
        seconds = self._guard.deadline.left()
        # Not by way of requests.Session: told to follow nothing, it still reads and unpacks the body of a redirect.
        with self._adapter.send(request, stream=True, timeout=seconds, verify=self._verify) as response:
            # Whoever follows none is told of a redirect as of any other refusal, with its status.
            if self._max_redirects and response.status_code in REDIRECTS and "location" in response.headers:
                return asked.redirected(response.status_code, target(asked.url, response.headers["location"]))
            raise_for(response.url, response.status_code, response.headers, self._clock)
            read = self._read(response, first_bytes)
            return Answer(url=asked.url, status=response.status_code, headers=response.headers, body=read)

    def _read(self, response: requests.Response, first_bytes: int | None) -> bytes:
        body = bytearray()
        for chunk in response.iter_content(CHUNK):
            body += chunk
            if first_bytes is not None and len(body) >= first_bytes:
                return bytes(body[:first_bytes])
            if len(body) > self._max_bytes:
                raise SourceRefusedError(f"{shown(response.url)} answers with more than {self._max_bytes} bytes")
            self._guard.deadline.left()
        return bytes(body)


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or {"http": 80, "https": 443}.get(parts.scheme)
