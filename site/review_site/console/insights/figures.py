"""The figures of a page: each with its chart, its table, and what it means in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from engine.insights import Insights
from engine.kpi import FEW, Share, Suppression
from review_site.charts import Caption, Chart, Series, Span, bars, intervals, lines, stacked
from review_site.console.insights.speech import NONE, Speech
from review_site.console.shell import Cell, Column, Table

MOST_DRAWN = 15
MOST_LINES = 5
SCALE = (1.0, 5.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    key: str
    """Names it in addresses and in the keys of its texts."""
    title: str
    meaning: str
    table: Table
    chart: Chart | None = None
    notes: Sequence[str] = ()


Row = Sequence[Cell]
Make = Callable[[Insights, Speech], Figure]


def figure(
    key: str,
    speech: Speech,
    columns: Sequence[str],
    rows: Sequence[Row],
    chart: Callable[[Caption], Chart] | None = None,
    notes: Sequence[str] = (),
) -> Figure:
    """A figure whose texts stand under its key; ``columns`` are keys too: the first holds words, the others numbers."""
    texts = speech.texts
    title, meaning = texts(f"h-{key}"), texts(f"means-{key}")
    heads = [Column(title=texts(f"col-{each}"), is_number=at > 0) for at, each in enumerate(columns)]
    table = Table(caption=title, columns=heads, rows=rows, is_exported=False)
    drawn = chart(Caption(id=key, title=title, description=meaning)) if chart and rows else None
    return Figure(key=key, title=title, meaning=meaning, table=table, chart=drawn, notes=notes)


def named_columns(table: Table, names: Sequence[str]) -> Table:
    """The table with further columns of numbers, under names that are no keys."""
    more = [Column(title=each, is_number=True) for each in names]
    return Table(caption=table.caption, columns=[*table.columns, *more], rows=table.rows, is_exported=False)


def count_cell(speech: Speech, count: int) -> Cell:
    return Cell(text=speech.number(count), value=count)


def bar_of(share: Share, speech: Speech) -> tuple[float, str]:
    """How long a bar of a share is, and what stands behind it; of few, only the numbers."""
    of = speech.texts("of", part=speech.number(share.part), whole=speech.number(share.whole))
    if share.value is None:
        return 0.0, NONE
    return (0.0, of) if share.whole < FEW else (share.value, f"{speech.percent(share.value)} ({of})")


def flow(it: Insights, speech: Speech) -> Figure:
    series = [Series(name=name, values=list(counts)) for name, counts in it.flow.series.items()]
    rows = [
        [
            Cell(text=speech.day(step), value=step.isoformat()),
            *(count_cell(speech, counts[at]) for counts in it.flow.series.values()),
        ]
        for at, step in enumerate(it.flow.steps)
    ]
    labels = [speech.short_day(each) for each in it.flow.steps]
    undated = [speech.texts.plural("undated", it.flow.undated)] if it.flow.undated else []
    made = figure(
        "flow",
        speech,
        ["from"],
        rows if series else [],
        lambda caption: stacked(caption, labels=labels, series=series, number=speech.number),
        undated,
    )
    named = named_columns(made.table, list(it.flow.series))
    return Figure(key=made.key, title=made.title, meaning=made.meaning, table=named, chart=made.chart, notes=made.notes)


def stars(it: Insights, speech: Speech) -> Figure:
    now, before = it.now.distribution, it.before.distribution
    total = sum(now)
    names = [speech.texts.plural("star", star) for star in range(5, 0, -1)]
    counts = [(now[star - 1], before[star - 1]) for star in range(5, 0, -1)]
    rows = [
        [Cell(text=name), count_cell(speech, count), speech.share(Share(count, total)), count_cell(speech, earlier)]
        for name, (count, earlier) in zip(names, counts, strict=True)
    ]
    drawn = [(name, float(count), speech.number(count)) for name, (count, _) in zip(names, counts, strict=True)]
    return figure(
        "stars",
        speech,
        ["rating", "reviews", "share", "before"],
        rows if total else [],
        lambda caption: bars(caption, rows=drawn),
    )


def subjects(it: Insights, speech: Speech) -> Figure:
    rows = [
        [
            Cell(text=it.names.get(each.subject, each.subject), value=str(each.subject)),
            count_cell(speech, each.mean.count),
            speech.mean(each.mean),
            Cell(text=speech.stars(each.bayesian), value=round(each.bayesian, 4)),
        ]
        for each in it.subjects
    ]
    spans = [
        Span(
            name=it.names.get(each.subject, each.subject),
            value=each.mean.value or 0.0,
            low=each.mean.interval.low if each.mean.interval else None,
            high=each.mean.interval.high if each.mean.interval else None,
            said=speech.texts.plural("ratings", each.mean.count),
        )
        for each in it.subjects[:MOST_DRAWN]
        if not each.mean.is_few
    ]
    prior = speech.texts("prior", prior=speech.stars(it.prior))
    return figure(
        "subjects",
        speech,
        ["subject", "ratings", "mean", "bayesian"],
        rows,
        (lambda caption: intervals(caption, rows=spans, low=SCALE[0], high=SCALE[1], number=speech.stars))
        if spans
        else None,
        [prior],
    )


def approval(it: Insights, speech: Speech) -> Figure:
    found = it.now.decided
    shares = {each.star: Share(each.approved, each.approved + each.rejected) for each in found.stars}
    names = {star: speech.texts.plural("star", star) for star in shares}
    rows = [
        [
            Cell(text=names[each.star]),
            count_cell(speech, each.received),
            count_cell(speech, each.approved),
            count_cell(speech, each.rejected),
            speech.share(shares[each.star]),
        ]
        for each in reversed(found.stars)
    ]
    drawn = [(names[star], *bar_of(shares[star], speech)) for star in sorted(shares, reverse=True)]
    return figure(
        "approval",
        speech,
        ["rating", "received", "approved", "rejected", "approved-share"],
        rows if any(each.received for each in found.stars) else [],
        lambda caption: bars(caption, rows=drawn),
        [gap_in_words(found, speech)],
    )


def gap_in_words(found: Suppression, speech: Speech) -> str:
    """Whether low ratings fare worse; nothing is said of fewer than FEW decisions on either side."""
    low, high = (
        sum(each.approved + each.rejected for each in found.stars if each.star in stars) for stars in ((1, 2), (4, 5))
    )
    if found.gap is None or min(low, high) < FEW:
        return speech.texts("gap-unknown")
    if found.gap > 0:
        return speech.texts("gap-low", gap=speech.percentage_points(found.gap))
    return speech.texts("gap-none")


def replies(it: Insights, speech: Speech) -> Figure:
    found = it.now.replied_by_star
    names = {star: speech.texts.plural("star", star) if star else speech.texts("unrated") for star in found}
    order = [5, 4, 3, 2, 1, 0]
    rows = [
        [Cell(text=names[star]), count_cell(speech, found[star].whole), speech.share(found[star])] for star in order
    ]
    drawn = [(names[star], *bar_of(found[star], speech)) for star in order]
    return figure(
        "replies",
        speech,
        ["rating", "reviews", "replied-share"],
        rows if it.now.shown else [],
        lambda caption: bars(caption, rows=drawn),
    )


def languages(it: Insights, speech: Speech) -> Figure:
    total = sum(it.languages.values())
    named = [(speech.texts.language(tag) if tag else speech.texts("unknown"), n) for tag, n in it.languages.items()]
    rows = [[Cell(text=name), count_cell(speech, n), speech.share(Share(n, total))] for name, n in named]
    drawn = [(name, float(n), speech.number(n)) for name, n in named[:MOST_DRAWN]]
    return figure(
        "languages",
        speech,
        ["language", "reviews", "share"],
        rows,
        lambda caption: bars(caption, rows=drawn),
    )


def topics(it: Insights, speech: Speech) -> Figure:
    quarters = [speech.quarter(each) for each in it.topics.quarters]
    rows = [
        [
            Cell(text=name, note=speech.texts.language(language) if language else ""),
            *(count_cell(speech, each) for each in counts),
        ]
        for name, language, counts in it.topics.topics
    ]
    total = [Cell(text=speech.texts("all-reviews")), *(count_cell(speech, each) for each in it.topics.totals)]
    series = [
        Series(
            name=name,
            values=[n / whole if whole >= FEW else None for n, whole in zip(counts, it.topics.totals, strict=True)],
        )
        for name, _, counts in it.topics.topics[:MOST_LINES]
    ]
    made = figure(
        "topics",
        speech,
        ["topic"],
        [*rows, total] if rows else [],
        lambda caption: lines(caption, labels=quarters, series=series, number=speech.percent, whole=False),
    )
    return Figure(
        key=made.key,
        title=made.title,
        meaning=made.meaning,
        table=named_columns(made.table, quarters),
        chart=made.chart,
    )


def coverage(it: Insights, speech: Speech) -> Figure:
    found = it.coverage
    parts = [("covered-none", found.none), ("covered-few", found.few), ("covered-enough", found.enough)]
    rows = [
        [Cell(text=speech.texts(key)), count_cell(speech, n), speech.share(Share(n, found.known))] for key, n in parts
    ]
    drawn = [(speech.texts(key), float(n), speech.number(n)) for key, n in parts]
    names = [it.names.get(each, each) for each in found.lacking]
    lacking = [speech.texts.plural("lacking", found.none, names="; ".join(names))] if names else []
    return figure(
        "coverage",
        speech,
        ["coverage", "subjects", "share"],
        rows if found.known else [],
        lambda caption: bars(caption, rows=drawn),
        lacking,
    )
