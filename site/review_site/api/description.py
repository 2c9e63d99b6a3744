"""The description of the API: the document as it is, as JSON, and as a page for people."""

from __future__ import annotations

import json
from functools import cache

from flask import Blueprint, Response, request

from review_site.api.docs_page import docs_page
from review_site.asking import fitting_locale, instance
from review_site.described import DOCUMENT, document


def register(blueprint: Blueprint) -> None:
    blueprint.add_url_rule("/openapi.yaml", "openapi_yaml", as_yaml)
    blueprint.add_url_rule("/openapi.json", "openapi_json", as_json)
    blueprint.add_url_rule("/docs", "docs", page)


def as_yaml() -> Response:
    return _revalidated(Response(DOCUMENT.read_bytes(), content_type="application/yaml; charset=utf-8"))


def as_json() -> Response:
    return _revalidated(Response(_json(), content_type="application/json"))


def page() -> Response:
    settings = instance().settings
    html = docs_page(settings, fitting_locale() or settings.default_locale)
    return Response(html, content_type="text/html; charset=utf-8")


def _revalidated(response: Response) -> Response:
    response.add_etag()
    response.make_conditional(request)
    return response


@cache
def _json() -> str:
    return json.dumps(document(), ensure_ascii=False, indent=1)
