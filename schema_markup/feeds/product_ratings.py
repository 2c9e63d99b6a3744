"""Google's Product Ratings feed, version 2.4: always the whole file, every rating.

https://developers.google.com/product-review-feeds/schema; elements stand in the order of the documented sequence.
Not confirmed there: where ``is_verified_purchase`` and ``is_incentivized_review`` stand. They are written after
``products``, and only where they are true, so that most reviews fit whatever the order is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lxml import etree

from engine.domain import PublishSettings, Rating, RatingKind, Review, Subject, VerificationLevel
from engine.feeding import Feedable
from schema_markup.feeds.fitness import Skip, Skipped, identifiers_of, lacks, public_name, reviews_page
from schema_markup.feeds.xml import DECLARATION, as_moment, as_text, element, holding

NAME = "product-ratings"
MEDIA_TYPE = "application/xml; charset=utf-8"
_SCHEMA = "http://www.google.com/shopping/reviews/schema/product/2.4/product_reviews.xsd"
_OPENING = (
    '<feed xmlns:vc="http://www.w3.org/2007/XMLSchema-versioning"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    f' xsi:noNamespaceSchemaLocation="{_SCHEMA}">\n<version>2.4</version>\n'
)


def product_ratings(reviews: Iterable[Feedable], settings: PublishSettings, skip: Skip) -> Iterator[str]:
    """The feed in pieces; what cannot stand in it is told to ``skip`` with all that it lacks."""
    yield DECLARATION + _OPENING
    yield as_text(holding("publisher", element("name", settings.site_name))) + "\n<reviews>\n"
    for each in reviews:
        missing = lacks(each, identifiers=True)
        if missing:
            skip(Skipped(review_id=each.review.id, lacks=missing))
        else:
            yield as_text(_review(each, settings)) + "\n"
    yield "</reviews>\n</feed>\n"


def _review(each: Feedable, settings: PublishSettings) -> etree._Element:
    review = each.review
    return holding(
        "review",
        element("review_id", review.id),
        holding("reviewer", _name(review)),
        element("review_timestamp", as_moment(review.written_at)) if review.written_at else None,
        element("title", review.title) if review.title and review.body else None,
        element("content", review.body or review.title),
        # All reviews of a subject are read at one address.
        element("review_url", reviews_page(each.subject, settings), {"type": "group"}),
        holding("ratings", _overall(review.rating)) if review.rating else None,
        holding("products", _product(each.subject, settings)),
        _if_true("is_verified_purchase", is_so=review.verification.level is VerificationLevel.PURCHASE),
        _if_true("is_incentivized_review", is_so=review.incentive is not None),
    )


def _name(review: Review) -> etree._Element:
    name = public_name(review)
    return element("name", name or "Anonymous", {"is_anonymous": "false" if name else "true"})


def _overall(rating: Rating) -> etree._Element:
    whole = rating.worst % 1 == 0 and rating.best % 1 == 0
    if rating.kind is RatingKind.NUMBER and whole:
        scale = {"min": f"{rating.worst:.0f}", "max": f"{rating.best:.0f}"}
        return element("overall", f"{rating.value.normalize():f}", scale)
    return element("overall", f"{rating.hundredths / 100:g}", {"min": "1", "max": "5"})


def _product(subject: Subject, settings: PublishSettings) -> etree._Element:
    numbers = identifiers_of(subject)
    return holding(
        "product",
        holding(
            "product_ids",
            _list("gtin", numbers["gtin"]),
            _list("mpn", numbers["mpn"]),
            _list("sku", numbers["sku"]),
            _list("brand", [subject.brand] if subject.brand else []),
            _list("asin", numbers["asin"]),
        ),
        element("product_name", subject.name_in(settings.default_locale)),
        element("product_url", subject.url),
    )


def _list(name: str, values: list[str]) -> etree._Element | None:
    return holding(f"{name}s", *(element(name, each) for each in values)) if values else None


def _if_true(name: str, *, is_so: bool) -> etree._Element | None:
    return element(name, "true") if is_so else None
