"""What customers mention about a subject: how many do, how well they speak of it, and how that changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, Response

from engine.domain import Permission, Quote
from engine.i18n import Texts
from engine.phrase_report import ReportedPhrase, subject_report
from engine.trends import span_of
from review_site.access import needs
from review_site.asking import instance
from review_site.console.faq.entries import review_address
from review_site.console.faq.filters import Narrowed, narrowed
from review_site.console.shell import Cell, Column, Page, Table, export_address, exported, respond, wants_csv
from review_site.console.shell.areas import Area
from review_site.console.shell.page import area_texts
from review_site.wiring import now

LATEST = 8
"""Quarters that a drawing has room for; the file holds all of them."""
HEIGHT = 20
"""Of a drawing, in its own units."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One quarter of a drawing."""

    quarter: str
    count: int
    left: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPhrase:
    reported: ReportedPhrase
    share: str
    positive: str
    bars: Sequence[Bar]
    quotes: Sequence[tuple[Quote, str]]
    """With where each review is read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrases:
    narrowed: Narrowed
    subject: str
    """Its name; empty where none is asked for."""
    phrases: Sequence[ShownPhrase]
    export: str


def register(blueprint: Blueprint) -> None:
    blueprint.add_url_rule("/phrases", view_func=phrases)


@needs(Permission.READ)
def phrases() -> Response:
    wanted = narrowed()
    subject, found = report(wanted)
    texts = area_texts(Area.FAQ)
    if wants_csv():
        return exported(phrase_table(texts, found), "phrases")
    quarters = span_of(each.trend for each in found)[-LATEST:]
    body = Phrases(
        narrowed=wanted,
        subject=subject,
        phrases=[_shown(texts, each, quarters) for each in found],
        export=export_address(),
    )
    return respond(Page(area=Area.FAQ, template="faq/phrases.html", title="phrases", body=body))


def report(wanted: Narrowed) -> tuple[str, Sequence[ReportedPhrase]]:
    """The name of the subject and its phrases; nothing where no subject is asked for. Raises NotFoundError."""
    if wanted.subject is None:
        return "", ()
    timezone = instance().settings.timezone
    with instance().store.reading() as transaction:
        name = transaction.subjects.find(wanted.subject).name
        found = subject_report(transaction, wanted.subject, language=wanted.language, timezone=timezone, now=now())
    return name, found


def phrase_table(texts: Texts, found: Sequence[ReportedPhrase]) -> Table:
    """A row for each phrase, with a column for each quarter."""
    quarters = span_of(each.trend for each in found)
    titles = ["voices", "of-all", "share", "positive"]
    columns = [
        Column(title=texts("phrase")),
        Column(title=texts("language")),
        *(Column(title=texts(each), is_number=True) for each in titles),
        *(Column(title=each, is_number=True) for each in quarters),
        Column(title=texts("undated"), is_number=True),
        Column(title=texts("variants")),
    ]
    return Table(caption=texts("phrases"), columns=columns, rows=[_row(texts, each, quarters) for each in found])


def _row(texts: Texts, each: ReportedPhrase, quarters: Sequence[str]) -> Sequence[Cell]:
    phrase, positive = each.phrase, each.phrase.positive_share
    trend = [each.trend.quarters.get(quarter, 0) for quarter in quarters]
    return [
        Cell(text=phrase.text),
        Cell(text=texts.language(phrase.language), value=phrase.language),
        Cell(text=texts.number(phrase.count), value=phrase.count),
        Cell(text=texts.number(each.voices), value=each.voices),
        Cell(text=texts.percent(each.share), value=round(each.share, 4)),
        Cell(text=_positive(texts, positive), value="" if positive is None else round(positive, 4)),
        *(Cell(text=texts.number(count), value=count) for count in (*trend, each.trend.undated)),
        Cell(text=", ".join(phrase.variants)),
    ]


def _shown(texts: Texts, each: ReportedPhrase, quarters: Sequence[str]) -> ShownPhrase:
    counts = [each.trend.quarters.get(quarter, 0) for quarter in quarters]
    most = max(counts, default=0) or 1
    return ShownPhrase(
        reported=each,
        share=texts.percent(each.share),
        positive=_positive(texts, each.phrase.positive_share),
        bars=[
            Bar(quarter=quarter, count=count, left=8 * at, height=max(1, round(HEIGHT * count / most)))
            for at, (quarter, count) in enumerate(zip(quarters, counts, strict=True))
        ],
        quotes=[(quote, review_address(quote.review_id)) for quote in each.phrase.quotes],
    )


def _positive(texts: Texts, share: float | None) -> str:
    return texts("unclear") if share is None else texts.percent(share)
