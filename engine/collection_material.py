"""Selecting the material of a collection: reviews that were picked by hand, as far as they may be shown now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from engine.domain import (
    Collection,
    CollectionId,
    Kind,
    Locale,
    Material,
    Order,
    PublishSettings,
    RatingSummary,
    Review,
    RightsClass,
    Source,
    SourceId,
    SubjectId,
    View,
)
from engine.errors import BadValueError
from engine.material import MOST_PICKED, Picked, excerptable_among, is_pictured, origins_of, with_what_hangs
from engine.rights import may_show, oldest_allowed
from engine.store import Transaction, total

MOST_LOOKED_AT = 200
"""Reviews below the first page among which pictures and testimonials are looked for."""


def select_collection_material(
    transaction: Transaction,
    collection: Collection,
    locale: Locale,
    settings: PublishSettings,
    *,
    now: datetime,
    view: View | None = None,
) -> Material:
    """All that generators may see of a collection in one locale, its reviews in the order that somebody gave them.

    ``summary`` is that of everything which the collection's shown reviews are about, our own reviews alone, so that
    what was picked stands beside the mean of all. Nothing is marked up, since a collection is nothing that can be
    rated. Raises BadValueError for a view that sorts or filters, and for a cursor that no collection gave.
    """
    view = view or View()
    _refuse_other_views(view)
    shelf = _Shelf(transaction, collection.id, transaction.sources.all(), settings, now)
    shown, following = shelf.page(view.after, settings.reviews_per_list)
    apart = shelf.apart(shown, following) if view.is_default else Picked()
    reviews = (*shown, *apart.pictured, *apart.testimonials)
    rights = {each.id: each.rights for each in shelf.sources.values()}
    about = dict(transaction.collections.subjects(collection.id, shelf.oldest))
    return Material(
        about=collection,
        locale=locale,
        settings=settings,
        now=now,
        summary=shelf.summary(about),
        shown=shown,
        pictured=apart.pictured,
        testimonials=apart.testimonials,
        excerptable=excerptable_among(reviews, rights, now),
        subjects=transaction.subjects.among(list(about)),
        attributions={each: kept.attribution for each, kept in rights.items() if kept.attribution is not None},
        origins=origins_of(reviews, rights),
        total_shown=sum(about.values()),
        view=view,
        following=following,
    )


@dataclass(frozen=True, slots=True)
class _Shelf:
    """A collection as it may be shown at one moment."""

    transaction: Transaction
    collection: CollectionId
    sources: Mapping[SourceId, Source]
    settings: PublishSettings
    now: datetime

    @property
    def oldest(self) -> Mapping[SourceId, datetime]:
        return oldest_allowed(self.sources.values(), self.now)

    def page(self, after: str | None, limit: int) -> tuple[tuple[Review, ...], str | None]:
        found, following = self.transaction.collections.shown(
            self.collection, after=after, limit=limit, oldest=self.oldest
        )
        fit = [each for each in found if may_show(each, self.sources[each.source_id].rights, self.now)]
        return with_what_hangs(self.transaction, fit, self.settings), following

    def apart(self, first: tuple[Review, ...], following: str | None) -> Picked:
        """The first of its pictured reviews and testimonials, on its first page or below."""
        below = self.page(following, MOST_LOOKED_AT)[0] if following else ()
        pictured = [each for each in (*first, *below) if is_pictured(each)]
        testimonials = [each for each in (*first, *below) if each.kind is Kind.TESTIMONIAL]
        return Picked(pictured=tuple(pictured[:MOST_PICKED]), testimonials=tuple(testimonials[:MOST_PICKED]))

    def summary(self, subjects: Iterable[SubjectId]) -> RatingSummary:
        kept = self.transaction.summaries.of_all(list(subjects), self.oldest)
        return total(each for some in kept.values() for each in some if each.rights_class is RightsClass.OWN)


def _refuse_other_views(view: View) -> None:
    asked = {"sort": view.order is not Order.NEWEST, "star": view.star is not None, "topic": view.topic is not None}
    if wrong := [name for name, is_asked in asked.items() if is_asked]:
        raise BadValueError(
            f"{', '.join(wrong)}: a collection is shown whole, in the order in which it was put together"
        )
