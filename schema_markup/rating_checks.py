"""Ratings and reviews, and the items that carry them: what a schema cannot say.

https://developers.google.com/search/docs/appearance/structured-data/review-snippet (2026-09-24)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from schema_markup.grammar import as_number, as_share, is_day
from schema_markup.nodes import ITEM, Node
from schema_markup.phrases import advertises
from schema_markup.rulebook import Violation, quoted
from schema_markup.type_tables import reviewable
from schema_markup.vocabulary_checks import type_of

_NESTED = frozenset({"review", "aggregateRating"})
_RATED_BY = frozenset({"reviewRating", "aggregateRating", "itemReviewed"})
_PLAIN = frozenset({int, float})
NOTES = ("positiveNotes", "negativeNotes")
# They rate the truth of what others said, not what they are about (https://schema.org/ClaimReview).
_FACT_CHECKS = frozenset({"ClaimReview", "MediaReview"})
# https://developers.google.com/search/docs/appearance/structured-data/product-snippet (2026-07-08)
_NOTE_LANGUAGES = frozenset({"de", "en", "es", "fr", "it", "ja", "nl", "pl", "pt", "tr"})
_MOST_COMPARED = 2000
_LONGEST_NAME = 100


def ratings_of(node: Node) -> tuple[list[Node], list[Node]]:
    """The aggregate ratings and the reviews of an item, wherever they stand."""
    # An employer's rating as an employer is another thing than a rating of the item.
    about = [each for each in node.held_as("itemReviewed") if "EmployerAggregateRating" not in each.kinds]
    aggregates = [*node.all_of("aggregateRating"), *(each for each in about if "Rating" in each.kinds)]
    reviews = [*node.all_of("review"), *(each for each in about if "Review" in each.kinds)]
    return list(dict.fromkeys(aggregates)), [each for each in dict.fromkeys(reviews) if not each.kinds & _FACT_CHECKS]


def carries_ratings(node: Node) -> bool:
    """Whether anything rates an item."""
    children = node.children
    if "review" in children or "aggregateRating" in children:
        return True
    return bool(node.holders) and any(name == "itemReviewed" for _, name in node.holders)


def rated_item(node: Node) -> Iterator[Violation]:
    """Sections 1.1 and 1.3: what may be rated, and how often."""
    aggregates, reviews = ratings_of(node)
    if not aggregates and not reviews:
        return
    # That a document's own item has no type is said once already.
    if not node.kinds & reviewable() and (node.types or node.is_nested):
        yield Violation("review-parent-type", node.path, type_of(node))
    if not any(str(name).strip() for name in node.values("name") if name is not ITEM):
        yield Violation("rated-item-name", node.path)
    if len(aggregates) > 1:
        said_here = "aggregateRating" in node.children
        yield Violation("aggregate-several", node.place("aggregateRating") if said_here else node.path)
    if len(reviews) > 1:
        if not aggregates:
            yield Violation("reviews-without-aggregate", node.path)
        yield from _twice(reviews)
        yield from _notes_of_customers(reviews)
    for aggregate in aggregates:
        yield from _enough_counted(aggregate, reviews)


def _enough_counted(aggregate: Node, reviews: list[Node]) -> Iterator[Violation]:
    for name, part in (("ratingCount", "reviewRating"), ("reviewCount", "reviewBody")):
        given = aggregate.properties.get(name)
        if given is None:
            continue
        marked_up = sum(1 for review in reviews if part in review.properties)
        count = as_number(given)
        if count is not None and 0 < count < marked_up:
            yield Violation("count-below-reviews", aggregate.place(name), f"{name} {count}, {marked_up} marked up")


def _twice(reviews: list[Node]) -> Iterator[Violation]:
    seen: dict[tuple[str, ...], str | None] = {}
    for review in reviews[:_MOST_COMPARED]:
        body = review.properties.get("reviewBody")
        if not isinstance(body, str) or not body.strip():
            continue
        words = (body, *_said_by(review, "author", "name"), *_said_by(review, "reviewRating", "ratingValue"))
        # Two people may write the same four words; who gives each review its own @id says that they did.
        if words in seen and (review.id is None or seen[words] is None):
            yield Violation("review-duplicate", review.path)
        seen.setdefault(words, review.id)


def _said_by(review: Node, name: str, part: str) -> list[str]:
    return [str(each.properties.get(part)) for each in review.children.get(name, ())]


def _notes_of_customers(reviews: list[Node]) -> Iterator[Violation]:
    noted = [review for review in reviews if any(name in review.properties for name in NOTES)]
    for review in noted if len(noted) > 1 else ():
        yield Violation("notes-customers", review.path)


def stands_alone(node: Node) -> Iterable[Violation]:
    """A review or aggregate rating: nested in its item, or naming it."""
    if len(node.holders) == 1 and node.holders[0][1] in _NESTED and "itemReviewed" not in node.properties:
        return ()
    if node.kinds & _FACT_CHECKS or node.held_as("reviewRating"):
        return ()
    return _about_nothing(node)


def _about_nothing(node: Node) -> Iterator[Violation]:
    holders = [holder for holder, name in node.holders if name in _NESTED]
    if "itemReviewed" not in node.properties:
        if not holders:
            is_employer = "EmployerAggregateRating" in node.kinds
            yield Violation("employer-item-missing" if is_employer else "review-item-missing", node.path)
        return
    if holders and any(about not in holders for about in node.all_of("itemReviewed")):
        yield Violation("nested-item-reviewed", node.place("itemReviewed"))


def employer(node: Node) -> Iterator[Violation]:
    """https://developers.google.com/search/docs/appearance/structured-data/employer-rating (2026-07-08)."""
    for company in node.all_of("itemReviewed"):
        if not any(str(name).strip() for name in company.values("name")):
            yield Violation("employer-name", company.path)


