"""What visitors see: the list of subjects, views of review pages that are built when asked for, and style sheets."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response, jsonify, request
from werkzeug.exceptions import NotFound

from engine.domain import CollectionId, Locale, Scope, SubjectId, TopicId
from engine.errors import NotFoundError
from review_site.asking import asked_locale, asked_topic_locale, asked_view, instance
from review_site.assets import FOREVER
from review_site.gallery import gallery_address
from review_site.home import home_page
from review_site.observing.readiness import readiness
from review_site.wiring import now

blueprint = Blueprint("pages", __name__)


@blueprint.get("/")
def home() -> Response:
    locale = asked_locale()
    settings, after = instance().settings, request.args.get("after", "")
    gallery = gallery_address(settings, locale) if instance().config.site_gallery else ""
    with instance().store.reading() as transaction:
        html = home_page(transaction, settings, locale, after, now=now(), gallery=gallery)
    return _as_page(html, locale)


@blueprint.get("/reviews/<subject>")
def reviews(subject: str) -> Response:
    """A view that is not the default one; that one was built on write and was answered before.

    Where it was not (its words were taken away a moment ago, or the address is written otherwise) it is built here,
    unless the checker forbade it.
    """
    return _view(Scope.SUBJECT, SubjectId(subject), asked_locale())


@blueprint.get("/topics/<topic>")
def about_topic(topic: str) -> Response:
    """As ``reviews``, of a topic; where no locale is asked for, in the first one that the topic is published in."""
    with instance().store.reading() as transaction:
        found = transaction.topics.find(TopicId(topic))
    return _view(Scope.TOPIC, found.id, asked_topic_locale(found))


@blueprint.get("/collections/<collection>")
def picked(collection: str) -> Response:
    """As ``reviews``, of a collection: its following pages, since it has no other views."""
    return _view(Scope.COLLECTION, CollectionId(collection), asked_locale())


@blueprint.get("/assets/<name>")
def asset(name: str) -> Response:
    """A file under its address; a page that was built before the file changed gets the new one, not to be kept."""
    assets = instance().assets
    found = assets.by_address.get(name) or assets.successor(name)
    if found is None:
        raise NotFound("there is no such file")
    coding = found.coding_for(request.headers.get("Accept-Encoding", ""))
    response = Response(found.packed.get(coding, found.body), content_type=found.media_type)
    if coding:
        response.headers["Content-Encoding"] = coding
    response.headers["Vary"] = "Accept-Encoding"
    # A page of any other site may check the file against a hash (Subresource Integrity), and may be isolated itself.
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    if name in assets.by_address:
        response.headers["Cache-Control"] = FOREVER
    return response


@blueprint.get("/healthz")
def healthz() -> Response:
    """The process answers."""
    return jsonify(status="ok")


@blueprint.get("/readyz")
def readyz() -> Response:
    """Whether it can do what it is for; 503 where it cannot."""
    here = instance()
    found = readiness(here.store, here.config.data_dir, now())
    response = jsonify(status="ok" if found.is_ready else "not ready", checks=found.checks)
    response.status_code = HTTPStatus.OK if found.is_ready else HTTPStatus.SERVICE_UNAVAILABLE
    response.headers["Cache-Control"] = "no-store"
    return response


def _view(scope: Scope, about: SubjectId | TopicId | CollectionId, locale: Locale) -> Response:
    view = asked_view()
    if view.is_default:
        _refuse_blocked(scope, about, locale)
    draft = instance().publisher.view(about, locale, view, "page", now(), scope)
    if draft is None:
        raise NotFoundError(f"there is no page about {about!r} yet")
    return _as_page(draft.body, locale)


def _as_page(html: str, locale: Locale) -> Response:
    response = Response(html, content_type="text/html; charset=utf-8")
    response.headers["Content-Language"] = locale
    return response


def _refuse_blocked(scope: Scope, about: SubjectId | TopicId | CollectionId, locale: Locale) -> None:
    with instance().store.reading() as transaction:
        problems = transaction.snippets.blocked(about, scope).get((about, locale), ())
    if problems:
        raise NotFoundError(f"the page about {about!r} is not published in {locale}: {problems[0].message}")
