"""The pictures that customers sent, each of which leads to the review that it hangs on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from engine.domain import Draft, Material, Media, MediaKind, Review, ReviewId, Scope
from engine.i18n import Texts
from widgets.along import is_drawn, smaller
from widgets.cards import Card, card
from widgets.links import method_page, review_page, reviews_page
from widgets.rendering import language_tag, one_line, render, words
from widgets.selection import selection

MOST = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """One picture with whose it is."""

    review: ReviewId
    address: str
    """Of the page of its review."""
    picture: str
    words: str
    width: int | None
    height: int | None
    card: Card
    """Whose it is, with all that must be known to weigh the stars below the picture."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GalleryContext:
    language: str
    texts: Texts
    heading: str
    selection: Sequence[str]
    start: str
    pictures: Sequence[Tile]
    method: str


class Gallery:
    """The newest approved pictures that stand on this instance; nothing where there are none."""

    name = "gallery"
    media_type = "text/html; charset=utf-8"
    scopes = frozenset(Scope)
    needs: Sequence[str] = ()

    def build(self, material: Material) -> Draft | None:
        texts = words(material.locale)
        tiles = tuple(_tiles(material, texts))[:MOST]
        if not tiles:
            return None
        context = GalleryContext(
            language=language_tag(texts),
            texts=texts,
            heading=texts("pictures-heading") if material.scope is not Scope.COLLECTION else material.name,
            selection=selection(material, texts, texts("selection-pictures")),
            start=reviews_page(material),
            pictures=tiles,
            method=method_page(material),
        )
        return Draft(body=render("gallery.html", context), reviews=list(dict.fromkeys(each.review for each in tiles)))


def _tiles(material: Material, texts: Texts) -> Iterator[Tile]:
    told: Counter[str] = Counter()
    for review in material.pictured:
        # The picture leads there: a second link beside it to the same page would only be one more to hear.
        bare = replace(card(review, material, texts), own_page="")
        for each in review.media:
            if each.kind is not MediaKind.IMAGE or not is_drawn(each, material.settings.base_url):
                continue
            said = _said(each, review, texts)
            told[said] += 1
            yield Tile(
                review=review.id,
                address=review_page(review.id, material),
                picture=smaller(each, material.settings.base_url),
                words=said if told[said] == 1 else f"{said} ({told[said]})",
                width=each.width,
                height=each.height,
                card=bare,
            )


def _said(media: Media, review: Review, texts: Texts) -> str:
    """What the picture shows, as far as somebody said it, else whose it is."""
    if media.alt:
        return one_line(media.alt)
    return texts("picture-by", name=one_line(review.author)) if review.author else texts("photo")
