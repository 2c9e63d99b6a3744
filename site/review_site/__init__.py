"""The two doors of Plaudit, HTTP and the `plaudit` command, and the only place where things are wired together."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask, Response

    from review_site.roles import Role
    from review_site.wiring import Instance


def create_app(instance: Instance, role: Role | None = None) -> Flask:
    """The Flask application of an instance: everything but finished snippets, which are answered before it.

    With a role, only the routes of that role.
    """
    # Whoever imports a template or judges a file needs neither the engine nor Flask.
    from flask import Flask, request  # noqa: PLC0415

    from engine.errors import BadValueError  # noqa: PLC0415
    from review_site import api, api_headers, cms, console, embed, feeds, flagging, form, gallery, hooks, method, pages  # noqa: PLC0415
    from review_site.access.cors import register_cors  # noqa: PLC0415
    from review_site.compressing import register_packing  # noqa: PLC0415
    from review_site.errors import register_errors  # noqa: PLC0415
    from review_site.roles import Role, narrow  # noqa: PLC0415
    from review_site.security import headers_for  # noqa: PLC0415

    app = Flask(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = 1 << 20
    # Sent on to the address with single slashes, a browser or a cache would go to whatever host the request named.
    app.url_map.merge_slashes = False
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.extensions["plaudit"] = instance
    app.register_blueprint(api.blueprint, url_prefix="/v1")
    app.register_blueprint(feeds.blueprint)
    app.register_blueprint(pages.blueprint)
    embed.register(app)
    cms.register(app)
    hooks.register(app)
    form.register(app)
    flagging.register(app)
    method.register(app)
    if instance.config.site_gallery:
        gallery.register(app)
    console.register(app)
    register_cors(app)
    register_errors(app)
    register_packing(app)
    api_headers.register(app)
    narrow(app, role or Role.ALL)

    @app.before_request
    def refuse_what_no_text_holds() -> None:
        # PostgreSQL knows no text with a NUL, and would answer each look for one with an error of its own.
        if "\0" in request.path or any("\0" in value for value in request.args.values()):
            raise BadValueError("an address cannot hold the character NUL")

    @app.after_request
    def secure(response: Response) -> Response:
        response.headers.setdefault("Cache-Control", "no-cache")
        for name, value in headers_for(response.content_type or "").items():
            response.headers.setdefault(name, value)
        # For whoever counts requests: a rule is one of few, a path anything.
        request.environ["plaudit.route"] = request.url_rule.rule if request.url_rule else ""
        return response

    return app
