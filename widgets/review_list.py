"""The list of reviews: the bare one, and the one that ends with its JSON-LD."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from engine.domain import Draft, Material, Scope
from engine.i18n import Texts
from widgets.aggregates import Aggregate, OtherAggregate, aggregate, notice, others
from widgets.cards import Card, cards
from widgets.links import Link, heading, next_page, order_links, reviews_page
from widgets.rendering import language_tag, render, words


@dataclass(frozen=True, slots=True, kw_only=True)
class ListContext:
    language: str
    texts: Texts
    heading: str
    aggregate: Aggregate | None
    others: Sequence[OtherAggregate]
    orders: Sequence[Link]
    cards: Sequence[Card]
    star: int | None
    start: str
    following: str | None
    notice: Sequence[str]


class BareReviewList:
    """The reviews of one view, each with its disclosures, and how they are checked; nothing for a topic without any."""

    name = "list-bare"
    media_type = "text/html; charset=utf-8"
    scopes = frozenset({Scope.SUBJECT, Scope.TOPIC})
    needs: Sequence[str] = ()

    def build(self, material: Material) -> Draft | None:
        if material.scope is not Scope.SUBJECT and not material.shown:
            return None
        texts = words(material.locale)
        context = ListContext(
            language=language_tag(texts),
            texts=texts,
            heading=heading(material, texts),
            aggregate=aggregate(material.summary, texts),
            others=others(material, texts),
            orders=order_links(material, texts) if material.total_shown > 1 else (),
            cards=cards(material, texts),
            star=material.view.star,
            start=reviews_page(material),
            following=next_page(material),
            notice=notice(material, texts),
        )
        return Draft(body=render("list.html", context), reviews=[review.id for review in material.shown])


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
        body = f'<div class="plaudit plaudit-marked-up">\n{bare.body}\n{script}</div>'
        return Draft(body=body, reviews=list(dict.fromkeys(reviews)))


def as_script(document: Draft) -> Markup:
    """A finished JSON-LD document in its script element; its writer has made it safe to stand there."""
    return Markup(f'<script type="application/ld+json">{document.body}</script>')  # noqa: S704  escaped by its writer
