"""The form to be filled in: new, shown again with what is wrong, or as its author changes a review."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from engine.domain import Form, Kind, Use
from engine.i18n import Texts
from engine.pictures import ACCEPTED
from review_site.form.consents import CHOICES, words_for
from review_site.form.faults import beside, listed, words_of
from review_site.form.pages import Choice, Place, page, typed
from review_site.form.reading import TRAP, Entry, Fault, names_of
from widgets.rendering import words
from widgets.stars import stars

FIELDS = ("rating", "title", "body", "author", "role", "company", "email", "photos", TRAP)
FIRST_OF = {"rating": "rating-1"}
"""The id of the first box of a field that has several."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Star:
    value: str
    drawing: Markup
    words: str


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
    told = [(each.name, words_of(each, spoken)) for each in sheet.faults]
    body = SheetBody(
        heading=sheet.title,
        lead=sheet.lead,
        action=place.address(),
        token=sheet.token,
        entry=sheet.entry,
        text=typed(sheet.entry.words.get("body", "")),
        names=names_of(place.form),
        labels=_labels(place.form, spoken),
        faults=listed(told, FIRST_OF),
        faulty=beside(told, FIELDS),
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
    return page("form/sheet.html", place, title, body)


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
