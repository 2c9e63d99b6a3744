"""The public page of a subject: one complete document with its reviews, its questions and their markup."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup

from engine.domain import Draft, Material, Scope
from engine.i18n import Texts
from review_site.frame import ENVIRONMENT, Frame, frame
from widgets.aggregates import Aggregate, Bar, OtherAggregate, aggregate, bars, notice, one_decimal, others
from widgets.cards import Card, cards
from widgets.faq import Answered, answered
from widgets.links import Link, next_page, order_links, reviews_page, web_link
from widgets.rendering import render, words
from widgets.review_list import as_script


@dataclass(frozen=True, slots=True, kw_only=True)
class PageContext:
    frame: Frame
    texts: Texts
    """Of the page."""
    words: Texts
    """Of the widgets."""
    subject: str
    subject_address: str | None
    description: str
    canonical: str
    fallback: str
    """The page for languages that there is no page in."""
    is_default: bool
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
    scopes = frozenset({Scope.SUBJECT})
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
    around = frame(material.settings, material.locale, lambda locale: reviews_page(material, locale=locale))
    return PageContext(
        frame=around,
        texts=around.texts,
        words=widget_words,
        subject=material.subject.name_in(material.locale),
        subject_address=web_link(material.subject.url),
        description=_description(material, around.texts),
        canonical=reviews_page(material),
        fallback=reviews_page(material, locale=material.settings.default_locale),
        is_default=material.view.is_default,
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
