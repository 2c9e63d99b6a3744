"""What is said about all reviews of a subject: the mean, the counts, the bars, and how the reviews came to be here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from babel.numbers import format_decimal
from markupsafe import Markup

from engine.domain import Material, RatingSummary, Scope
from engine.i18n import Texts
from widgets.links import leads_somewhere, reviews_page
from widgets.rendering import escape_text, one_line, with_markup
from widgets.stars import bar, stars


@dataclass(frozen=True, slots=True, kw_only=True)
class Aggregate:
    """The mean and the counts, each number in a ``<data>`` element that says its value whatever the language."""

    stars: Markup
    mean: Markup
    score: Markup
    """The mean in a sentence: ``4.3 out of 5``."""
    ratings: Markup
    written: Markup | None
    """How many reviews have words; None where that is the number of the ratings, or none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherAggregate:
    """The ratings of another platform, under its name."""

    name: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One row of the histogram; it links to the reviews it counts, where there are any."""

    words: str
    count: str
    ratings: str
    drawing: Markup
    address: str | None
    is_current: bool


def aggregate(summary: RatingSummary, texts: Texts) -> Aggregate | None:
    """The aggregate of our own reviews, the same that the markup carries; None when nothing is rated."""
    if summary.mean is None:
        return None
    mean = _number("plaudit-mean", summary.mean, one_decimal(summary.mean, texts))
    rated = _number("plaudit-count", summary.rated, texts.number(summary.rated))
    written = _number("plaudit-written", summary.with_text, texts.number(summary.with_text))
    return Aggregate(
        stars=stars(int(summary.mean * 100)),
        mean=mean,
        score=with_markup(texts("out-of", value=mean, best=5)),
        ratings=with_markup(texts.plural("ratings", summary.rated, count=rated)),
        written=None
        if summary.with_text in (0, summary.rated)
        else with_markup(texts.plural("written", summary.with_text, count=written)),
    )


def others(material: Material, texts: Texts) -> tuple[OtherAggregate, ...]:
    """What other platforms say, those without any rating left out."""
    return tuple(
        OtherAggregate(
            name=one_line(other.name),
            words=texts(
                "other-ratings",
                score=texts("out-of", value=one_decimal(mean, texts), best=5),
                ratings=texts.plural("ratings", other.summary.rated, count=texts.number(other.summary.rated)),
            ),
        )
        for other in material.others
        if (mean := other.summary.mean) is not None
    )


def bars(material: Material, texts: Texts) -> tuple[Bar, ...]:
    """The histogram, five stars first; beside a collection it counts more than that shows, and leads nowhere."""
    summary, is_narrowed = material.summary, material.scope is not Scope.COLLECTION
    return tuple(
        Bar(
            words=texts.plural("stars", star),
            count=texts.number(count),
            ratings=texts.plural("ratings", count, count=texts.number(count)),
            drawing=bar(count, summary.rated),
            address=reviews_page(material, replace(material.view, star=star, after=None))
            if count and is_narrowed and leads_somewhere(material, replace(material.view, star=star, after=None))
            else None,
            is_current=material.view.star == star,
        )
        for star, count in reversed(tuple(enumerate(summary.histogram, start=1)))
    )


def notice(material: Material, texts: Texts) -> Sequence[str]:
    """How reviews are checked, chosen and ordered, a sentence each, from the live settings.

    Directive 2005/29/EC, article 7(6), and the guidance C/2021/526, 4.2.4: whether and how it is ensured that reviewers
    bought or used it, whether all reviews are published, how the score comes about, and in which order they stand.
    """
    approval = "notice-rules" if material.settings.automatic_approval else "notice-person"
    sentences = [texts("notice-verified"), texts(approval), texts("notice-alike")]
    is_picked = material.scope is Scope.COLLECTION
    if material.summary.rated:
        sentences.append(texts("notice-mean-picked" if is_picked else "notice-mean"))
    if material.others:
        sentences.append(texts("notice-others"))
    if material.shown and is_picked:
        sentences.append(texts("notice-order-picked"))
    elif material.shown:
        sentences.append(texts("notice-order", order=texts(f"order-{material.view.order}")))
    return sentences


def one_decimal(mean: Decimal, texts: Texts) -> str:
    """The mean as the locale writes it, always with its one decimal: 4.0, not 4."""
    return str(format_decimal(mean, "0.0", locale=texts.locale))


def _number(name: str, value: Decimal | int, words: str) -> Markup:
    return Markup('<data class="{}" value="{}">{}</data>').format(name, value, escape_text(words))
