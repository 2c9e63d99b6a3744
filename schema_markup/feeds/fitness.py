"""Why a review cannot stand in a product feed: for what it lacks, never for what it says."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from engine.domain import PublishSettings, Relation, Review, ReviewId, Subject
from engine.feeding import Feedable
from engine.site_addresses import site_address

GTINS = ("gtin", "gtin8", "gtin12", "gtin13", "gtin14")
_FULL_NAME = re.compile(r"(?P<first>\w[\w'’-]+) (?P<initial>\w)[\w'’-]*")


class Lack(StrEnum):
    """What a feed asks for and a review has not; there is none for a rating that somebody may not like."""

    NOT_A_PRODUCT = "it is not about a product"
    NO_IDENTIFIERS = "its product has no GTIN, no SKU, and no MPN with a brand"
    NO_URL = "its product has no address (URL)"
    NO_TIME = "it does not say when it was written"
    NO_RATING = "it has no rating"
    NO_TEXT = "it has no text"
    TIED = "its author is tied to the company, which the feed has no way to disclose"


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """A review that is not in a feed, and everything that it lacks."""

    review_id: ReviewId
    lacks: tuple[Lack, ...]


Skip = Callable[[Skipped], None]


def lacks(each: Feedable, *, identifiers: bool) -> tuple[Lack, ...]:
    """All that keeps a review out of a product feed; ``identifiers`` says whether the feed knows products by number."""
    review, subject = each.review, each.subject
    is_product = subject.type.is_a("Product")
    found = {
        Lack.NOT_A_PRODUCT: not is_product,
        Lack.NO_IDENTIFIERS: is_product and identifiers and not is_identified(subject),
        Lack.NO_URL: is_product and not subject.url,
        Lack.NO_TIME: review.written_at is None,
        Lack.NO_RATING: review.rating is None,
        Lack.NO_TEXT: not review.has_text,
        Lack.TIED: review.relation is not Relation.NONE,
    }
    return tuple(lack for lack, is_so in found.items() if is_so)


def is_identified(subject: Subject) -> bool:
    numbers = identifiers_of(subject)
    return bool(numbers["gtin"] or numbers["sku"] or numbers["asin"] or (numbers["mpn"] and subject.brand))


def identifiers_of(subject: Subject) -> dict[str, list[str]]:
    """The numbers of a product and of all its variants, each once: they share their reviews."""
    sources = [subject.identifiers, *(variant.identifiers for variant in subject.variants)]

    def all_of(*names: str) -> list[str]:
        return list(
            dict.fromkeys(each[name].strip() for each in sources for name in names if each.get(name, "").strip())
        )

    return {"gtin": all_of(*GTINS), "mpn": all_of("mpn"), "sku": all_of("sku"), "asin": all_of("asin")}


def public_name(review: Review) -> str | None:
    """The author as feeds that leave the site name people: ``Owen Brady`` is ``Owen B.``; None without a name."""
    found = _FULL_NAME.fullmatch(review.author or "")
    return f"{found['first']} {found['initial'].upper()}." if found else review.author


def reviews_page(subject: Subject, settings: PublishSettings) -> str:
    """Where all reviews of a subject can be read."""
    return site_address(settings, "reviews", subject.id)


def review_address(each: Feedable, settings: PublishSettings) -> str:
    """An address for each review alone, on the page of all."""
    return f"{reviews_page(each.subject, settings)}#{each.review.id}"
