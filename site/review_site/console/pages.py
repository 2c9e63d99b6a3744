"""The pages of the console: signing in, choosing a password, one's own account, and short messages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from http import HTTPStatus

from flask import Response, request

from engine.domain import Locale
from engine.i18n import Texts, texts
from engine.passwords import LONGEST, SHORTEST, Weakness
from review_site.access import Who
from review_site.access.credentials import asker_so_far
from review_site.asking import instance
from review_site.frame import ENVIRONMENT, HERE, Frame, frame
from widgets.rendering import render

LOCALES = (Locale("en"), Locale("de"), Locale("nl"))
HOME, LOGIN, LOGOUT, ACCOUNT = "/console", "/console/login", "/console/logout", "/console/account"
FAULTS: Mapping[Weakness, str] = {
    Weakness.SHORT: "fault-short",
    Weakness.LONG: "fault-long",
    Weakness.COMMON: "fault-common",
    Weakness.KNOWN: "fault-known",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What is wrong with a field; with the whole form where it has no name."""

    name: str
    key: str
    values: Mapping[str, object] = field(default_factory=dict)
    """What stands in the placeholders of the words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsoleContext:
    frame: Frame
    style_sheet: str
    texts: Texts
    title: str
    asker: Who | None
    faults: Sequence[tuple[str, str]]
    """Field and words, in the order of the page."""
    faulty: Mapping[str, str]
    """The words by field."""
    typed: Mapping[str, str]
    """What is shown in the fields again; never a password."""
    body: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A page of the console, before it has a language."""

    template: str
    title: str
    faults: Sequence[Fault] = ()
    typed: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, str] = field(default_factory=dict)


def console_locale() -> Locale:
    """The language that somebody chose, or the one that his browser likes best among those of the console."""
    asker = asker_so_far()
    chosen = asker.account.locale if asker and asker.account else None
    if chosen in LOCALES:
        return chosen
    # The best first; of each only the language, for whoever reads de-AT reads de.
    liked = (Locale(each.lower().partition("-")[0]) for each in request.accept_languages.values())
    return next((each for each in liked if each in LOCALES), LOCALES[0])


def show(sheet: Sheet, status: HTTPStatus = HTTPStatus.OK) -> Response:
    """A page for one person: kept nowhere, framed by nobody, found by no search engine."""
    locale, settings = console_locale(), instance().settings
    spoken = texts(HERE / "console" / "i18n", locale)
    around = frame(settings, locale)
    said = [(each.name, spoken(each.key, least=SHORTEST, most=LONGEST)) for each in sheet.faults]
    context = ConsoleContext(
        frame=replace(around, home=HOME),
        style_sheet=settings.assets.get("form.css", "/assets/form.css"),
        texts=spoken,
        title=spoken(sheet.title),
        asker=asker_so_far(),
        faults=said,
        faulty=dict(said),
        typed=sheet.typed,
        body=sheet.body,
    )
    html = render(f"console/{sheet.template}", context, ENVIRONMENT)
    response = Response(html, status=status, content_type="text/html; charset=utf-8")
    response.headers["Content-Language"] = locale
    return private(response)


def private(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    # Not "no-referrer": with it, browsers say "null" for where a form comes from, and so would we have to believe that.
    response.headers["Referrer-Policy"] = "same-origin"
    return response


def is_within(address: str) -> bool:
    """Whether an address leads to a page of the console, and nowhere else however a browser reads it."""
    plain = address == HOME or address.startswith(f"{HOME}/")
    return plain and address.isascii() and address.isprintable() and "\\" not in address and "//" not in address
