"""The pages around a form: the form itself, the thanks, the author's own page, and short messages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from markupsafe import Markup

from engine.domain import Form, Kind, Locale, PublishSettings, Review, State, Subject, Use
from engine.i18n import Texts, texts
from engine.pictures import ACCEPTED
from review_site.flagging.reasons import spoken_in, why_rejected
from review_site.form.consents import CHOICES, words_for
from review_site.form.reading import TRAP, Entry, Fault, names_of
from review_site.frame import ENVIRONMENT, HERE, Frame, frame
from widgets.links import web_link
from widgets.rendering import escape_text, paragraphs, render, words
from widgets.stars import stars

STYLE_SHEET = "form.css"
FIELDS = ("rating", "title", "body", "author", "role", "company", "email", "photos", TRAP)
STATES = {
    State.PENDING: "state-pending",
    State.APPROVED: "state-approved",
    State.REJECTED: "state-rejected",
    State.WITHDRAWN: "state-withdrawn",
}


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
    body: SheetBody | MessageBody | MineBody


@dataclass(frozen=True, slots=True, kw_only=True)
class Star:
    value: str
    drawing: Markup
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A box to tick."""

    value: str
    words: str
    is_ticked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetBody:
    heading: str
    lead: str
    action: str
    token: str
    entry: Entry
    text: Markup
    names: Sequence[str]
    labels: Mapping[str, str]
    faults: Sequence[tuple[str, str]]
    """The id of what each is about, empty for the whole form, and the words."""
    faulty: Mapping[str, str]
    """The words for each field with a fault."""
    stars: Sequence[Star]
    photos_hint: str
    """Empty where no picture can be sent."""
    accepted: str
    display: str
    """What is agreed to by sending; empty where that was asked before."""
    choices: Sequence[Choice]
    drops: Sequence[Choice]
    send: str
    trap: str
    back: str


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """Why a review is not published, as its author is owed it: Regulation (EU) 2022/2065, article 17."""

    heading: str
    reason: str
    statement: Sequence[Markup]
    """The paragraphs that somebody wrote about it."""
    redress: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MineBody:
    state: str
    why: Why | None
    review: Review
    drawing: Markup | None
    rated: str
    language: str
    paragraphs: Sequence[Markup]
    photos: int
    change: str
    withdraw: str
    consent: str
    agreed: Sequence[str]
    choices: Sequence[Choice]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A form to be filled in: new, shown again with what is wrong, or as the author changes a review."""

    title: str
    lead: str
    entry: Entry
    faults: Sequence[Fault] = ()
    token: str = ""
    pictures: Sequence[str] = ()
    """Addresses of those that are there and can be removed."""
    room: int = 0
    """How many pictures can be added."""
    send: str = ""
    back: str = ""
    asks_consent: bool = True


def sheet_page(place: Place, sheet: Sheet) -> str:
    spoken, site = place.texts, place.settings.site_name
    told = [(each.name, _words_of(each, spoken)) for each in sheet.faults]
    body = SheetBody(
        heading=sheet.title,
        lead=sheet.lead,
        action=place.address(),
        token=sheet.token,
        entry=sheet.entry,
        text=typed(sheet.entry.words.get("body", "")),
        names=names_of(place.form),
        labels=_labels(place.form, spoken),
        faults=[(_target(name), said) for name, said in told],
        faulty=_by_name(told),
        stars=_stars(place) if place.form.kind is Kind.REVIEW else (),
        photos_hint=spoken.plural("photos-hint", sheet.room) if sheet.room else "",
        accepted=ACCEPTED,
        display=words_for(Use.DISPLAY, spoken, site) if sheet.asks_consent else "",
        choices=_choices(sheet.entry, spoken, site) if sheet.asks_consent else (),
        drops=[Choice(value=each, words=spoken("photo", n=number)) for number, each in enumerate(sheet.pictures, 1)],
        send=sheet.send,
        trap=TRAP,
        back=sheet.back,
    )
    title = spoken("faulty", title=sheet.title) if told else sheet.title
    return _render("form/sheet.html", place, title, body)


def message_page(place: Place, title: str, body: MessageBody) -> str:
    return _render("form/message.html", place, title, body)


def mine_page(place: Place, review: Review, subject: Subject, statement: str = "") -> str:
    """The author's own page; ``statement`` is what was written about why the review was taken down."""
    spoken, site = place.texts, place.settings.site_name
    covered = [use for use in (Use.DISPLAY, *CHOICES) if review.consent.covers(use)]
    body = MineBody(
        state=spoken(STATES[review.state]),
        why=_why(review, statement, place.locale),
        review=review,
        drawing=stars(review.rating.hundredths) if review.rating else None,
        rated=words(place.locale).plural("stars", review.rating.star) if review.rating else "",
        language=review.language or "",
        paragraphs=paragraphs(review.body),
        photos=len(review.media),
        change="" if review.state is State.WITHDRAWN else place.address(f"{place.path}/edit"),
        withdraw="" if review.state is State.WITHDRAWN else place.address(f"{place.path}/withdraw"),
        consent=place.address(f"{place.path}/consent"),
        agreed=[words_for(use, spoken, site) for use in covered if use is Use.DISPLAY],
        choices=[Choice(value=use, words=words_for(use, spoken, site)) for use in covered if use is not Use.DISPLAY],
    )
    return _render("form/mine.html", place, spoken("mine", subject=subject.name_in(place.locale)), body)


