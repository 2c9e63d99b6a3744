"""Makers of domain values that fill in all that a test is not about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from engine.domain import (
    Consent,
    Excerpt,
    Locale,
    Material,
    Mining,
    PublishSettings,
    Rating,
    RatingSummary,
    Review,
    Rights,
    SourceId,
    State,
    Subject,
    SubjectId,
    SubjectType,
    Use,
    review_id,
)

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
EVERY_USE = Consent(uses=frozenset(Use), wording="I agree", given_at=NOON)
_numbers = count(1)


def make_rating(stars: float = 4, *, worst: int = 1, best: int = 5) -> Rating:
    value = Decimal(str(stars))
    hundredths = int(100 + (value - worst) * 400 / (best - worst))
    return Rating(original=str(stars), value=value, worst=Decimal(worst), best=Decimal(best), hundredths=hundredths)


def make_review(rating: float | None = 4, **changes: Any) -> Review:
    """An approved, fully consented English review with an author and a date."""
    external_id = str(changes.pop("external_id", next(_numbers)))
    source_id = SourceId(changes.pop("source_id", "shop"))
    review = Review(
        id=review_id(source_id, external_id),
        source_id=source_id,
        external_id=external_id,
        subject_id=SubjectId("kettle"),
        received_at=NOON,
        consent=EVERY_USE,
        body="It pours well and keeps the heat.",
        title="Good kettle",
        author="Owen B.",
        language="en",
        rating=None if rating is None else make_rating(rating),
        written_at=datetime(2026, 9, 30, 10, 0, tzinfo=UTC),
        state=State.APPROVED,
    )
    return replace(review, **changes)


def make_subject(**changes: Any) -> Subject:
    subject = Subject(
        id=SubjectId("kettle"),
        type=SubjectType.PRODUCT,
        name="K2 Gooseneck Kettle",
        url="https://larkfield.example/p/k2",
    )
    return replace(subject, **changes)


def make_settings(**changes: Any) -> PublishSettings:
    settings = PublishSettings(
        base_url="https://reviews.larkfield.example",
        site_name="Larkfield",
        locales=tuple(Locale(each) for each in ("en", "de", "nl", "fr", "es")),
        timezone=ZoneInfo("Europe/Amsterdam"),
    )
    return replace(settings, **changes)


def summary_of(reviews: Sequence[Review]) -> RatingSummary:
    rated = [review.rating for review in reviews if review.rating]
    bins = [sum(1 for rating in rated if rating.star == star) for star in range(1, 6)]
    return RatingSummary(
        rated=len(rated),
        with_text=sum(1 for review in reviews if review.has_text),
        hundredths=sum(rating.hundredths for rating in rated),
        histogram=(bins[0], bins[1], bins[2], bins[3], bins[4]),
    )


def make_material(reviews: Sequence[Review] = (), locale: str = "en", **changes: Any) -> Material:
    """The material of a product whose reviews are all ours, shown and marked up (where they have an author)."""
    material = Material(
        subject=make_subject(),
        locale=Locale(locale),
        settings=make_settings(),
        now=NOON,
        summary=summary_of(reviews),
        shown=tuple(reviews),
        marked_up=tuple(review for review in reviews if review.author),
        total_shown=len(reviews),
    )
    return replace(material, **changes)


def make_rights(**changes: Any) -> Rights:
    rights = Rights(
        profile="own",
        may_store=True,
        may_edit=True,
        may_excerpt=Excerpt.YES,
        may_show=True,
        may_mark_up=True,
        may_aggregate=True,
        may_feed=True,
        may_mine=Mining.PUBLISHED,
    )
    return replace(rights, **changes)
