"""What visitors see: the list of subjects, views of a review page that are built when asked for, and style sheets."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, render_template, request
from werkzeug.exceptions import NotFound

from engine.domain import SubjectId
from engine.errors import NotFoundError
from review_site.asking import asked_locale, asked_view, instance
from review_site.assets import FOREVER
from review_site.wiring import now

blueprint = Blueprint("pages", __name__)
ON_A_PAGE = 100


@blueprint.get("/")
def home() -> str:
    with instance().store.reading() as transaction:
        found = transaction.subjects.page(after=request.args.get("after", ""), limit=ON_A_PAGE + 1)
    following = found[ON_A_PAGE - 1].id if len(found) > ON_A_PAGE else None
    return render_template(
        "home.html",
        subjects=found[:ON_A_PAGE],
        following=following,
        settings=instance().settings,
        locale=asked_locale(),
    )


@blueprint.get("/reviews/<subject>")
def reviews(subject: str) -> Response:
    """A view that is not the default one; that one was built on write and was answered before."""
    draft = instance().publisher.view(SubjectId(subject), asked_locale(), asked_view(), "page", now())
    if draft is None:
        raise NotFoundError(f"there is no page about {subject!r} yet")
    response = Response(draft.body, content_type="text/html; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Content-Language"] = asked_locale()
    return response


@blueprint.get("/assets/<name>")
def asset(name: str) -> Response:
    found = instance().assets.by_address.get(name)
    if found is None:
        raise NotFound("there is no such file; a style sheet's address changes with its content")
    response = Response(found.body, content_type=found.media_type)
    response.headers["Cache-Control"] = FOREVER
    return response


@blueprint.get("/healthz")
def healthz() -> Response:
    """The process answers."""
    return jsonify(status="ok")


@blueprint.get("/readyz")
def readyz() -> Response:
    """The database answers too."""
    with instance().store.reading() as transaction:
        transaction.memory.find("ready")
    return jsonify(status="ok")
