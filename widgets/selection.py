"""What a widget says of its choice: by which rule it shows these reviews and not all, and how all are rated."""

from __future__ import annotations

from collections.abc import Iterator

from engine.domain import Material, Order, Scope, Topic
from engine.i18n import Texts
from widgets.aggregates import one_decimal


def gathered_by_hand(material: Material, texts: Texts) -> str:
    """That somebody chose what is shown here, in a collection or by a tag; empty where nobody did."""
    about = material.about
    if material.scope is Scope.COLLECTION:
        return texts("selection-picked")
    return texts("selection-tag", tag=about.name) if isinstance(about, Topic) and about.tag else ""


def narrowed_to(material: Material, texts: Texts) -> Iterator[str]:
    """The rules that leave reviews out whatever the kind of widget: by hand, some stars, a topic, a later part.

    Whoever embeds a view chooses its cursor too, and could begin behind the reviews that he would rather not show.
    """
    view = material.view
    if by_hand := gathered_by_hand(material, texts):
        yield by_hand
    if view.star is not None:
        yield texts.plural("selection-stars", view.star)
    if material.topic is not None:
        yield texts("selection-topic", topic=material.topic.name)
    if view.after is not None:
        yield texts("selection-continued")


def all_ratings(material: Material, texts: Texts) -> Iterator[str]:
    """The mean and count of all ratings, or where nothing has a mean, how many reviews there are."""
    summary = material.summary
    if summary.mean is not None:
        score = texts("out-of", value=one_decimal(summary.mean, texts), best=5)
        ratings = texts.plural("ratings", summary.rated, count=texts.number(summary.rated))
        yield texts("selection-all", words=texts("other-ratings", score=score, ratings=ratings))
    elif material.total_shown:
        yield texts.plural("selection-total", material.total_shown)


def shown_in_words(material: Material, texts: Texts) -> str:
    """What a list says aloud when it has changed: how much there is of all, what came, or the rules by which it stands.

    The number of reviews shown is the first ``#``: a list that was continued holds more than its last page.
    """
    if not material.shown:
        return texts("no-reviews-here")
    shown = texts.plural("said-shown", material.total_shown, shown="#")
    if material.view.after:
        more = texts.plural("said-more", len(material.shown))
        return f"{more} {shown}"
    rules = list(narrowed_to(material, texts))
    if material.scope is not Scope.COLLECTION:
        rules.append(texts("said-order", order=texts(f"order-{material.view.order}")))
    return " ".join((shown, *rules))


def selection(material: Material, texts: Texts, rule: str) -> tuple[str, ...]:
    """The sentences of a widget that shows some reviews: its rule, then all ratings.

    ``rule`` is what it says of itself where nothing else narrows the choice; empty where it shows every review.
    """
    rules = list(narrowed_to(material, texts))
    if material.view.order is not Order.NEWEST:
        rules.append(texts("selection-order", order=texts(f"order-{material.view.order}")))
    elif rule and (not rules or material.scope is Scope.TOPIC):
        rules.append(rule)
    return (*rules, *all_ratings(material, texts))
