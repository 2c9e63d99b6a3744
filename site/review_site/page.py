"""The public page of a subject, topic or collection: what customers say, their reviews and the markup."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup

from engine.domain import Draft, Locale, Material, Scope, Topic
from engine.i18n import Texts
from review_site.embed.addresses import oembed_address
from review_site.frame import ENVIRONMENT, Frame, frame
from widgets.aggregates import Aggregate, Bar, OtherAggregate, aggregate, bars, notice, one_decimal, others
from widgets.cards import Card, cards
from widgets.faq import Answered, answered, answers_notice
from widgets.links import (
    Link,
    heading,
    live_page,
    method_page,
    next_page,
    order_links,
    reviews_page,
    web_link,
    write_page,
)
from widgets.phrases import Chip, chips, chips_rest_on
from widgets.rendering import one_line, render, words
from widgets.review_list import as_script
from widgets.selection import gathered_by_hand
from widgets.summary import Said, said


@dataclass(frozen=True, slots=True, kw_only=True)
class PageContext:
    frame: Frame
    texts: Texts
    """Of the page."""
    words: Texts
    """Of the widgets."""
    heading: str
    subject: str
    subject_address: str | None
    write_address: str | None
    """Where a visitor can write a review himself."""
    description: str
    canonical: str
    oembed: str
    """Where the embed of the page is asked for; may be empty."""
    fallback: str
    """The page for languages that there is no page in."""
    is_default: bool
    is_indexed: bool
    """Whether search engines may list it: no other view than the default one, and no page without any review but those
    of subjects."""
    aggregate: Aggregate | None
    others: Sequence[OtherAggregate]
    bars: Sequence[Bar]
    said: Said | None
    chips: Sequence[Chip]
    orders: Sequence[Link]
    cards: Sequence[Card]
    selection: str
    """That somebody chose what is here, on the page of a collection or a tag."""
    filters: Sequence[str]
    """What the view leaves out, a sentence each."""
    star: int | None
    topic: str | None
    following: str | None
    start: str
    """The same view from its first review on."""
    is_continued: bool
    questions: Sequence[Answered]
    answers_notice: str
    notice: Sequence[str]
    method: str
    """Where it is said how reviews are checked."""
    scripts: Sequence[Markup]


class ReviewPage:
    """The page of any view; only the default view is for search engines, so only it has markup and what was mined.

    The view that continues, filters or sorts differently says ``noindex`` and names the default view as canonical.
    """

    name = "page"
    media_type = "text/html; charset=utf-8"
    scopes = frozenset(Scope)
    needs: Sequence[str] = ("faq-jsonld", "jsonld")

    def build(self, material: Material) -> Draft | None:
        if not material.view.is_default:
            material = replace(material, phrases=(), faq=(), text_summary=None)
        documents = _documents(material)
        quoted = [review for entry in material.faq for review in entry.review_ids]
        mined = [*chips_rest_on(material), *(material.text_summary.review_ids if material.text_summary else ())]
        marked_up = (review for document in documents for review in document.reviews)
        reviews = dict.fromkeys([*(review.id for review in material.shown), *quoted, *mined, *marked_up])
        return Draft(body=render("page.html", _context(material, documents), ENVIRONMENT), reviews=list(reviews))


def _context(material: Material, documents: Sequence[Draft]) -> PageContext:
    widget_words = words(material.locale)
    locales = _locales(material)
    around = frame(material.settings, material.locale, lambda locale: reviews_page(material, locale=locale), locales)
    return PageContext(
        frame=around,
        texts=around.texts,
        words=widget_words,
        heading=heading(material, widget_words),
        subject=material.name,
        subject_address=web_link(material.subject.url) if material.scope is Scope.SUBJECT else None,
        write_address=write_page(material) if material.scope is Scope.SUBJECT else None,
        description=_description(material, around.texts),
        canonical=reviews_page(material),
        oembed=_oembed(material),
        fallback=reviews_page(material, locale=locales[0]),
        is_default=material.view.is_default,
        is_indexed=material.view.is_default and (material.scope is Scope.SUBJECT or bool(material.shown)),
        aggregate=aggregate(material.summary, widget_words),
        others=others(material, widget_words),
        bars=bars(material, widget_words),
        said=said(material, widget_words),
        chips=chips(material, widget_words),
        orders=order_links(material, widget_words) if material.total_shown > 1 else (),
        cards=cards(material, widget_words),
        selection=gathered_by_hand(material, widget_words),
        filters=_filters(material, around.texts),
        star=material.view.star,
        topic=material.topic.name if material.topic else None,
        following=next_page(material),
        start=reviews_page(material, replace(material.view, after=None)),
        is_continued=material.view.after is not None,
        questions=answered(material, widget_words),
        answers_notice=answers_notice(material, widget_words),
        notice=notice(material, widget_words),
        method=method_page(material),
        scripts=[as_script(document) for document in documents],
    )


def _oembed(material: Material) -> str:
    """Empty where there is no instance to answer it."""
    page, settings = live_page(material), material.settings
    return oembed_address(settings.static.live_url if settings.static else settings.base_url, page) if page else ""


def _documents(material: Material) -> Sequence[Draft]:
    if not material.view.is_default:
        return ()
    return [material.parts[name] for name in ("jsonld", "faq-jsonld") if name in material.parts]


def _locales(material: Material) -> Sequence[Locale]:
    """Where the page is, the one for everybody else first."""
    about = material.about
    return material.settings.locales_in(about.language if isinstance(about, Topic) else None)


def _filters(material: Material, texts: Texts) -> Sequence[str]:
    star = [texts.plural("only-stars", material.view.star)] if material.view.star else []
    if material.topic is None:
        return star
    reviews = texts.plural("shown", material.total_shown)
    return [*star, texts("only-topic", topic=one_line(material.topic.name), reviews=reviews)]


def _description(material: Material, texts: Texts) -> str:
    match material.scope:
        case Scope.TOPIC:
            return texts("description-topic", topic=material.name)
        case Scope.COLLECTION:
            return texts("description-collection", collection=material.name)
        case Scope.SUBJECT:
            return _description_of_subject(material, texts)


def _description_of_subject(material: Material, texts: Texts) -> str:
    subject = material.name
    mean = material.summary.mean
    if mean is None:
        return texts("description", subject=subject)
    rated = material.summary.rated
    return texts.plural("description-rated", rated, subject=subject, mean=one_decimal(mean, texts))
