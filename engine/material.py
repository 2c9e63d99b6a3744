"""Selecting the material: the one place where rights, consent and state decide what may stand on a page."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

from engine.answers import together
from engine.domain import (
    Attribution,
    FaqEntry,
    Kind,
    Locale,
    Material,
    MediaKind,
    Phrase,
    PublishSettings,
    Quote,
    Review,
    ReviewId,
    Rights,
    RightsClass,
    Source,
    SourceId,
    SourceSummary,
    Subject,
    SubjectId,
    TextSummary,
    View,
    why_no_stars,
)
from engine.language import Detector
from engine.pictures import served_from
from engine.rights import (
    may_excerpt,
    may_mark_up,
    may_mark_up_quote,
    may_quote,
    may_show,
    oldest_allowed,
    rights_of,
)
from engine.store import KeptSummary, Transaction, Wanted, total

MOST_PICKED = 12
"""Reviews of each kind that are shown apart from the list."""
MOST_FILTERS = 12
"""Phrases that another view than the default one can be narrowed by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picked:
    """Reviews that are shown apart from the list, whether or not they are in it."""

    pictured: tuple[Review, ...] = ()
    testimonials: tuple[Review, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Mined:
    """What was mined of a subject in one language, as far as it may be published."""

    phrases: tuple[Phrase, ...] = ()
    faq: tuple[FaqEntry, ...] = ()
    marked_up_faq: tuple[FaqEntry, ...] = ()
    text_summary: TextSummary | None = None


def select_material(
    transaction: Transaction,
    subject: Subject,
    locale: Locale,
    settings: PublishSettings,
    *,
    now: datetime,
    view: View | None = None,
) -> Material:
    """All that generators may see of a subject in one locale.

    Raises NotFoundError for a view by a topic that there is not, BadValueError for a cursor of another order.
    """
    view = view or View()
    sources = transaction.sources.all()
    rights = {each.id: each.rights for each in sources.values()}
    oldest = oldest_allowed(sources.values(), now)
    language = locale.partition("-")[0]
    wanted = Wanted(subject=subject.id, language=language, view=view, limit=settings.reviews_per_list, oldest=oldest)
    found, following = transaction.views.page(wanted)
    shown = showable(transaction, found, rights, settings, now)
    summaries = transaction.summaries.of(subject.id, oldest)
    # To look up whom all that was mined quotes would cost other views more than all the rest of them.
    mined = (_mined if view.is_default else _filters)(transaction, subject.id, language, rights, now)
    apart = picked(transaction, wanted, rights, settings, now)
    reviews = (*shown, *apart.pictured, *apart.testimonials)
    return Material(
        about=subject,
        locale=locale,
        settings=settings,
        now=now,
        summary=total(each for each in summaries if each.rights_class is RightsClass.OWN),
        others=_others(summaries, sources),
        shown=shown,
        marked_up=_marked_up(subject, shown, rights, now),
        subjects={subject.id: subject},
        attributions={each: kept.attribution for each, kept in rights.items() if kept.attribution is not None},
        pictured=apart.pictured,
        testimonials=apart.testimonials,
        excerptable=excerptable_among(reviews, rights, now),
        origins=origins_of(reviews, rights),
        phrases=mined.phrases,
        faq=mined.faq,
        marked_up_faq=mined.marked_up_faq,
        text_summary=mined.text_summary,
        total_shown=transaction.views.count(wanted) if view.topic else _total(summaries, view.star),
        view=view,
        topic=transaction.topics.find(view.topic) if view.topic else None,
        following=following,
    )


def _marked_up(
    subject: Subject, shown: Sequence[Review], rights: Mapping[SourceId, Rights], now: datetime
) -> tuple[Review, ...]:
    if why_no_stars(subject):
        return ()
    return tuple(each for each in shown if may_mark_up(each, rights[each.source_id], now))


def picked(
    transaction: Transaction,
    wanted: Wanted,
    rights: Mapping[SourceId, Rights],
    settings: PublishSettings,
    now: datetime,
) -> Picked:
    """The newest pictured reviews and the newest testimonials of what is wanted, blind to their ratings."""
    if not wanted.view.is_default:
        return Picked()
    pictured, testimonials = (
        showable(transaction, some, rights, settings, now)
        for some in (
            transaction.views.page(replace(wanted, limit=MOST_PICKED, is_pictured=True))[0],
            transaction.views.page(replace(wanted, limit=MOST_PICKED, kind=Kind.TESTIMONIAL))[0],
        )
    )
    return Picked(pictured=tuple(each for each in pictured if is_pictured(each)), testimonials=testimonials)


def showable(
    transaction: Transaction,
    found: Sequence[Review],
    rights: Mapping[SourceId, Rights],
    settings: PublishSettings,
    now: datetime,
) -> tuple[Review, ...]:
    """Those of the reviews that may be shown at this moment, with what hangs on them."""
    may_stand = [each for each in found if may_show(each, rights[each.source_id], now)]
    return with_what_hangs(transaction, may_stand, settings)


def is_pictured(review: Review) -> bool:
    """Whether a picture or film of it may be shown; the logo of a company is none."""
    return any(each.kind is not MediaKind.LOGO for each in review.media)


def excerptable_among(
    reviews: Iterable[Review], rights: Mapping[SourceId, Rights], now: datetime
) -> frozenset[ReviewId]:
    """Those of the reviews of which an exact span may stand alone."""
    return frozenset(each.id for each in reviews if may_excerpt(each, rights[each.source_id], now))


def _total(summaries: Sequence[KeptSummary], star: int | None) -> int:
    public = [each for each in summaries if each.rights_class is not RightsClass.INTERNAL]
    return sum(each.reviews if star is None else each.summary.histogram[star - 1] for each in public)


def with_what_hangs(
    transaction: Transaction, reviews: Sequence[Review], settings: PublishSettings
) -> tuple[Review, ...]:
    """The reviews with those of their pictures that a person approved, and with the answers that were written here."""
    approved = transaction.media.shown(each.id for each in reviews)
    media = {which: tuple(served_from(each, settings.base_url) for each in some) for which, some in approved.items()}
    own = transaction.replies.of(each.id for each in reviews)
    detect = _detector(tuple(settings.locales)).detect
    return tuple(
        replace(each, media=media.get(each.id, ()), replies=together(each.replies, own.get(each.id), detect))
        for each in reviews
    )


@lru_cache(maxsize=4)
def _detector(locales: Sequence[Locale]) -> Detector:
    return Detector(locales)


def origins_of(shown: Sequence[Review], rights: Mapping[SourceId, Rights]) -> dict[ReviewId, Attribution]:
    """How the places want to be named that some reviews come from, where their sources only hand them on."""
    narrowed = {each.id: rights_of(each, rights[each.source_id]).attribution for each in shown if each.narrowed_to}
    return {review: named for review, named in narrowed.items() if named is not None}


def _others(summaries: list[KeptSummary], sources: Mapping[SourceId, Source]) -> tuple[SourceSummary, ...]:
    return tuple(
        SourceSummary(source_id=each.source_id, name=_name(sources[each.source_id]), summary=each.summary)
        for each in summaries
        if each.rights_class is RightsClass.DISPLAY_ONLY
    )


def _name(source: Source) -> str:
    return source.rights.attribution.name if source.rights.attribution else source.id


def _mined(
    transaction: Transaction, subject: SubjectId, language: str, rights: Mapping[SourceId, Rights], now: datetime
) -> _Mined:
    """What was mined, without whatever may not be quoted at this moment."""
    phrases = transaction.phrases.of(subject, language)
    entries = [each for each in transaction.faq.of(subject, language) if each.state.is_shown]
    summaries = transaction.text_summaries.of(subject, language)
    named = {review for each in phrases for review in each.rests_on}
    named |= {review for each in entries for review in each.review_ids}
    named |= {review for each in summaries for review in each.review_ids}
    quotable = quotable_among(transaction, named, rights, now)
    standing = Standing(quotable)
    faq = tuple(each for each in entries if standing.has_quotes(each.quotes))
    markable = {each for each, review in quotable.items() if may_mark_up_quote(review, rights[review.source_id], now)}
    return _Mined(
        phrases=tuple(each for each in phrases if standing.has_phrase(each)),
        faq=faq,
        marked_up_faq=tuple(each for each in faq if all(quote.review_id in markable for quote in each.quotes)),
        text_summary=next((each for each in summaries if standing.has_quotes(each.quotes)), None),
    )


def _filters(
    transaction: Transaction, subject: SubjectId, language: str, rights: Mapping[SourceId, Rights], now: datetime
) -> _Mined:
    """The phrases that a view can be narrowed by, and nothing else."""
    phrases = transaction.phrases.with_topics(subject, language, MOST_FILTERS)
    named = {review for each in phrases for review in each.rests_on}
    standing = Standing(quotable_among(transaction, named, rights, now))
    return _Mined(phrases=tuple(each for each in phrases if standing.has_phrase(each)))


def quotable_among(
    transaction: Transaction, wanted: Collection[ReviewId], rights: Mapping[SourceId, Rights], now: datetime
) -> Mapping[ReviewId, Review]:
    """Those of the wanted reviews that may be quoted at this moment."""
    found = {each: filed.review for each, filed in transaction.reviews.among(sorted(wanted)).items()}
    return {each: review for each, review in found.items() if may_quote(review, rights[review.source_id], now)}


@dataclass(frozen=True, slots=True)
class Standing:
    """What was mined some time ago, beside the reviews as they are now."""

    reviews: Mapping[ReviewId, Review]
    """Those that may be quoted."""

    def has_phrase(self, phrase: Phrase) -> bool:
        return self.reviews.keys() >= set(phrase.rests_on) and self.has_quotes(phrase.quotes)

    def has_quotes(self, quotes: Iterable[Quote]) -> bool:
        """Whether each quote is its author's words still: a review that was changed and approved again says others."""
        return all(each.review_id in self.reviews and _says(self.reviews[each.review_id], each) for each in quotes)


def _says(review: Review, quote: Quote) -> bool:
    return quote.text in review.body and quote.author in (None, review.author)
