"""Reviews side by side, as a wall and as a row to scroll through; both show the same, whatever the ratings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.domain import Draft, Material, Review, Scope
from engine.i18n import Texts
from widgets.cards import Card, short_cards
from widgets.links import heading, method_page, reviews_page
from widgets.rendering import language_tag, render, words
from widgets.selection import selection

MOST = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class WallContext:
    kind: str
    language: str
    texts: Texts
    heading: str
    selection: Sequence[str]
    start: str
    cards: Sequence[Card]
    method: str


class Wall:
    """The first written reviews of a view, long texts as excerpts; nothing where nobody wrote anything."""

    name = "wall"
    media_type = "text/html; charset=utf-8"
    scopes = frozenset(Scope)
    needs: Sequence[str] = ()

    def build(self, material: Material) -> Draft | None:
        return side_by_side(material, "wall.html", self.name)


class Carousel:
    """The same reviews as on the wall, in a row that is scrolled by whoever reads it, and never by itself."""

    name = "carousel"
    media_type = "text/html; charset=utf-8"
    scopes = frozenset(Scope)
    needs: Sequence[str] = ()

    def build(self, material: Material) -> Draft | None:
        return side_by_side(material, "carousel.html", self.name)


def side_by_side(material: Material, template: str, kind: str) -> Draft | None:
    """The written reviews of a view in a template."""
    reviews = [each for each in material.shown if each.has_text][:MOST]
    if not reviews:
        return None
    texts = words(material.locale)
    rule = texts.plural("selection-newest", len(reviews)) if len(reviews) < material.total_shown else ""
    return as_wall(material, texts, reviews, template=template, kind=kind, title=heading(material, texts), rule=rule)


def as_wall(
    material: Material, texts: Texts, reviews: Sequence[Review], *, template: str, kind: str, title: str, rule: str
) -> Draft:
    """Reviews under a title, with the rule that chose them."""
    context = WallContext(
        kind=kind,
        language=language_tag(texts),
        texts=texts,
        heading=title,
        selection=selection(material, texts, rule),
        start=reviews_page(material),
        cards=short_cards(reviews, material, texts),
        method=method_page(material),
    )
    return Draft(body=render(template, context), reviews=[each.id for each in reviews])
