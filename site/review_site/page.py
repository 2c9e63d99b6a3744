"""The public page of a subject: one complete document with its reviews, its questions and their markup."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import babel
from markupsafe import Markup

from engine.domain import Draft, Locale, Material, Scope
from engine.i18n import Texts, texts
from widgets.aggregates import Aggregate, Bar, OtherAggregate, aggregate, bars, notice, one_decimal, others
from widgets.cards import Card, cards
from widgets.faq import Answered, answered
from widgets.links import Link, next_page, order_links, reviews_page, web_link
from widgets.rendering import environment, language_tag, render, words
from widgets.review_list import as_script

HERE = Path(__file__).parent
ENVIRONMENT = environment(HERE / "templates")
STYLE_SHEETS = ("plaudit.css", "page.css")


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """One language of the page: where it is, under the name it has for itself."""

    locale: Locale
    name: str
    address: str
    is_current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PageContext:
    texts: Texts
    """Of the page."""
    words: Texts
    """Of the widgets."""
    language: str
    site_name: str
    subject: str
    subject_address: str | None
    description: str
    style_sheets: Sequence[str]
    canonical: str
    fallback: str
    """The page for languages that there is no page in."""
    is_default: bool
    languages: Sequence[Language]
    aggregate: Aggregate | None
    others: Sequence[OtherAggregate]
    bars: Sequence[Bar]
    orders: Sequence[Link]
    cards: Sequence[Card]
    star: int | None
    following: str | None
    start: str
    """The same view from its first review on."""
    is_continued: bool
    questions: Sequence[Answered]
    notice: Sequence[str]
    scripts: Sequence[Markup]


class ReviewPage:
    """The page of any view; only the default view is for search engines, so only it has markup and questions.

    The view that continues, filters or sorts differently says ``noindex`` and names the default view as canonical.
    """

    name = "page"
    media_type = "text/html; charset=utf-8"
    scope = Scope.SUBJECT
    needs: Sequence[str] = ("faq-jsonld", "jsonld")

    def build(self, material: Material) -> Draft | None:
        documents = _documents(material)
        faq = material.faq if material.view.is_default else ()
        quoted = (review for entry in faq for review in entry.review_ids)
        marked_up = (review for document in documents for review in document.reviews)
        reviews = dict.fromkeys([*(review.id for review in material.shown), *quoted, *marked_up])
        return Draft(body=render("page.html", _context(material, documents), ENVIRONMENT), reviews=list(reviews))


def _context(material: Material, documents: Sequence[Draft]) -> PageContext:
    widget_words = words(material.locale)
    page_words = texts(HERE / "i18n", material.locale)
    return PageContext(
        texts=page_words,
        words=widget_words,
        language=language_tag(page_words),
        site_name=material.settings.site_name,
        subject=material.subject.name_in(material.locale),
        subject_address=web_link(material.subject.url),
        description=_description(material, page_words),
        style_sheets=[material.settings.assets.get(name, f"/assets/{name}") for name in STYLE_SHEETS],
        canonical=reviews_page(material),
        fallback=reviews_page(material, locale=material.settings.default_locale),
        is_default=material.view.is_default,
        languages=tuple(_languages(material)),
        aggregate=aggregate(material.summary, widget_words),
        others=others(material, widget_words),
        bars=bars(material, widget_words),
        orders=order_links(material, widget_words) if material.total_shown > 1 else (),
        cards=cards(material, widget_words),
        star=material.view.star,
        following=next_page(material),
        start=reviews_page(material, replace(material.view, after=None)),
        is_continued=material.view.after is not None,
        questions=answered(material, widget_words) if material.view.is_default else (),
        notice=notice(material, widget_words),
        scripts=[as_script(document) for document in documents],
    )


def _documents(material: Material) -> Sequence[Draft]:
    if not material.view.is_default:
        return ()
    return [material.parts[name] for name in ("jsonld", "faq-jsonld") if name in material.parts]


def _description(material: Material, texts: Texts) -> str:
    subject = material.subject.name_in(material.locale)
    mean = material.summary.mean
    if mean is None:
        return texts("description", subject=subject)
    rated = material.summary.rated
    return texts.plural("description-rated", rated, subject=subject, mean=one_decimal(mean, texts))


def _languages(material: Material) -> Iterator[Language]:
    for locale in material.settings.locales:
        parsed = babel.Locale.parse(locale, sep="-")
        name = parsed.get_display_name(parsed) or locale
        yield Language(
            locale=locale,
            name=name[:1].upper() + name[1:],
            address=reviews_page(material, locale=locale),
            is_current=locale == material.locale,
        )
