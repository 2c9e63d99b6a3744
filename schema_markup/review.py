"""Review and AggregateRating nodes: https://schema.org/Review, https://schema.org/AggregateRating."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Any

from engine.domain import PublishSettings, Rating, RatingSummary, Review, Subject
from schema_markup.node_ids import review_node_id
from schema_markup.phrases import advertises

# "Shorter than 100 characters" in one sentence of the page, not "longer than 100" in the next: 99 satisfies both.
# https://developers.google.com/search/docs/appearance/structured-data/review-snippet (2026-09-24)
LONGEST_AUTHOR = 99


def can_be_marked_up(review: Review) -> bool:
    """Whether a Review node can name its author and give its rating, as Google's rules ask.

    Their table has reviewRating as required; their prose lets some pass without. Who gave none is shown and counted,
    and so is who calls themselves by an advertisement: one odd name must not keep a page from being published.
    """
    author = review.author or ""
    return review.rating is not None and 0 < len(author) <= LONGEST_AUTHOR and not advertises(author)


def review_node(review: Review, subject: Subject, settings: PublishSettings) -> dict[str, Any]:
    """A Review nested in its subject, which is why it has no itemReviewed."""
    return {
        "@type": "Review",
        "@id": review_node_id(review.id, subject, settings),
        "author": {"@type": "Person", "name": review.author},
        "name": review.title or None,
        "reviewBody": review.body or None,
        "datePublished": as_date(review.written_at) if review.written_at else None,
        "inLanguage": review.language,
        "reviewRating": _rating(review.rating) if review.rating else None,
    }


def aggregate_rating(summary: RatingSummary) -> dict[str, Any]:
    """The AggregateRating of a subject; counts that are zero are left out, because Google takes positive ones only."""
    return {
        "@type": "AggregateRating",
        "ratingValue": summary.mean,
        "ratingCount": summary.rated,
        "reviewCount": summary.with_text or None,
        "bestRating": 5,
        "worstRating": 1,
    }


def _rating(rating: Rating) -> dict[str, Any]:
    return {"@type": "Rating", "ratingValue": rating.value, "bestRating": rating.best, "worstRating": rating.worst}


def as_date(moment: datetime) -> str:
    """A moment as ISO 8601 in UTC."""
    # A source that knows only the day is stored as its midnight: no time is claimed that nobody told.
    moment = moment.astimezone(UTC)
    if moment.time() == time(0):
        return moment.date().isoformat()
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")
