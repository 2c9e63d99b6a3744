"""The widgets of one subject, topic or collection; the address of the page holds all that was chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, request
from werkzeug.exceptions import NotFound

from engine.domain import Finding, MonitoredPage, Permission, Problem
from engine.i18n import Texts
from engine.page_state import PageState, page_state, rebuild
from review_site.access import FORM, needs
from review_site.asking import instance
from review_site.console.pages import console_locale, private
from review_site.console.shell import Cell, Column, Page, Said, Table, exported, respond, sent_on, wants_csv
from review_site.console.shell.areas import Area
from review_site.console.shell.page import area_texts
from review_site.embed.addresses import SCOPES
from review_site.embed.frames import frame_page
from review_site.embed.options import asked_options
from review_site.embed.pieces import wanted
from review_site.gallery.choosing import About, find_about, path_of, scope_of
from review_site.gallery.making import asked_choice, asked_name, made_of
from review_site.gallery.page import WIDTHS, Asked, GalleryContext, Preview, gallery_context
from review_site.security import snippet_framed_by
from review_site.wiring import now

HERE = "/console/widgets"
EMPTY = "widgets/empty.html"

blueprint = Blueprint("console-widgets", __name__, url_prefix=HERE)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPage:
    """A page of somebody that embeds the widget, with what is wrong there."""

    page: MonitoredPage
    looked: str
    findings: Sequence[Finding]


@dataclass(frozen=True, slots=True, kw_only=True)
class WidgetsBody:
    gallery: GalleryContext
    """What the public gallery would print of the choice."""
    preview: Preview | None
    screens: Sequence[tuple[str, str]]
    about: str
    name: str
    table: Table
    held: Mapping[str, Sequence[Problem]]
    """By the name of a language: why nothing is published in it."""
    is_due: bool
    seen: Sequence[ShownPage]
    is_watched: bool
    """Whether pages that embed it can be watched: those about single subjects can."""


@blueprint.get("")
@needs(Permission.READ)
def look() -> Response:
    find, settings = asked_name(), instance().settings
    with instance().store.reading() as transaction:
        asked = asked_choice(transaction, console_locale(), find)
        state = page_state(transaction, scope_of(asked.about), asked.about.id) if asked else None
    if asked is None or state is None:
        return respond(Page(area=Area.WIDGETS, template=EMPTY, title="widgets", body={"find": find}))
    table = _table(state)
    if wants_csv():
        return exported(table, "snippets")
    body = _body(asked, gallery_context(settings, asked, made_of(asked), HERE), state, table)
    return respond(Page(area=Area.WIDGETS, template="widgets/widgets.html", title="widgets", body=body))


@blueprint.get("/embed/<scopes>/<scope_id>/<name>")
@needs(Permission.READ)
def framed(scopes: str, scope_id: str, name: str) -> Response:
    """The page of a frame, for the preview alone: the public one may be framed by nobody, or be on another server."""
    if scopes not in SCOPES:
        raise NotFound("there is no such folder")
    asked, options = wanted(SCOPES[scopes], scope_id, name), asked_options()
    response = Response(frame_page(asked, options), content_type="text/html; charset=utf-8")
    response.headers["Content-Language"] = asked.locale
    response.headers["Content-Security-Policy"] = snippet_framed_by(["'self'"])
    return private(response)


@blueprint.post("/rebuild")
@needs(Permission.WRITE_COLLECTIONS, FORM)
def build_anew() -> Response:
    """Raises BadValueError and NotFoundError for what no page is about."""
    with instance().store.writing() as transaction:
        about = find_about(transaction, request.form.get("about", ""))
        rebuild(transaction, scope_of(about), about.id, now())
    return sent_on(request.form.get("back") or HERE, Said(key="rebuilding"))


def _body(asked: Asked, gallery: GalleryContext, state: PageState, table: Table) -> WidgetsBody:
    spoken = area_texts(Area.WIDGETS)
    screen = request.args.get("screen", "")
    chosen = screen if screen in WIDTHS else next(iter(WIDTHS))
    preview = next((each for each in gallery.previews if each.screen == chosen), None)
    return WidgetsBody(
        gallery=gallery,
        preview=preview,
        screens=[(each.screen, each.words) for each in gallery.previews],
        about=path_of(asked.about),
        name=_name(asked.about),
        table=table,
        held={spoken.language(locale): problems for locale, problems in state.held.items()},
        is_due=state.is_due,
        seen=[_seen(page, findings, spoken) for page, findings in state.seen],
        is_watched=path_of(asked.about).startswith("subjects/"),
    )


def _name(about: About) -> str:
    name_in = getattr(about, "name_in", None)
    return str(name_in(console_locale())) if name_in else about.name


def _seen(page: MonitoredPage, findings: Sequence[Finding], spoken: Texts) -> ShownPage:
    looked = spoken.moment(page.looked_at, instance().settings.timezone) if page.looked_at else ""
    return ShownPage(page=page, looked=looked, findings=findings)


def _table(state: PageState) -> Table:
    spoken, timezone = area_texts(Area.WIDGETS), instance().settings.timezone
    numbers = ("bytes", "version")
    return Table(
        caption=spoken("served"),
        columns=[
            Column(title=spoken(f"served-{each}"), is_number=each in numbers)
            for each in ("name", "locale", "bytes", "version", "changed", "etag", "type")
        ],
        rows=[
            [
                Cell(text=each.snippet.key.name),
                Cell(text=each.snippet.key.locale),
                Cell(text=spoken.number(each.size), value=each.size),
                Cell(text=spoken.number(each.snippet.version), value=each.snippet.version),
                Cell(
                    text=spoken.moment(each.changed_at, timezone) if each.changed_at else spoken("served-long-ago"),
                    value=each.changed_at.isoformat() if each.changed_at else "",
                ),
                Cell(text=each.snippet.etag),
                Cell(text=each.snippet.media_type),
            ]
            for each in state.served
        ],
    )
