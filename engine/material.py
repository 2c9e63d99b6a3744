"""Selecting the material: the one place where rights, consent and state decide what may stand on a page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from engine.domain import (
    FaqEntry,
    FaqState,
    Locale,
    Material,
    Phrase,
    PublishSettings,
    Review,
    ReviewId,
    Rights,
    RightsClass,
    Source,
    SourceId,
    SourceSummary,
    Subject,
    View,
    why_no_stars,
)
from engine.rights import may_mark_up, may_quote, may_show
from engine.store import KeptSummary, Transaction, Wanted, total


def select_material(
    transaction: Transaction,
    subject: Subject,
    locale: Locale,
    settings: PublishSettings,
    *,
    now: datetime,
    view: View | None = None,
) -> Material:
    """All that generators may see of a subject in one locale."""
    view = view or View()
    sources = transaction.sources.all()
    rights = {each.id: each.rights for each in sources.values()}
    language = locale.partition("-")[0]
    found, following = transaction.views.page(
        Wanted(
            subject=subject.id,
            language=language,
            view=view,
            limit=settings.reviews_per_list,
            oldest={each: now - kept.max_age for each, kept in rights.items() if kept.max_age is not None},
        )
    )
    shown = tuple(each for each in found if may_show(each, rights[each.source_id], now))
    summaries = transaction.summaries.of(subject.id)
    quotable = _Quotable(transaction, rights, now)
    return Material(
        subject=subject,
        locale=locale,
        settings=settings,
        now=now,
        summary=total(each for each in summaries if each.rights_class is RightsClass.OWN),
        others=_others(summaries, sources),
        shown=shown,
        marked_up=()
        if why_no_stars(subject)
        else tuple(each for each in shown if may_mark_up(each, rights[each.source_id], now)),
        attributions={each: kept.attribution for each, kept in rights.items() if kept.attribution is not None},
        phrases=quotable.phrases(transaction.phrases.of(subject.id, language)),
        faq=quotable.entries(transaction.phrases.faq_of(subject.id, language)),
        total_shown=sum(each.reviews for each in summaries if each.rights_class is not RightsClass.INTERNAL),
        view=view,
        following=following,
    )


def _others(summaries: list[KeptSummary], sources: Mapping[SourceId, Source]) -> tuple[SourceSummary, ...]:
    return tuple(
        SourceSummary(source_id=each.source_id, name=_name(sources[each.source_id]), summary=each.summary)
        for each in summaries
        if each.rights_class is RightsClass.DISPLAY_ONLY
    )


def _name(source: Source) -> str:
    return source.rights.attribution.name if source.rights.attribution else source.id


class _Quotable:
    """What was mined, without whatever may not be quoted at this moment."""

    def __init__(self, transaction: Transaction, rights: Mapping[SourceId, Rights], now: datetime) -> None:
        self._transaction = transaction
        self._rights = rights
        self._now = now

    def phrases(self, phrases: list[Phrase]) -> tuple[Phrase, ...]:
        quoted = self._reviews({quote.review_id for each in phrases for quote in each.quotes})
        return tuple(each for each in phrases if all(quote.review_id in quoted for quote in each.quotes))

    def entries(self, entries: list[FaqEntry]) -> tuple[FaqEntry, ...]:
        quoted = self._reviews({review for each in entries for review in each.review_ids})
        return tuple(
            each
            for each in entries
            if each.state is not FaqState.STALE and all(review in quoted for review in each.review_ids)
        )

    def _reviews(self, ids: set[ReviewId]) -> set[ReviewId]:
        found = self._transaction.reviews.among(sorted(ids))
        return {each for each, filed in found.items() if self._may_quote(filed.review)}

    def _may_quote(self, review: Review) -> bool:
        return may_quote(review, self._rights[review.source_id], self._now)
