"""The one outgoing HTTP client: it connects to the very address it checked, and bounds time, size and redirects.

Whatever fetches a URL that somebody outside may have written goes through here; an import contract keeps it so.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from email.message import Message
from email.utils import parsedate_to_datetime
from http import HTTPMethod, HTTPStatus
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from urllib3.exceptions import HTTPError

from engine.addresses import Network
from engine.connections import Guard, GuardedAdapter, Resolve, ask_system
from engine.errors import ForbiddenAddressError, RefusedError, RetryLaterError, SourceRefusedError

REDIRECTS = frozenset({301, 302, 303, 307, 308})
# The rest of 4xx is a verdict on the request; these are about the moment (RFC 9110, 15.5.9; RFC 8470; RFC 6585).
BUSY = frozenset({408, 425, 429})
# Whatever else a caller sends may be a secret (X-Api-Key as much as Authorization): it stays with the host it was for.
MAY_CROSS = frozenset({"accept", "accept-language", "user-agent"})
# `idna` and `punycode` are encodings as well, and take time that grows with the square of the length.
CHARSETS = re.compile(
    r"utf-(8|16|16le|16be)|us-ascii|(iso-8859|windows)-\d{1,4}|shift_jis|euc-(jp|kr)|gb18030|gbk|big5"
)
LONGEST_WAIT = 24 * 3600.0
CHUNK = 64 * 1024


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
            raise SourceRefusedError(f"{_shown(self.url)} did not answer with JSON: {error}") from error


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
            raise SourceRefusedError(
                f"{_shown(self.url)} wants what was sent to it passed on to {_shown(following.url)}"
            )
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
        self._clock = clock
        self._headers = {"User-Agent": user_agent, "Accept": "*/*", "Accept-Encoding": "gzip, deflate"}

    def __enter__(self) -> GuardedSession:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        self._adapter.close()

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
        asked = _Asked(method=method, url=_with(url, params), headers=headers or {}, body=body)
        for _ in range(self._max_redirects + 1):
            with _as_ours(asked.url):
                outcome = self._send(asked, first_bytes)
            if isinstance(outcome, Answer):
                return outcome
            asked = outcome
        raise SourceRefusedError(
            f"{_shown(url)} redirects more than {self._max_redirects} times, to {_shown(asked.url)}"
        )

    def _send(self, asked: _Asked, first_bytes: int | None) -> Answer | _Asked:
        headers = {**self._headers, **asked.headers}
        request = requests.Request(asked.method, asked.url, headers=headers, data=asked.body).prepare()
        seconds = self._guard.deadline.left()
        # Not by way of requests.Session: told to follow nothing, it still reads and unpacks the body of a redirect.
        with self._adapter.send(request, stream=True, timeout=seconds, verify=self._verify) as response:
            # Whoever follows none is told of a redirect as of any other refusal, with its status.
            if self._max_redirects and response.status_code in REDIRECTS and "location" in response.headers:
                return asked.redirected(response.status_code, _target(asked.url, response.headers["location"]))
            _raise_for(response, self._clock)
            read = self._read(response, first_bytes)
            return Answer(url=asked.url, status=response.status_code, headers=response.headers, body=read)

    def _read(self, response: requests.Response, first_bytes: int | None) -> bytes:
        body = bytearray()
        for chunk in response.iter_content(CHUNK):
            body += chunk
            if first_bytes is not None and len(body) >= first_bytes:
                return bytes(body[:first_bytes])
            if len(body) > self._max_bytes:
                raise SourceRefusedError(f"{_shown(response.url)} answers with more than {self._max_bytes} bytes")
            self._guard.deadline.left()
        return bytes(body)


def _target(url: str, location: str) -> str:
    """Where a redirect leads, in the form that is sent."""
    try:
        # http.client reads headers as Latin-1; browsers and servers write UTF-8.
        following = urljoin(url, location.encode("latin-1").decode())
    except ValueError as error:
        raise ForbiddenAddressError(f"{_shown(url)} redirects to what is not a URL: {error}") from error
    return _with(following, None)


def _with(url: str, params: Mapping[str, str] | None) -> str:
    """The URL in the form that is sent, if it may be asked for at all; its address is judged when it is dialled."""
    if re.search(r"[\x00-\x1f\x7f\\]", url):
        raise ForbiddenAddressError(f"{_shown(url)!r} holds characters that belong in no URL")
    prepared = requests.PreparedRequest()
    try:
        given = urlsplit(url)
        if given.scheme not in ("http", "https"):
            raise ForbiddenAddressError(f"{_shown(url)} is not an http or https URL")
        if "@" in given.netloc:
            raise ForbiddenAddressError("a URL with a user or a password in it is not fetched")
        prepared.prepare_url(url, dict(params or {}))
        parts = urlsplit(prepared.url or "")
        host, port = parts.hostname or "", given.port
    except (requests.RequestException, HTTPError, ValueError) as error:
        raise ForbiddenAddressError(f"{_shown(url)!r} is not a URL") from error
    if port == 0 or not re.fullmatch(r"[a-z0-9._-]+|[0-9a-f:.]+", host):
        raise ForbiddenAddressError(f"{_shown(url)} names no host and port that can be connected to")
    return prepared.url or ""


def _raise_for(response: requests.Response, clock: Callable[[], datetime] | None) -> None:
    status = response.status_code
    if status == HTTPStatus.NOT_MODIFIED or 200 <= status < 300:
        return
    said = f"{_shown(response.url)} answered {status}"
    if status in BUSY or status >= 500:
        raise RetryLaterError(said, retry_after=_retry_after(response.headers, clock), status=status)
    raise SourceRefusedError(said, status=status)


def _retry_after(headers: Mapping[str, str], clock: Callable[[], datetime] | None) -> float | None:
    """The seconds that ``Retry-After`` asks for (RFC 9110, 10.2.3); a date counts from ``Date``, else from now."""
    value = headers.get("retry-after", "").strip()
    if re.fullmatch(r"[0-9]{1,9}", value):
        return min(float(value), LONGEST_WAIT)
    try:
        said = headers.get("date", "")
        since = parsedate_to_datetime(said) if said or clock is None else clock()
        wait = parsedate_to_datetime(value) - since
    except (ValueError, TypeError, OverflowError):
        return None
    return min(max(wait.total_seconds(), 0.0), LONGEST_WAIT)


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or {"http": 80, "https": 443}.get(parts.scheme)


def _shown(url: str) -> str:
    """A URL as a message may hold it: queries hold keys, and what stands before an @ a password."""
    return re.sub(r"//[^/@]*@", "//", re.split("[?#]", url, maxsplit=1)[0])[:200]


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: " + re.sub(r"\?\S*", "?...", str(error))


@contextmanager
def _as_ours(url: str) -> Iterator[None]:
    try:
        yield
    except (requests.exceptions.SSLError, requests.exceptions.ContentDecodingError) as error:
        raise SourceRefusedError(f"{_shown(url)} cannot be trusted or read: {_said(error)}") from error
    except (requests.RequestException, HTTPError, OSError) as error:
        raise RetryLaterError(f"{_shown(url)} failed: {_said(error)}") from error
