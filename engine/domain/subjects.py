"""What is reviewed, and where its reviews come from."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from engine.domain.ids import Locale, SourceId, SubjectId
from engine.domain.rights import Rights
from engine.domain.schema_org import SELF_SERVING, STARRED, SubjectType
from engine.errors import BadValueError

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday", "PublicHolidays")
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")


class ControlledBy(StrEnum):
    """Who runs what is reviewed; decides Google's self-serving rule."""

    US = "us"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What the subject costs, as schema.org/Offer."""

    price: Decimal
    price_currency: str
    availability: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PostalAddress:
    """Where a place is, as schema.org/PostalAddress; the country is ISO 3166-1 alpha-2."""

    street_address: str
    address_locality: str
    postal_code: str
    address_country: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Geo:
    """Where a place is on the map, in degrees."""

    latitude: Decimal
    longitude: Decimal

    def __post_init__(self) -> None:
        if not (abs(self.latitude) <= 90 and abs(self.longitude) <= 180):
            raise BadValueError(f"{self.latitude}, {self.longitude} is no place on earth")


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningHours:
    """From when to when a place is open on some days, as ``hh:mm``; it closes after midnight where that is earlier."""

    days: Sequence[str]
    opens: str
    closes: str

    def __post_init__(self) -> None:
        if not self.days or not set(self.days) <= set(DAYS):
            raise BadValueError(f"opening hours need days, each one of {', '.join(DAYS)}")
        if not (_CLOCK.fullmatch(self.opens) and _CLOCK.fullmatch(self.closes)):
            raise BadValueError(f"{self.opens}-{self.closes} are no opening hours; write them like 09:00 and 17:30")


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """One of several forms that a product is sold in; they share their reviews."""

    name: str
    url: str | None = None
    image: str | None = None
    identifiers: Mapping[str, str] = field(default_factory=dict)
    properties: Mapping[str, str] = field(default_factory=dict)
    """By what it differs from the others, as schema.org properties: ``color``, ``size``, ``material``, ``pattern``."""
    offers: Sequence[Offer] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A product, a place or a service that reviews are about."""

    id: SubjectId
    type: SubjectType
    name: str
    url: str | None = None
    controlled_by: ControlledBy = ControlledBy.US
    identifiers: Mapping[str, str] = field(default_factory=dict)
    """``sku``, ``gtin``, ``mpn``, ``isbn`` and the ids that other systems use."""
    names: Mapping[Locale, str] = field(default_factory=dict)
    """The name in a locale, where it differs from ``name``."""
    image: str | None = None
    brand: str | None = None
    category: str | None = None
    offer: Offer | None = None
    further_offers: Sequence[Offer] = ()
    variants: Sequence[Variant] = ()
    """Of a product."""
    address: PostalAddress | None = None
    geo: Geo | None = None
    telephone: str | None = None
    """With country and area code."""
    opening_hours: Sequence[OpeningHours] = ()
    price_range: str | None = None
    operating_system: str | None = None
    properties: Mapping[str, str] = field(default_factory=dict)
    """What else is to be said of it, by schema.org property: ``startDate`` of an Event, ``description``."""

    def name_in(self, locale: Locale) -> str:
        return self.names.get(locale, self.name)

    @property
    def offers(self) -> tuple[Offer, ...]:
        return (self.offer, *self.further_offers) if self.offer else tuple(self.further_offers)

    @property
    def is_self_serving(self) -> bool:
        """Whether ratings of it on our own pages may carry no markup.

        https://developers.google.com/search/docs/appearance/structured-data/review-snippet (2026-09-24): a
        LocalBusiness or Organization, or any class below these, that controls the reviews about itself is ineligible.
        """
        return self.controlled_by is ControlledBy.US and not SELF_SERVING.isdisjoint(self.type.kinds)


def why_no_stars(subject: Subject) -> str | None:
    """Why ratings of a subject are not marked up, in words for its owner; None where they are."""
    if subject.is_self_serving:
        return (
            f"{subject.id} is a {subject.type} that we run ourselves: search engines take no rating markup about it"
            " from our own pages (self-serving rule), so there is none"
        )
    if STARRED.isdisjoint(subject.type.kinds):
        return (
            f"{subject.id} is a {subject.type}, and search engines show no stars for that class, so there is no rating"
            f" markup; its reviews are shown and counted all the same{_way_out(subject.type)}"
        )
    return None


# By class, and for all below it; what a search engine would show stars for in its place, where that is true.
_WAYS_OUT: Mapping[str, str] = {
    "Service": ". Where it is sold as a package at a price, Product is a true class for it",
    "Brand": ". Stars are earned by its products, each reviewed as a Product",
    "Person": ". Stars are earned by what a person offers: a Book, a Course, an Event",
    "Article": "",
    "CreativeWork": ". A closer class may be true: Book, Course, Movie, Recipe, HowTo, SoftwareApplication",
    "Place": ". Where it is a business that visitors go to, LocalBusiness or a class below it is true",
}


def _way_out(kind: SubjectType) -> str:
    return next((words for name, words in _WAYS_OUT.items() if kind.is_a(name)), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One configured place that reviews come from."""

    id: SourceId
    collector: str
    rights: Rights
    options: Mapping[str, str] = field(default_factory=dict)
