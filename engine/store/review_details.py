"""What comes along with a review and is only ever read back whole: aspects, the original of a translation, and such."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any, TypedDict

from engine.domain import Aspect, Review, Translation
from engine.store.values import from_json, maybe_from_micros, maybe_micros, to_json

NOTHING = "{}"


class Details(TypedDict, total=False):
    """Fields of a review by their names."""

    aspects: tuple[Aspect, ...]
    original: Translation | None
    updated_at: datetime | None
    narrowed_to: str


def details_to_json(review: Review) -> str:
    if not (review.aspects or review.original or review.updated_at or review.narrowed_to):
        return NOTHING
    details: dict[str, Any] = {}
    if review.aspects:
        details["aspects"] = [_aspect_to_list(each) for each in review.aspects]
    if review.original:
        details["original"] = [review.original.language, review.original.title, review.original.body]
    if review.updated_at:
        details["updated_at"] = maybe_micros(review.updated_at)
    if review.narrowed_to:
        details["narrowed_to"] = review.narrowed_to
    return to_json(details)


def details_from_json(text: str) -> Details:
    if text == NOTHING:
        return {}
    kept = from_json(text)
    original = kept.get("original")
    return {
        "aspects": tuple(_aspect_from_list(each) for each in kept.get("aspects", ())),
        "original": None
        if original is None
        else Translation(language=original[0], title=original[1], body=original[2]),
        "updated_at": maybe_from_micros(kept.get("updated_at")),
        "narrowed_to": kept.get("narrowed_to", ""),
    }


def _aspect_to_list(aspect: Aspect) -> list[str]:
    numbers = (str(each) for each in (aspect.value, aspect.worst, aspect.best))
    return [aspect.label, *numbers, aspect.low, aspect.middle, aspect.high]


def _aspect_from_list(kept: list[str]) -> Aspect:
    label, value, worst, best, low, middle, high = kept
    return Aspect(
        label=label, value=Decimal(value), worst=Decimal(worst), best=Decimal(best), low=low, middle=middle, high=high
    )
