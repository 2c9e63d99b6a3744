"""What is said about one review: its words, its rating, and everything a reader has to know to weigh them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from markupsafe import Markup

from engine.domain import (
    Attribution,
    Incentive,
    Material,
    Rating,
    RatingKind,
    Relation,
    Reply,
    Review,
    VerificationLevel,
)
from engine.i18n import Texts
from widgets.along import AspectLine, Logo, MediaCard, OriginalCard, aspect_lines, logo_of, media_cards, original_card
from widgets.excerpts import as_excerpt, excerpt
from widgets.links import Link, report_page, review_page, subject_link, web_link
from widgets.rendering import escape_text, one_line, paragraphs, with_markup
from widgets.stars import stars

MARKS: Mapping[VerificationLevel, tuple[str, str]] = {
    VerificationLevel.PURCHASE: ("verified-purchase", "why-purchase"),
    VerificationLevel.CUSTOMER: ("verified-customer", "why-customer"),
    VerificationLevel.UNVERIFIED: ("unverified", "why-unverified"),
}
"""What a level is called, and what it means."""
LONGEST = 280
"""Characters of a text that stands beside others; what is longer is excerpted where it may be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A day, for machines and for readers."""

    machine: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """A rating as it is shown."""

    stars: Markup
    drawn: str
    """What the stars say, for those who do not see them; empty where ``own`` says as much."""
    own: str
    """The value on its own scale, for everybody; empty where the stars are that scale."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyCard:
    by: Markup
    date: Moment | None
    language: str | None
    paragraphs: Sequence[Markup]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Something to know about a review, with its explanation; empty where it explains itself."""

    words: str
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One review as a template prints it."""

    about: Link | None
    """What it is a review of, where that differs from card to card."""
    score: Score | None
    title: str
    language: str | None
    paragraphs: Sequence[Markup]
    whole: str | None
    """Where the rest of an excerpt can be read."""
    author: str
    no_name: str
    position: str
    date: Moment | None
    own_page: str
    """Where it stands alone and whole; empty where nobody finds it."""
    is_verified: bool
    mark: Mark
    disclosures: Sequence[Mark]
    logo: Logo | None
    aspects: Sequence[AspectLine]
    original: OriginalCard | None
    media: Sequence[MediaCard]
    replies: Sequence[ReplyCard]
    helpful: str
    source: str
    source_link: str | None
    """Where its source is, for a review without an address of its own."""
    address: str | None
    report: str
    """Where a reader says that it should not stand as it does."""


def cards(material: Material, texts: Texts) -> tuple[Card, ...]:
    """The shown reviews of a material, in its order."""
    return tuple(card(review, material, texts) for review in material.shown)


def short_cards(reviews: Sequence[Review], material: Material, texts: Texts, most: int = LONGEST) -> tuple[Card, ...]:
    """Reviews that stand side by side: their words and all that must be known to weigh them, nothing more."""
    return tuple(short_card(each, material, texts, most) for each in reviews)


def short_card(review: Review, material: Material, texts: Texts, most: int) -> Card:
    """A review with at most so many characters of its text, or the whole text where it may not be excerpted."""
    bare = replace(card(review, material, texts), aspects=(), media=(), replies=(), helpful="")
    span = excerpt(review.body, most)
    if not span.is_cut or review.id not in material.excerptable:
        return bare
    return replace(bare, paragraphs=paragraphs(as_excerpt(span)), whole=review_page(review.id, material))


def card(review: Review, material: Material, texts: Texts) -> Card:
    attribution = material.origins.get(review.id) or material.attributions.get(review.source_id)
    address = web_link(review.url)
    return Card(
        about=subject_link(review.subject_id, material, texts, "review-of"),
        score=score(review.rating, texts) if review.rating else None,
        title=one_line(review.title or ""),
        language=review.language,
        paragraphs=paragraphs(review.body),
        whole=None,
        author=one_line(review.author or ""),
        no_name=texts("no-name"),
        position=", ".join(one_line(part) for part in (review.role, review.company) if part),
        date=moment(review.written_at, material, texts),
        own_page=review_page(review.id, material),
        is_verified=review.verification.is_verified,
        mark=_mark(review.verification.level, texts),
        disclosures=tuple(disclosures(review, texts)),
        logo=logo_of(review, material.settings.base_url),
        aspects=aspect_lines(review.aspects, texts),
        original=original_card(review.original, texts) if review.original else None,
        media=media_cards(review.media, material.settings.base_url, texts),
        replies=tuple(_reply(reply, material, texts) for reply in review.replies),
        helpful=texts.plural("helpful", review.helpful) if review.helpful else "",
        source=_source(attribution, texts),
        source_link=web_link(attribution.url) if attribution and not address else None,
        address=address,
        report=report_page(review.id, material),
    )


def score(rating: Rating, texts: Texts) -> Score:
    """The rating in stars and in words; on another scale than 1 to 5 the words say its own value."""
    drawn = texts("rated", value=texts.number(Decimal(rating.hundredths) / 100))
    own = "" if rating.is_on_five else _own_value(rating, texts)
    # A label has no number, so the stars keep theirs.
    is_said_by_own = own and rating.kind is not RatingKind.LABEL
    return Score(stars=stars(rating.hundredths), drawn="" if is_said_by_own else drawn, own=own)


def disclosures(review: Review, texts: Texts) -> Iterator[Mark]:
    """What readers must be told beside the review (16 CFR 465; Directive 2005/29/EC, annex I, 23b and 23c)."""
    if review.relation is not Relation.NONE:
        yield Mark(words=texts(f"relation-{review.relation}"))
    if review.incentive:
        given = _given(review.incentive)
        words = texts("incentive-words", words=given) if given else texts("incentive")
        yield Mark(words=words, why=texts("why-incentive"))


def moment(written_at: datetime | None, material: Material, texts: Texts) -> Moment | None:
    """The day of a moment where the company is; None where the source gave no date: none is invented."""
    if written_at is None:
        return None
    timezone = material.settings.timezone
    return Moment(
        machine=written_at.astimezone(timezone).date().isoformat(),
        words=texts.date(written_at, timezone),
    )


def _mark(level: VerificationLevel, texts: Texts) -> Mark:
    words, why = MARKS[level]
    return Mark(words=texts(words), why=texts(why))


def _own_value(rating: Rating, texts: Texts) -> str:
    if rating.kind is RatingKind.LABEL:
        return one_line(rating.original)
    if rating.kind is RatingKind.PERCENT:
        return texts.percent(float(rating.value / 100))
    value, best = texts.number(rating.value), texts.number(rating.best)
    if rating.worst in (0, 1):
        return texts("out-of", value=value, best=best)
    return texts("on-scale", value=value, worst=texts.number(rating.worst), best=best)


def _given(incentive: Incentive) -> str:
    parts = (incentive.disclosed_text,) if incentive.disclosed_text else (incentive.kind, incentive.value)
    return ", ".join(one_line(part) for part in parts if part)


def _reply(reply: Reply, material: Material, texts: Texts) -> ReplyCard:
    name = one_line(reply.author or "")
    by = texts("reply-from", name=Markup("<bdi>{}</bdi>").format(escape_text(name))) if name else texts("reply")
    return ReplyCard(
        by=with_markup(by),
        date=moment(reply.written_at, material, texts),
        language=reply.language,
        paragraphs=paragraphs(reply.body),
    )


def _source(attribution: Attribution | None, texts: Texts) -> str:
    return texts("source", name=one_line(attribution.name)) if attribution else ""
