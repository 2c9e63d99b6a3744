"""The list of reviews: the bare one, and the one that ends with its JSON-LD."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup

from engine.domain import Draft, Material, Scope
from engine.i18n import Texts
from widgets.aggregates import Aggregate, OtherAggregate, aggregate, notice, others
from widgets.cards import Card, cards
from widgets.filters import Filter, filtering_phrases, star_filters, topic_filters
from widgets.links import (
    Link,
    heading,
    method_page,
    next_page,
    order_links,
    reviews_page,
    snippet_address,
    write_page,
)
from widgets.rendering import language_tag, render, words
from widgets.selection import gathered_by_hand, narrowed_to, selection, shown_in_words


@dataclass(frozen=True, slots=True, kw_only=True)
class ListContext:
    language: str
    texts: Texts
    heading: str
    aggregate: Aggregate | None
    others: Sequence[OtherAggregate]
    write_address: str | None
    selection: Sequence[str]
    """What the view leaves out; nothing where all reviews follow one another."""
    way_back: str | None
    """The view without its filters and from its first review on, where it is another one."""
    stars: Sequence[Filter]
    topics: Sequence[Filter]
    orders: Sequence[Link]
    cards: Sequence[Card]
    star: int | None
    topic: str | None
    is_continued: bool
    start: str
    said: str
    """For those who do not see it change; ``#`` stands for the number of reviews shown by then."""
    own_address: str
    """Where other views of the same list are asked for."""
    following: str | None
    notice: Sequence[str]
    method: str


class BareReviewList:
    """The reviews of one view, each with its disclosures, and how they are checked; nothing for
    a topic or collection without any."""

    name = "list-bare"
    media_type = "text/html; charset=utf-8"
    scopes = frozenset(Scope)
    needs: Sequence[str] = ()

    def build(self, material: Material) -> Draft | None:
        if material.scope is not Scope.SUBJECT and not material.shown:
            return None
        mentioned = [review for each in filtering_phrases(material) for review in each.rests_on]
        reviews = dict.fromkeys([*(review.id for review in material.shown), *mentioned])
        return Draft(body=render("list.html", _context(material)), reviews=list(reviews))


class ReviewList:
    """The bare list with the markup of the same reviews, in one element, for pages that have no markup of their own."""

    name = "list"
    media_type = "text/html; charset=utf-8"
    scopes = frozenset({Scope.SUBJECT})
    needs: Sequence[str] = ("list-bare", "jsonld")

    def build(self, material: Material) -> Draft | None:
        bare = material.parts.get("list-bare")
        if bare is None:
            return None
        document = material.parts.get("jsonld") if material.view.is_default else None
        script = f"{as_script(document)}\n" if document else ""
        reviews = [*bare.reviews, *(document.reviews if document else ())]
        body = f'<div class="plaudit-marked-up">\n{bare.body}\n{script}</div>'
        return Draft(body=body, reviews=list(dict.fromkeys(reviews)))


def _context(material: Material) -> ListContext:
    texts = words(material.locale)
    is_picked = material.scope is Scope.COLLECTION
    view = material.view
    is_continued = view.after is not None
    is_narrowed = view.star is not None or view.topic is not None or is_continued
    return ListContext(
        language=language_tag(texts),
        texts=texts,
        heading=heading(material, texts),
        # Above reviews that somebody picked, the mean of all would look like theirs.
        aggregate=None if is_picked else aggregate(material.summary, texts),
        others=others(material, texts),
        write_address=write_page(material),
        selection=selection(material, texts, "")
        if gathered_by_hand(material, texts)
        else tuple(narrowed_to(material, texts)),
        way_back=reviews_page(material, replace(view, star=None, topic=None, after=None)) if is_narrowed else None,
        stars=star_filters(material, texts),
        topics=topic_filters(material, texts),
        orders=order_links(material, texts),
        cards=cards(material, texts),
        star=view.star,
        topic=material.topic.name if material.topic else None,
        is_continued=is_continued,
        start=reviews_page(material),
        said=shown_in_words(material, texts),
        own_address=snippet_address(material, BareReviewList.name),
        following=next_page(material),
        notice=notice(material, texts),
        method=method_page(material),
    )


def as_script(document: Draft) -> Markup:
    """A finished JSON-LD document in its script element; its writer has made it safe to stand there."""
    return Markup(f'<script type="application/ld+json">{document.body}</script>')  # noqa: S704  escaped by its writer
