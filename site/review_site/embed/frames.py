"""A snippet alone on a page that is made to be framed, and the frame that other pages print around it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, Response
from markupsafe import Markup
from werkzeug.exceptions import NotFound

from engine.domain import Material
from engine.i18n import Texts
from review_site.asking import instance
from review_site.embed.addresses import SCOPES, frame_address, locale_query
from review_site.embed.options import Options, asked_options
from review_site.embed.pieces import Wanted, found, wanted
from review_site.embed.snippets import as_snippet
from review_site.embed.wrapping import without_markup
from review_site.frame import ENVIRONMENT
from review_site.security import snippet_framed_by
from review_site.wiring import now
from widgets.links import heading, reviews_page
from widgets.rendering import language_tag, render, words

FRAME_STYLES = "embed.css"
SCRIPT = "plaudit.js"

blueprint = Blueprint("frames", __name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameContext:
    """What ``embed/page.html`` prints."""

    language: str
    texts: Texts
    title: str
    canonical: str
    style_sheet: str
    script: str
    theme: str
    snippet: Markup


@dataclass(frozen=True, slots=True, kw_only=True)
class ElementContext:
    """What ``embed/element.html`` prints."""

    address: str
    title: str
    width: int
    height: int


@blueprint.get("/embed/<scopes>/<scope_id>/<name>")
def framed(scopes: str, scope_id: str, name: str) -> Response:
    """A small document with one snippet, without its JSON-LD: that is about the page around it, or nothing at all."""
    if scopes not in SCOPES:
        raise NotFound("there is no such folder")
    asked, options = wanted(SCOPES[scopes], scope_id, name), asked_options()
    response = as_snippet(frame_page(asked, options), asked.locale, is_default=False)
    response.headers["Content-Security-Policy"] = snippet_framed_by(_origins())
    return response


def title_of(asked: Wanted) -> str:
    """What a page and its frame are called: the heading of the reviews."""
    return heading(_bare(asked), words(asked.locale))


def page_of(asked: Wanted) -> str:
    """The address of the public page that a snippet belongs to."""
    return reviews_page(_bare(asked))


def frame_element(asked: Wanted, theme: str, width: int, height: int) -> str:
    """The HTML that frames a snippet, which has a room in CSS pixels to begin with."""
    settings = instance().settings
    query = {"locale": locale_query(settings, asked.locale), "theme": theme}
    context = ElementContext(
        address=frame_address(settings.base_url, asked.scope, asked.about.id, asked.name, query),
        title=title_of(asked),
        width=width,
        height=height,
    )
    return render("embed/element.html", context, ENVIRONMENT)


def frame_page(asked: Wanted, options: Options) -> str:
    """The document with the snippet, as a frame shows it."""
    spoken, settings = words(asked.locale), instance().settings
    context = FrameContext(
        language=language_tag(spoken),
        texts=spoken,
        title=title_of(asked),
        canonical=page_of(asked),
        style_sheet=settings.assets.get(FRAME_STYLES, f"/assets/{FRAME_STYLES}"),
        script=settings.assets.get(SCRIPT, f"/assets/{SCRIPT}"),
        theme=options.theme,
        snippet=Markup(without_markup(found(asked))),  # noqa: S704  finished and checked when it was published
    )
    return render("embed/page.html", context, ENVIRONMENT)


def _bare(asked: Wanted) -> Material:
    """What heading and address are made of: no review is needed for them."""
    return Material(about=asked.about, locale=asked.locale, settings=instance().settings, now=now())


def _origins() -> Sequence[str]:
    """Whose pages may frame a snippet: the gallery shows it too, whatever else may."""
    config = instance().config
    return ["'self'", *config.embed_frame_ancestors] if config.site_gallery else config.embed_frame_ancestors
