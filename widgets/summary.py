"""What customers say about a subject as a whole: praised, criticised, best for, each point with counts and a quote."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from engine.domain import Draft, Material, Point, Scope
from engine.i18n import Texts
from widgets.links import method_page
from widgets.rendering import language_tag, line_of, one_line, render, words


@dataclass(frozen=True, slots=True, kw_only=True)
class PointLine:
    """One point as a template prints it."""

    words: str
    counts: str
    quote: Markup
    author: str
    """Empty where the review gives no name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PointList:
    heading: str
    points: Sequence[PointLine]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A summary as a template prints it: the lists that have points, and on what they rest."""

    language: str
    """Of the reviews."""
    lists: Sequence[PointList]
    notice: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryContext:
    language: str
    texts: Texts
    said: Said
    method: str


class Summary:
    """The summary in the language of the page; nothing where too few have spoken."""

    name = "summary"
    media_type = "text/html; charset=utf-8"
    scopes = frozenset({Scope.SUBJECT})
    needs: Sequence[str] = ()

    def build(self, material: Material) -> Draft | None:
        texts = words(material.locale)
        found = said(material, texts)
        if found is None or material.text_summary is None:
            return None
        context = SummaryContext(language=language_tag(texts), texts=texts, said=found, method=method_page(material))
        return Draft(body=render("summary.html", context), reviews=list(material.text_summary.review_ids))


def said(material: Material, texts: Texts) -> Said | None:
    """The summary of a material, in its order; None where there is none."""
    summary = material.text_summary
    if summary is None:
        return None
    lists = (
        ("summary-praised", summary.praised, _praise),
        ("summary-criticised", summary.criticised, _blame),
        ("summary-best-for", summary.best_for, _use),
    )
    return Said(
        language=summary.language,
        lists=[
            PointList(heading=texts(key), points=[_line(point, counts(point, texts)) for point in points])
            for key, points, counts in lists
            if points
        ],
        notice=texts.plural("summary-notice", summary.voices),
    )


def _line(point: Point, counts: str) -> PointLine:
    return PointLine(
        words=one_line(point.phrase),
        counts=counts,
        quote=line_of(point.quote.text),
        author=one_line(point.quote.author or ""),
    )


def _praise(point: Point, texts: Texts) -> str:
    return _opinions("summary-praise", point.positive, point, texts)


def _blame(point: Point, texts: Texts) -> str:
    return _opinions("summary-blame", point.negative, point, texts)


def _opinions(key: str, those: int, point: Point, texts: Texts) -> str:
    clear = point.positive + point.negative
    return texts.plural(key, point.count, those=texts.number(those), clear=texts.number(clear))


def _use(point: Point, texts: Texts) -> str:
    return texts.plural("summary-use", point.count)
