"""The feeds over HTTP: streamed, and not built again for whoever has what there is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial, update_wrapper
from importlib.metadata import version

from flask import Blueprint, Response, request

from engine.domain import Scope, SnippetKey, SubjectId, digest
from engine.errors import NotFoundError
from review_site.asking import asked_locale, instance
from review_site.feed_bodies import FEEDS, Feed, newest, part_path, sitemap_part, sitemap_parts, subject_feed_path
from review_site.wiring import Instance, now
from schema_markup.feeds import sitemap_xml, syndication
from schema_markup.feeds.fitness import Skipped
from schema_markup.feeds.sitemap_xml import page_address

blueprint = Blueprint("feeds", __name__)
MARKDOWN = "markdown"


def _show(feed: Feed) -> Response:
    known = instance()
    return _streamed(feed.path, feed.media_type, lambda: feed.pieces(known, _forget))


for name, each in FEEDS.items():
    blueprint.add_url_rule(each.path, endpoint=name, view_func=update_wrapper(partial(_show, each), _show))


@blueprint.get("/sitemaps/<int:number>.xml")
def sitemap_file(number: int) -> Response:
    """One part of a sitemap that is an index of several."""
    known = instance()
    if not 1 <= number <= sitemap_parts(known):
        raise NotFoundError(f"the sitemap has no part {number}")
    return _streamed(part_path(number), sitemap_xml.MEDIA_TYPE, lambda: sitemap_part(known, number))


@blueprint.get("/reviews/<subject>.rss")
def subject_rss(subject: str) -> Response:
    return _newest(SubjectId(subject), "rss", syndication.RSS_TYPE)


@blueprint.get("/reviews/<subject>.atom")
def subject_atom(subject: str) -> Response:
    return _newest(SubjectId(subject), "atom", syndication.ATOM_TYPE)


@blueprint.get("/reviews/<subject>.md")
def markdown(subject: str) -> Response:
    """The page as Markdown, as it was built when something changed last."""
    locale, known = asked_locale(), instance()
    key = SnippetKey(scope=Scope.SUBJECT, scope_id=subject, name=MARKDOWN, locale=locale)
    with known.store.reading() as transaction:
        found = transaction.snippets.find(key)
    if found is None:
        raise NotFoundError(f"there is no page about {subject!r} yet")
    response = Response(found.body, content_type=found.media_type)
    response.headers["Content-Language"] = locale
    # Search engines show the page, not its twin.
    response.headers["Link"] = f'<{page_address(SubjectId(subject), locale, known.settings)}>; rel="canonical"'
    return _conditional(response, found.etag)


def _newest(subject: SubjectId, kind: str, media_type: str) -> Response:
    body = newest(instance(), kind, subject, subject_feed_path(subject, kind))
    return _conditional(Response(body, content_type=media_type), digest(body))


def _streamed(path: str, media_type: str, pieces: Callable[[], Iterator[str]]) -> Response:
    known = instance()
    with known.store.reading() as transaction:
        number, at = transaction.events.last()
    etag = state_of(known, number, path)
    if request.if_none_match.contains_weak(etag):
        response = Response(status=304)
    else:
        response = Response(pieces() if request.method == "GET" else (), content_type=media_type)
    response.last_modified = at
    response.set_etag(etag, weak=True)
    response.headers["Cache-Control"] = "no-cache"
    return response


def state_of(known: Instance, last_event: int, path: str) -> str:
    """Another one whenever a feed may be another: after each event, and each hour.

    The hour is for what leaves no event: a subject that got another price or number, terms of a source that ran out.
    """
    return digest(path, str(last_event), known.publisher.fingerprint(version("plaudit")), f"{now():%Y-%m-%dT%H}")


def _conditional(response: Response, etag: str) -> Response:
    response.set_etag(etag)
    response.headers["Cache-Control"] = "no-cache"
    response.make_conditional(request)
    return response


def _forget(_skipped: Skipped) -> None:
    """Whoever fetches a feed cannot mend what it lacks; `plaudit feed` tells those who can."""
