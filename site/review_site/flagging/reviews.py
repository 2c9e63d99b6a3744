"""The page that one review stands on alone and whole: where excerpts lead, for as long as it may be shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from flask import Blueprint, Response
from markupsafe import Markup

from engine.domain import Material, ReviewId
from engine.i18n import Texts
from engine.review_material import select_review_material
from review_site.asking import asked_locale, instance
from review_site.flagging.reasons import spoken_in
from review_site.frame import ENVIRONMENT, Frame, frame
from review_site.wiring import now
from widgets.aggregates import aggregate
from widgets.cards import Card, cards
from widgets.links import method_page, review_page, reviews_page
from widgets.rendering import render, with_markup, words

blueprint = Blueprint("reviews", __name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewContext:
    """What the page prints."""

    frame: Frame
    texts: Texts
    words: Texts
    """Of the widgets."""
    title: str
    canonical: str
    """The page of the subject: search engines are to list that one."""
    cards: Sequence[Card]
    alone: str
    overall: Markup | None
    """The mean of all ratings; None where there are none."""
    method: str


@blueprint.get("/review/<review>")
def show(review: str) -> Response:
    """One review, built when it is asked for; 404 from the moment on that it may not be shown."""
    locale = asked_locale()
    with instance().store.reading() as transaction:
        material = select_review_material(transaction, ReviewId(review), locale, instance().settings, now=now())
    response = Response(one_review(material), content_type="text/html; charset=utf-8")
    response.headers["Content-Language"] = locale
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def one_review(material: Material) -> str:
    """The page of the one review of a material."""
    spoken, (only,) = words(material.locale), material.shown
    around = frame(
        material.settings, material.locale, lambda each: review_page(only.id, replace(material, locale=each))
    )
    told = aggregate(material.summary, spoken)
    context = ReviewContext(
        frame=around,
        texts=spoken_in(material.locale),
        words=spoken,
        title=spoken("review-of", subject=material.name),
        canonical=reviews_page(material),
        # This page needs no link to itself.
        cards=[replace(each, own_page="") for each in cards(material, spoken)],
        alone=spoken_in(material.locale)("alone"),
        overall=_overall(told.score, told.ratings, spoken) if told else None,
        method=method_page(material),
    )
    return render("flagging/review.html", context, ENVIRONMENT)


def _overall(score: Markup, ratings: Markup, spoken: Texts) -> Markup:
    both = with_markup(spoken("other-ratings", score=score, ratings=ratings))
    return with_markup(spoken("selection-all", words=both))
