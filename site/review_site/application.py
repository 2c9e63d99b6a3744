"""Puts the Flask application together: the routes of every area, and what all answers have in common."""

from __future__ import annotations

from flask import Flask, Response, request

from engine.errors import BadValueError
from review_site import api, api_headers, cms, console, embed, feeds, flagging, form, gallery, hooks, method, pages
from review_site.access.cors import register_cors
from review_site.compressing import register_packing
from review_site.errors import register_errors
from review_site.roles import Role, narrow
from review_site.security import headers_for
from review_site.wiring import Instance

LARGEST_BODY = 1 << 20
"""Bytes; routes that take more say so themselves."""


def assemble(instance: Instance, role: Role) -> Flask:
    """The application of an instance with the routes of a role."""
    app = Flask("review_site", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    # Sent on to the address with single slashes, a browser or a cache would go to whatever host the request named.
    app.url_map.merge_slashes = False
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.extensions["plaudit"] = instance
    _add_routes(app, instance)
    # What is registered last looks at an answer first.
    register_cors(app)
    register_errors(app)
    register_packing(app)
    api_headers.register(app)
    narrow(app, role)
    app.before_request(_refuse_what_no_text_holds)
    app.after_request(_secure)
    return app


def _add_routes(app: Flask, instance: Instance) -> None:
    app.register_blueprint(api.blueprint, url_prefix="/v1")
    for blueprint in (feeds.blueprint, pages.blueprint):
        app.register_blueprint(blueprint)
    for area in (embed, cms, hooks, form, flagging, method, console):
        area.register(app)
    if instance.config.site_gallery:
        gallery.register(app)


def _refuse_what_no_text_holds() -> None:
    # PostgreSQL knows no text with a NUL, and would answer each look for one with an error of its own.
    if "\0" in request.path or any("\0" in value for value in request.args.values()):
        raise BadValueError("an address cannot hold the character NUL")


def _secure(response: Response) -> Response:
    response.headers.setdefault("Cache-Control", "no-cache")
    for name, value in headers_for(response.content_type or "").items():
        response.headers.setdefault(name, value)
    # For whoever counts requests: a rule is one of few, a path anything.
    request.environ["plaudit.route"] = request.url_rule.rule if request.url_rule else ""
    return response
