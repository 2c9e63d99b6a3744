"""What the pages around a form have in common, and the short messages among them, as the thanks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from markupsafe import Markup

from engine.domain import Form, Locale, PublishSettings, Subject
from engine.i18n import Texts, texts
from review_site.frame import ENVIRONMENT, HERE, Frame, frame
from widgets.links import web_link
from widgets.rendering import escape_text, render

STYLE_SHEET = "form.css"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a visitor is: in which form and language, and whether another page frames it."""

    settings: PublishSettings
    form: Form
    locale: Locale
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    is_embedded: bool = False

    def address(self, path: str | None = None, locale: Locale | None = None, **query: str) -> str:
        """The address, on this site, of this page or another, with what has to be known there too."""
        wanted = locale or self.locale
        known = {"locale": wanted} if wanted != self.settings.default_locale else {}
        parts = {
            **(self.query if path is None else {}),
            **query,
            **known,
            **({"embed": "1"} if self.is_embedded else {}),
        }
        return f"{path or self.path}?{urlencode(parts)}" if parts else path or self.path

    @property
    def texts(self) -> Texts:
        return texts(HERE / "form" / "i18n", self.locale)

    @property
    def frame(self) -> Frame:
        """With a switch to the languages that the form is there in, and none where it is framed."""
        around = frame(self.settings, self.locale, lambda each: self.address(locale=each))
        spoken = () if self.is_embedded else tuple(each for each in around.languages if self.form.is_in(each.locale))
        return replace(around, languages=spoken)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageContext:
    """What every page here prints."""

    frame: Frame
    texts: Texts
    layout: str
    style_sheet: str
    title: str
    body: object
    """What the template prints between."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A box to tick."""

    value: str
    words: str
    is_ticked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageBody:
    hint: str = ""
    links: Sequence[tuple[str, str]] = ()
    """Address and words of each."""
    own: str = ""
    """The author's own link, to be kept."""
    own_hint: str = ""
    confirm: tuple[str, str] | None = None
    """Where a press of a button leads, and what stands on it."""


def message_page(place: Place, title: str, body: MessageBody) -> str:
    return page("form/message.html", place, title, body)


def link_to_subject(place: Place, subject: Subject) -> list[tuple[str, str]]:
    """Back to where the subject is, if that is known."""
    address = web_link(subject.url)
    return [(address, subject.name_in(place.locale))] if address and not place.is_embedded else []


def page(template: str, place: Place, title: str, body: object) -> str:
    """A page filled from its template, which finds ``body`` as ``it.body``."""
    context = PageContext(
        frame=place.frame,
        texts=place.texts,
        layout="embedded.html" if place.is_embedded else "base.html",
        style_sheet=place.settings.assets.get(STYLE_SHEET, f"/assets/{STYLE_SHEET}"),
        title=title,
        body=body,
    )
    return render(template, context, ENVIRONMENT)


def typed(text: str) -> Markup:
    """A text of several lines as a field holds it: its line breaks are not those of the page, which come and go."""
    return Markup(str(escape_text(text)).replace("\n", "&#10;"))  # noqa: S704  escaped in this very line
