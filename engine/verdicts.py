"""What may be asked for at all, and what comes of asking in our errors: for whoever opens connections."""

from __future__ import annotations

import re
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from email.message import Message
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from http.client import HTTPException
from urllib.parse import urljoin, urlsplit

import requests
from urllib3.exceptions import HTTPError

from engine.errors import ForbiddenAddressError, RetryLaterError, SourceRefusedError

# The rest of 4xx is a verdict on the request; these are about the moment (RFC 9110, 15.5.9; RFC 8470; RFC 6585).
BUSY = frozenset({408, 425, 429})
LONGEST_WAIT = 24 * 3600.0


def target(url: str, location: str) -> str:
    """Where a redirect leads, in the form that is sent."""
    try:
        # http.client reads headers as Latin-1; browsers and servers write UTF-8.
        following = urljoin(url, location.encode("latin-1").decode())
    except ValueError as error:
        raise ForbiddenAddressError(f"{shown(url)} redirects to what is not a URL: {error}") from error
    return as_sent(following, None)


def as_sent(url: str, params: Mapping[str, str] | None) -> str:
    """The URL in the form that is sent, if it may be asked for at all; its address is judged when it is dialled."""
    if re.search(r"[\x00-\x1f\x7f\\]", url):
        raise ForbiddenAddressError(f"{shown(url)!r} holds characters that belong in no URL")
    prepared = requests.PreparedRequest()
    try:
        given = urlsplit(url)
        if given.scheme not in ("http", "https"):
            raise ForbiddenAddressError(f"{shown(url)} is not an http or https URL")
        if "@" in given.netloc:
            raise ForbiddenAddressError("a URL with a user or a password in it is not fetched")
        prepared.prepare_url(url, dict(params or {}))
        parts = urlsplit(prepared.url or "")
        host, port = parts.hostname or "", given.port
    except (requests.RequestException, HTTPError, ValueError) as error:
        raise ForbiddenAddressError(f"{shown(url)!r} is not a URL") from error
    if port == 0 or not re.fullmatch(r"[a-z0-9._-]+|[0-9a-f:.]+", host):
        raise ForbiddenAddressError(f"{shown(url)} names no host and port that can be connected to")
    return prepared.url or ""


def raise_for(
    url: str, status: int, headers: Mapping[str, str] | Message, clock: Callable[[], datetime] | None
) -> None:
    """Raises RetryLaterError or SourceRefusedError for whatever is neither success (2xx) nor 304."""
    if status == HTTPStatus.NOT_MODIFIED or 200 <= status < 300:
        return
    said = f"{shown(url)} answered {status}"
    if status in BUSY or status >= 500:
        raise RetryLaterError(said, retry_after=_retry_after(headers, clock), status=status)
    raise SourceRefusedError(said, status=status)


def _retry_after(headers: Mapping[str, str] | Message, clock: Callable[[], datetime] | None) -> float | None:
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


def shown(url: str) -> str:
    """A URL as a message may hold it: queries hold keys, and what stands before an @ a password."""
    return re.sub(r"//[^/@]*@", "//", re.split("[?#]", url, maxsplit=1)[0])[:200]


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: " + re.sub(r"\?\S*", "?...", str(error))


@contextmanager
def as_ours(url: str) -> Iterator[None]:
    """Turns what libraries and the system raise into errors of ours."""
    try:
        yield
    except (
        requests.exceptions.SSLError,
        requests.exceptions.ContentDecodingError,
        ssl.SSLCertVerificationError,
    ) as error:
        raise SourceRefusedError(f"{shown(url)} cannot be trusted or read: {_said(error)}") from error
    except (requests.RequestException, HTTPError, HTTPException, OSError) as error:
        raise RetryLaterError(f"{shown(url)} failed: {_said(error)}") from error