def rating_range(node: Node) -> Iterable[Violation]:
    """Section 1.4: 1 to 5 unless declared; a fraction or percentage has its own scale.

    A hotel's stars and a film's age limit are ratings too, on scales of their own.
    """
    if node.holders and node.holders[0][1] not in _RATED_BY and not any(name in _RATED_BY for _, name in node.holders):
        return ()
    given: Any = node.properties.get("ratingValue")
    best: Any = node.properties.get("bestRating", 5)
    worst: Any = node.properties.get("worstRating", 1)
    if {given.__class__, best.__class__, worst.__class__} <= _PLAIN and worst <= given <= best and worst < best:
        return ()
    share = as_share(given)
    if share is None:
        return _range_in_words(node, as_number(best), as_number(worst))
    return [Violation("rating-own-scale", node.place("ratingValue"), quoted(given))] if share > 1 else ()


def _range_in_words(node: Node, best: Decimal | None, worst: Decimal | None) -> Iterator[Violation]:
    # Nobody knows the scale of which one end cannot be read; that is said of the end.
    if best is None or worst is None:
        return
    if worst >= best:
        place = "worstRating" if "worstRating" in node.properties else "bestRating"
        yield Violation("rating-scale", node.place(place), f"{worst} to {best}")
        return
    value = as_number(node.properties.get("ratingValue"))
    if value is not None and not worst <= value <= best:
        yield Violation("rating-out-of-range", node.place("ratingValue"), f"{value} on {worst} to {best}")


def review_words(node: Node) -> list[Violation]:
    """Section 1.2: the date is one of the calendar, the author a person rather than an advertisement."""
    found = []
    written = node.properties.get("datePublished")
    if isinstance(written, str) and not is_day(written):
        found.append(Violation("review-date-grammar", node.place("datePublished"), quoted(written)))
    for author in node.children.get("author", ()):
        found.extend(_author_name(author))
        if "Organization" in author.kinds or "itemReviewed" in node.children:
            found.extend(_reviews_itself(node, author))
    return found


def _author_name(author: Node) -> Iterator[Violation]:
    is_team = "Organization" in author.kinds
    for name in author.values("name"):
        if not isinstance(name, str):
            continue
        if advertises(name, is_team=is_team):
            yield Violation("review-author-slogan", author.place("name"), quoted(name))
        if len(name) == _LONGEST_NAME:
            yield Violation("review-author-limit", author.place("name"))


def _reviews_itself(review: Node, author: Node) -> Iterator[Violation]:
    for about in [*review.held_as("review"), *review.all_of("itemReviewed")]:
        name = author.properties.get("name")
        if "Organization" in about.kinds and (about is author or (name and name == about.properties.get("name"))):
            yield Violation("self-serving-author", author.path, quoted(name))


def notes(node: Node) -> Iterable[Violation]:
    """Pros and cons: https://developers.google.com/search/docs/appearance/structured-data/product-snippet."""
    if "positiveNotes" in node.properties or "negativeNotes" in node.properties:
        return _pros_and_cons(node)
    return ()


def _pros_and_cons(node: Node) -> Iterator[Violation]:
    statements = 0
    for name in NOTES:
        if name in node.properties:
            yield from _list_of_statements(node, name)
            statements += sum(_length(each) for each in node.all_of(name))
    if statements == 1:
        yield Violation("notes-few", node.path)
    if "UserReview" in node.kinds:
        yield Violation("notes-customers", node.path)
    for language in node.values("inLanguage"):
        if isinstance(language, str) and language[:2].lower() not in _NOTE_LANGUAGES:
            yield Violation("notes-language", node.place("inLanguage"), quoted(language))


def _list_of_statements(node: Node, name: str) -> Iterator[Violation]:
    lists = node.all_of(name)
    for value in node.values(name):
        if value is not ITEM:
            yield Violation("notes-type", node.place(name), quoted(value))
    for each in lists:
        members = each.all_of("itemListElement")
        if "ItemList" not in each.kinds or not members or any("ListItem" not in one.kinds for one in members):
            yield Violation("notes-type", each.path, type_of(each))
        elif any(one is not ITEM for one in each.values("itemListElement")):
            yield Violation("notes-type", each.place("itemListElement"), "plain text")


def _length(notes_list: Node) -> int:
    return len(notes_list.values("itemListElement"))
