"""Packs what Flask answers: pages and lists that are built when they are asked for."""

from __future__ import annotations

from flask import Flask, Response, request

from engine.packing import BROTLI, GZIP, accepted, packed, unmarked

# One network packet: below, packing changes what is sent by nothing.
SMALLEST = 1400
KINDS = ("text/", "application/json", "application/problem+json", "application/ld+json", "application/xml")


def register_packing(app: Flask) -> None:
    """Gives an application answers that are packed for whoever takes that, each coding under an ETag of its own.

    Whatever may not be stored is left as it is: a form holds a token that nobody may guess, and the length of a packed
    answer would betray it to whoever can put words beside it (BREACH, https://www.breachattack.com).
    """

    @app.before_request
    def read_etags_without_codings() -> None:
        known = request.environ.get("HTTP_IF_NONE_MATCH")
        if known:
            request.environ["HTTP_IF_NONE_MATCH"] = unmarked(known)
            request.environ["plaudit.known"] = known
        seen = request.environ.get("HTTP_IF_MATCH")
        if seen:
            request.environ["HTTP_IF_MATCH"] = unmarked(seen)

    @app.after_request
    def pack(response: Response) -> Response:
        if _is_kept_apart(response):
            return response
        # Said of what is not packed too: a cache must not hand one client's form to another.
        response.vary.add("Accept-Encoding")
        if response.status_code == 304:
            _name_as_known(response)
        elif _is_worth_it(response):
            _pack(response)
        return response


def _is_kept_apart(response: Response) -> bool:
    is_text = response.status_code == 304 or (response.content_type or "").startswith(KINDS)
    return (
        not is_text or response.is_streamed or response.cache_control.no_store or "Content-Encoding" in response.headers
    )


def _is_worth_it(response: Response) -> bool:
    return len(response.get_data()) >= SMALLEST


def _pack(response: Response) -> None:
    takes = accepted(request.headers.get("Accept-Encoding", ""))
    coding = BROTLI if takes.brotli else GZIP if takes.gzip else ""
    if not coding:
        return
    response.set_data(packed(response.get_data(), coding))
    response.headers["Content-Encoding"] = coding
    etag, is_weak = response.get_etag()
    if etag is not None and not is_weak:
        response.set_etag(f"{etag}-{coding}")


def _name_as_known(response: Response) -> None:
    """The ETag of the form that the client has, which is the one that it asked about."""
    etag, is_weak = response.get_etag()
    for coding in (BROTLI, GZIP):
        marked = f"{etag}-{coding}"
        if not is_weak and f'"{marked}"' in request.environ.get("plaudit.known", ""):
            response.set_etag(marked)
