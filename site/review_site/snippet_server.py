"""The hot path: a small WSGI layer in front of Flask that answers finished snippets by one SELECT.

Whatever it does not recognise at first sight, it leaves to Flask.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from engine.domain import Locale
from engine.packing import accepted, unmarked
from engine.store.snippet_reader import Read, Served
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


class SnippetServer:
    """Answers ``/v1/<scope>/<id>/snippets/<name>`` and the default view of each public page."""

    def __init__(self, app: WSGIApplication, read: Read, locales: Sequence[Locale], base_url: str) -> None:
        self._app = app
        self._read = read
        self._base_url = base_url
        self._locale_of_query = {"": locales[0], **{f"locale={each}": each for each in locales}}
        self._headers: dict[tuple[str, str, bool], Headers] = {}

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        locale = self._locale_of_query.get(environ.get("QUERY_STRING", ""))
        if locale is not None and environ["REQUEST_METHOD"] in ("GET", "HEAD"):
            key = _key(environ["PATH_INFO"])
            codings = accepted(environ.get("HTTP_ACCEPT_ENCODING", ""))
            served = self._read(*key, locale, *codings) if key else None
            if key is not None and served is not None:
                return self._answer(environ, start_response, served, locale, tag_headers(key[0], key[1]))
        return self._app(environ, start_response)

    def _answer(
        self,
        environ: Mapping[str, Any],
        start_response: StartResponse,
        served: Served,
        locale: str,
        tags: Iterable[tuple[str, str]],
    ) -> Iterable[bytes]:
        # Two encodings of one snippet are two representations: a strong ETag may not be the same for both.
        etag = f'"{served.etag}-{served.coding}"' if served.coding else f'"{served.etag}"'
        is_api = environ["PATH_INFO"].startswith(API)
        headers = [
            *self._standing_headers(served.media_type, locale, is_api),
            *tags,
            ("ETag", etag),
            ("Plaudit-Version", str(served.version)),
        ]
        if not is_api:
            headers.append(("Link", self._discovery(environ)))
        known = environ.get("HTTP_IF_NONE_MATCH")
        if known is not None and matches(known, served.etag):
            start_response("304 Not Modified", headers)
            return []
        headers.append(("Content-Length", str(len(served.body))))
        headers.append(("Content-Type", served.media_type))
        if served.coding:
            headers.append(("Content-Encoding", served.coding))
        start_response("200 OK", headers)
        # A list, because granian sends one in a piece and streams every other iterable.
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [served.body]

    def _discovery(self, environ: Mapping[str, Any]) -> str:
        query = environ.get("QUERY_STRING", "")
        page = self._base_url + quote(environ["PATH_INFO"].encode("latin-1", "replace"))
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