def _why(review: Review, statement: str, locale: Locale) -> Why | None:
    reason = review.decision.reason if review.decision else None
    if review.state is not State.REJECTED or reason is None:
        return None
    spoken = spoken_in(locale)
    return Why(
        heading=spoken("rejected-why"),
        reason=why_rejected(reason, locale),
        statement=paragraphs(statement),
        redress=spoken("rejected-redress"),
    )


def link_to_subject(place: Place, subject: Subject) -> list[tuple[str, str]]:
    """Back to where the subject is, if that is known."""
    address = web_link(subject.url)
    return [(address, subject.name_in(place.locale))] if address and not place.is_embedded else []


def _render(template: str, place: Place, title: str, body: SheetBody | MessageBody | MineBody) -> str:
    context = PageContext(
        frame=place.frame,
        texts=place.texts,
        layout="embedded.html" if place.is_embedded else "base.html",
        style_sheet=place.settings.assets.get(STYLE_SHEET, f"/assets/{STYLE_SHEET}"),
        title=title,
        body=body,
    )
    return render(template, context, ENVIRONMENT)


def _labels(form: Form, spoken: Texts) -> Mapping[str, str]:
    is_testimonial = form.kind is Kind.TESTIMONIAL
    return {
        "title": spoken("headline"),
        "body": spoken("experience") if is_testimonial else spoken("review"),
        "author": spoken("name"),
        "role": spoken("role"),
        "company": spoken("company"),
    }


def _choices(entry: Entry, spoken: Texts, site: str) -> list[Choice]:
    return [Choice(value=use, words=words_for(use, spoken, site), is_ticked=use in entry.chosen) for use in CHOICES]


def _stars(place: Place) -> list[Star]:
    spoken = words(place.locale)
    return [
        Star(value=str(number), drawing=stars(100 * number), words=spoken.plural("stars", number))
        for number in range(1, 6)
    ]


def _words_of(fault: Fault, spoken: Texts) -> str:
    if fault.number is not None:
        return spoken.plural(fault.key, fault.number, **fault.values)
    return spoken(fault.key, **fault.values)


def _target(name: str) -> str:
    return "rating-1" if name == "rating" else name


def _by_name(told: Sequence[tuple[str, str]]) -> Mapping[str, str]:
    found = dict.fromkeys(FIELDS, "")
    for name, said in told:
        if name:
            found[name] = f"{found[name]} {said}".strip()
    return found


def typed(text: str) -> Markup:
    """A text of several lines as a field holds it: its line breaks are not those of the page, which come and go."""
    return Markup(str(escape_text(text)).replace("\n", "&#10;"))  # noqa: S704  escaped in this very line
