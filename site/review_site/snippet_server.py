"""The hot path: a small WSGI layer in front of Flask that answers finished snippets by one SELECT.

Whatever it does not recognise at first sight, it leaves to Flask.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

from engine.domain import Locale
from engine.packing import accepted, unmarked
from engine.store.snippet_reader import Read
from review_site.cache_tags import tag_headers
from review_site.embed.addresses import discovery_header
from review_site.security import headers_for

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication

SCOPES = {"subjects": "subject", "topics": "topic", "collections": "collection"}
PAGES = {"reviews": "subject", "topics": "topic", "collections": "collection"}
PAGE = "page"
API = "/v1/"
VERSION_HEADER, VERSION = "Plaudit-Api", "1"
"""Of the interface under /v1."""
EXPOSED = "Deprecation, ETag, Idempotent-Replayed, Link, Location, Plaudit-Api, Plaudit-Version, Retry-After, Sunset"
"""What a script of another page may read of an answer, beside what it may of any."""
# Public, and the same for everybody: scripts of every page may read it.
OF_THE_API = (
    ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Expose-Headers", EXPOSED),
    (VERSION_HEADER, VERSION),
)

Headers = list[tuple[str, str]]


class Answer(NamedTuple):
    status: int
    headers: Headers
    body: bytes
    """Empty for a HEAD and for what the client has already."""
    name: str
    """Of the snippet."""


class SnippetServer:
    """Answers ``/v1/<scope>/<id>/snippets/<name>`` and the default view of each public page."""

    def __init__(self, app: WSGIApplication, read: Read, locales: Sequence[Locale], base_url: str) -> None:
        self._app = app
        self._read = read
        self._base_url = base_url
        self._locale_of_query = {"": locales[0], **{f"locale={each}": each for each in locales}}
        self._headers: dict[tuple[str, str, bool], Headers] = {}

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        answer = self.asked_for(environ)
        if answer is None:
            return self._app(environ, start_response)
        start_response("200 OK" if answer.status == 200 else "304 Not Modified", answer.headers)
        # A list, because granian sends one in a piece and streams every other iterable.
        return [answer.body] if answer.body else []

    def asked_for(self, environ: Mapping[str, Any]) -> Answer | None:
        """The snippet that a request asks for; None when it asks for anything else, or for one that there is not."""
        method, path, query = environ["REQUEST_METHOD"], environ["PATH_INFO"], environ.get("QUERY_STRING", "")
        locale = self._locale_of_query.get(query)
        key = _key(path) if locale is not None and method in ("GET", "HEAD") else None
        if key is None or locale is None:
            return None
        served = self._read(*key, locale, *accepted(environ.get("HTTP_ACCEPT_ENCODING", "")))
        if served is None:
            return None
        # Two encodings of one snippet are two representations: a strong ETag may not be the same for both.
        etag = f'"{served.etag}-{served.coding}"' if served.coding else f'"{served.etag}"'
        is_api = path.startswith(API)
        headers = [
            *self._standing_headers(served.media_type, locale, is_api),
            *tag_headers(key[0], key[1]),
            ("ETag", etag),
            ("Plaudit-Version", str(served.version)),
        ]
        if not is_api:
            headers.append(("Link", self._discovery(path, query)))
        known = environ.get("HTTP_IF_NONE_MATCH")
        if known is not None and matches(known, served.etag):
            return Answer(304, headers, b"", key[2])
        headers.append(("Content-Length", str(len(served.body))))
        headers.append(("Content-Type", served.media_type))
        if served.coding:
            headers.append(("Content-Encoding", served.coding))
        return Answer(200, headers, b"" if method == "HEAD" else served.body, key[2])

    def _discovery(self, path: str, query: str) -> str:
        page = self._base_url + quote(path.encode("latin-1", "replace"))
        return discovery_header(self._base_url, f"{page}?{query}" if query else page)

    def _standing_headers(self, media_type: str, locale: str, is_api: bool) -> Headers:
        try:
            return self._headers[media_type, locale, is_api]
        except KeyError:
            made = [
                # Kept, but asked about each time: what a person took back is gone at the next request.
                ("Cache-Control", "no-cache"),
                ("Vary", "Accept-Encoding"),
                ("Content-Language", locale),
                *(OF_THE_API if is_api else ()),
                *headers_for(media_type).items(),
            ]
            self._headers[media_type, locale, is_api] = made
            return made


def _key(path: str) -> tuple[str, str, str] | None:
    """Scope, scope id and name of the snippet at a path; None for any other path."""
    if not path.isascii():
        # PEP 3333: the bytes of the address, each as the character of that number.
        path = path.encode("latin-1", "replace").decode("utf-8", "replace")
    if "\0" in path:
        return None
    parts = path.split("/")
    if len(parts) == 6 and parts[1] == "v1" and parts[4] == "snippets" and parts[2] in SCOPES:
        return SCOPES[parts[2]], parts[3], parts[5]
    if len(parts) == 3 and parts[1] in PAGES:
        return PAGES[parts[1]], parts[2], PAGE
    return None


def matches(known: str, etag: str) -> bool:
    """Whether an If-None-Match header names the snippet, in whichever coding, compared weakly (RFC 9110, 13.1.2)."""
    if known == "*":
        return True
    return any(unmarked(each.strip().removeprefix("W/").strip('"')) == etag for each in known.split(","))
