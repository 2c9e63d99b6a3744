"""Markup held against the page it stands in: what is marked up must be what visitors read."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from schema_markup.grammar import as_number, as_share
from schema_markup.nodes import Node
from schema_markup.page import Page, squeezed
from schema_markup.rulebook import Violation, quoted

_BODY = "reviewBody"
_SHORTEST_BEGINNING = 30
_TAG = re.compile(r"<[^<>]*>")


def disagreements(nodes: list[Node], page: Page, *, to_the_letter: bool) -> Iterator[Violation]:
    """What the markup says and the page does not.

    ``to_the_letter`` is for what we publish: titles, authors and each rating are looked for too. On the pages of
    others only texts and aggregates are, because their themes draw, shorten and translate the rest.
    https://developers.google.com/search/docs/appearance/structured-data/sd-policies (2026-09-24)
    """
    for node in nodes:
        if "Review" in node.kinds:
            yield from _review(node, page, to_the_letter=to_the_letter)
        elif "AggregateRating" in node.kinds:
            yield from _aggregate(node, page)
        elif "Question" in node.kinds and any("FAQPage" in holder.kinds for holder in node.held_as("mainEntity")):
            yield from _question(node, page)


def _review(node: Node, page: Page, *, to_the_letter: bool) -> Iterator[Violation]:
    words = [each for each in _words(node) if to_the_letter or each.property == _BODY]
    missing = [each for each in words if not (each.stand_on(page) or (not to_the_letter and each.begin_on(page)))]
    cards = [] if missing else [card for card in page.cards if all(each.stand_on(card) for each in words)]
    # On a page of our own the words stand together, in one review; elsewhere nobody marks where a review begins.
    if not missing and page.cards and not cards:
        missing = words[:1]
    for each in missing:
        yield Violation("review-not-visible", node.place(each.property), f"{each.property} {quoted(each.text)}")
    for rating in node.children.get("reviewRating", ()) if to_the_letter else ():
        if not any(_shows_rating(rating, place) for place in cards or [page]):
            given = quoted(rating.properties.get("ratingValue"))
            yield Violation("review-not-visible", rating.place("ratingValue"), f"the rating {given}")


@dataclass(frozen=True, slots=True)
class Words:
    """A text of the markup and the ways in which a page may print it, squeezed."""

    property: str
    text: str
    readings: tuple[str, ...]

    def stand_on(self, page: Page) -> bool:
        return any(each in page.squeezed for each in self.readings)

    def begin_on(self, page: Page) -> bool:
        """Whether the page shows the beginning and three dots, as themes do that fold long texts."""
        return any(_is_begun(each, page.squeezed) for each in self.readings)


def _is_begun(text: str, page: str) -> bool:
    start = page.find(text[:_SHORTEST_BEGINNING]) if len(text) > _SHORTEST_BEGINNING else -1
    if start < 0:
        return False
    letters = enumerate(zip(text, page[start : start + len(text)], strict=False))
    shared = next((number for number, (ours, theirs) in letters if ours != theirs), 0)
    return page.startswith("...", start + shared)


def _words(node: Node) -> Iterator[Words]:
    named = [(_BODY, node), ("name", node), *(("author", author) for author in node.children.get("author", ()))]
    for name, holder in named:
        for text in holder.values("name" if name == "author" else name):
            if isinstance(text, str):
                yield _as_words(name, text)


def _as_words(name: str, text: str) -> Words:
    # Texts of others often hold tags and entities, which their pages do not show as such.
    plain = html.unescape(_TAG.sub(" ", text)) if "<" in text or "&" in text else text
    return Words(name, text, tuple({squeezed(text), squeezed(plain)}))


def _shows_rating(rating: Node, page: Page) -> bool:
    given = rating.properties.get("ratingValue")
    value = as_number(given)
    if value is None:
        return as_share(given) is None or page.shows(str(given))
    best = _best(rating)
    worst = as_number(rating.properties.get("worstRating"))
    worst = Decimal(1) if worst is None else worst
    readings = [value] if worst >= best else [value, 1 + (value - worst) * 4 / (best - worst)]
    return any(page.figures.show(each) for each in readings)


def _aggregate(node: Node, page: Page) -> Iterator[Violation]:
    given = node.properties.get("ratingValue")
    value = as_number(given)
    if page.means:
        if any(as_number(mean) != value for mean in page.means):
            said = f"{quoted(given)} in the markup, {', '.join(page.means)} on the page"
            yield Violation("rating-not-visible", node.place("ratingValue"), said)
    elif value is not None and not _is_shown(value, node, page):
        yield Violation("rating-not-visible", node.place("ratingValue"), quoted(given))
    other = _other_count(node, value, page)
    if other:
        yield Violation("rating-not-visible", node.path, f"another count, {other} on the page")


def _other_count(node: Node, mean: Decimal | None, page: Page) -> str | None:
    given = (as_number(node.properties.get(name)) for name in ("ratingCount", "reviewCount"))
    counts = [count for count in given if count is not None]
    if page.counts:
        return ", ".join(page.counts) if any(as_number(count) not in counts for count in page.counts) else None
    return None if mean is None else page.figures.other_count(mean, counts)


def _is_shown(mean: Decimal, node: Node, page: Page) -> bool:
    return page.draws_stars or page.figures.show(mean) or page.figures.draw(mean, _best(node))


def _best(node: Node) -> Decimal:
    return as_number(node.properties.get("bestRating")) or Decimal(5)


def _question(node: Node, page: Page) -> Iterator[Violation]:
    answers = (answer.values("text") for answer in node.children.get("acceptedAnswer", ()))
    for text in (*node.values("name"), *(each for texts in answers for each in texts)):
        if isinstance(text, str) and not _as_words("text", text).stand_on(page):
            yield Violation("faq-not-visible", node.path, quoted(text))
