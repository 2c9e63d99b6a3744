"""What is reviewed, and where its reviews come from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from engine.domain.ids import Locale, SourceId, SubjectId
from engine.domain.rights import Rights


class SubjectType(StrEnum):
    """The schema.org types that a subject can have."""

    PRODUCT = "Product"
    LOCAL_BUSINESS = "LocalBusiness"
    SOFTWARE_APPLICATION = "SoftwareApplication"
    ORGANIZATION = "Organization"


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
class Subject:
    """A product, a place or a service that reviews are about."""

    id: SubjectId
    type: SubjectType
    name: str
    url: str | None = None
    controlled_by: ControlledBy = ControlledBy.US
    identifiers: Mapping[str, str] = field(default_factory=dict)
    """``sku``, ``gtin``, ``mpn`` and the ids that other systems use."""
    names: Mapping[Locale, str] = field(default_factory=dict)
    """The name in a locale, where it differs from ``name``."""
    image: str | None = None
    brand: str | None = None
    category: str | None = None
    offer: Offer | None = None
    address: PostalAddress | None = None

    def name_in(self, locale: Locale) -> str:
        return self.names.get(locale, self.name)

    @property
    def is_self_serving(self) -> bool:
        """Whether ratings of it on our own pages may carry no markup.

        https://developers.google.com/search/docs/appearance/structured-data/review-snippet (2026-09-24): a
        LocalBusiness or Organization that controls the reviews about itself is ineligible for stars.
        """
        return self.controlled_by is ControlledBy.US and self.type in SELF_SERVING_TYPES


SELF_SERVING_TYPES = frozenset({SubjectType.LOCAL_BUSINESS, SubjectType.ORGANIZATION})


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One configured place that reviews come from."""

    id: SourceId
    collector: str
    rights: Rights
    options: Mapping[str, str] = field(default_factory=dict)
