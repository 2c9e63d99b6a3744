"""How a subject is rated: mean, counts and five bars, each of which leads to the reviews that it counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from engine.domain import Draft, Material, Scope
from engine.i18n import Texts
from widgets.aggregates import Aggregate, Bar, OtherAggregate, aggregate, bars, notice, others
from widgets.links import heading, method_page, reviews_page, write_page
from widgets.rendering import language_tag, render, words


@dataclass(frozen=True, slots=True, kw_only=True)
class HistogramContext:
    language: str
    texts: Texts
    heading: str
    aggregate: Aggregate | None
    bars: Sequence[Bar]
    others: Sequence[OtherAggregate]
    total_shown: int
    start: str
    write_address: str | None
    notice: Sequence[str]
    method: str


class Histogram:
    """It quotes nobody, so it stays when a review's words go."""

    name = "histogram"
    media_type = "text/html; charset=utf-8"
    scopes = frozenset({Scope.SUBJECT})
    needs: Sequence[str] = ()

    def build(self, material: Material) -> Draft | None:
        texts = words(material.locale)
        context = HistogramContext(
            language=language_tag(texts),
            texts=texts,
            heading=heading(material, texts),
            aggregate=aggregate(material.summary, texts),
            bars=bars(material, texts),
            others=others(material, texts),
            total_shown=material.total_shown,
            start=reviews_page(material),
            write_address=write_page(material),
            # It shows no reviews, so there is no order to speak of.
            notice=notice(replace(material, shown=()), texts),
            method=method_page(material),
        )
        return Draft(body=render("histogram.html", context))
