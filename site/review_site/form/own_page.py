"""The author's own page: what became of a review, why it is not published, and what was agreed to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from engine.domain import Locale, Review, State, Subject, Use
from review_site.flagging.reasons import spoken_in, why_rejected
from review_site.form.consents import CHOICES, words_for
from review_site.form.pages import Choice, Place, page
from widgets.rendering import paragraphs, words
from widgets.stars import stars

STATES = {
    State.PENDING: "state-pending",
    State.APPROVED: "state-approved",
    State.REJECTED: "state-rejected",
    State.WITHDRAWN: "state-withdrawn",
}


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
    return page("form/mine.html", place, spoken("mine", subject=subject.name_in(place.locale)), body)


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
