"""A snippet in another view or form than the stored one, as an answer."""

from __future__ import annotations

from flask import Response, request

from engine.domain import Locale, Scope
from engine.publish import etag_of
from review_site.asking import asked_view
from review_site.embed.options import asked_options
from review_site.embed.pieces import found, shaped, wanted


def answer_otherwise(scope: Scope, scope_id: str, name: str, locale: Locale) -> Response:
    """The snippet as the query wants it, with an ETag of just these bytes.

    Raises NotFoundError where there is none, BadValueError naming what cannot be asked for.
    """
    view, options = asked_view(), asked_options()
    html = shaped(found(wanted(scope, scope_id, name, locale), view), options)
    return as_snippet(html, locale, is_default=view.is_default)


def as_snippet(html: str, locale: Locale, *, is_default: bool) -> Response:
    """HTML as an answer that is asked about each time; 304 where it is known already."""
    response = Response(html, content_type="text/html; charset=utf-8")
    response.headers["Content-Language"] = locale
    if not is_default:
        response.headers["X-Robots-Tag"] = "noindex"
    # Of the bytes and not of the stored snippet: with the options, an address of the style sheet stands in them.
    response.set_etag(etag_of(html.encode()))
    conditional: Response = response.make_conditional(request)  # type: ignore[assignment]
    return conditional
