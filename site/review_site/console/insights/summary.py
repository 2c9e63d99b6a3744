"""The figures that a company steers by, in one table: now, before, and whether chance would do as much."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.insights import Asking, Insights, Stretch
from engine.kpi import Nps, Satisfaction, Share, shift_of_means, shift_of_shares
from review_site.console.insights.speech import NONE, Speech
from review_site.console.shell import Cell, Column, Table

COLUMNS = ("figure", "now", "before", "change")
KEY = "summary"

Row = Sequence[Cell]


def summary(it: Insights, speech: Speech) -> Table:
    texts = speech.texts
    return Table(
        caption=texts("h-summary"),
        columns=[Column(title=texts(f"col-{each}"), is_number=at > 0) for at, each in enumerate(COLUMNS)],
        rows=[*reviews_in_rows(it.now, it.before, speech), *answers_in_rows(it.asking, it.asking_before, speech)],
        is_exported=False,
    )


def reviews_in_rows(now: Stretch, before: Stretch, speech: Speech) -> Iterator[Row]:
    yield _count("written", now.written, before.written, speech)
    yield _count("shown", now.shown, before.shown, speech)
    moved = shift_of_means(before.mean, now.mean)
    yield [_named("mean", speech), speech.mean(now.mean), speech.mean(before.mean), speech.shift(moved, speech.stars)]
    yield _share("verified", now.verified, before.verified, speech)
    yield _share("replied", now.replied, before.replied, speech)
    yield [
        _named("approval-time", speech),
        speech.times(now.approval_times),
        speech.times(before.approval_times),
        Cell(text="", value=""),
    ]
    yield [
        _named("reply-time", speech),
        speech.times(now.reply_times),
        speech.times(before.reply_times),
        Cell(text="", value=""),
    ]


def answers_in_rows(now: Asking, before: Asking, speech: Speech) -> Iterator[Row]:
    yield _count("asked", now.asks.whole, before.asks.whole, speech)
    yield _share("followed", now.asks, before.asks, speech)
    moved = shift_of_means(before.nps.mean, now.nps.mean)
    yield [
        _named("nps", speech),
        nps_in_words(now.nps, speech),
        nps_in_words(before.nps, speech),
        speech.shift(moved, lambda by: speech.points(100 * by)),
    ]
    yield _share("csat", now.csat.satisfied, before.csat.satisfied, speech)
    yield [
        _named("ces", speech),
        _height(now.ces, speech),
        _height(before.ces, speech),
        speech.shift(shift_of_means(before.ces.height, now.ces.height), speech.percentage_points),
    ]


def nps_in_words(found: Nps, speech: Speech) -> Cell:
    """The score with its answers; of few, only how many they were."""
    if found.score is None:
        return Cell(text=NONE, value="")
    answers = speech.texts.plural("answers", found.answers)
    if found.mean.is_few:
        return Cell(text=answers, value=round(found.score, 1), note=speech.texts("few"))
    note = f"{answers}; {speech.between(found.interval, speech.points)}"
    return Cell(text=speech.points(found.score), value=round(found.score, 1), note=note)


def _height(found: Satisfaction, speech: Speech) -> Cell:
    if found.height.value is None:
        return Cell(text=NONE, value="")
    answers = speech.texts.plural("answers", found.height.count)
    note = speech.texts("few") if found.height.is_few else speech.between(found.height.interval, speech.percent)
    return Cell(text=speech.percent(found.height.value), value=round(found.height.value, 4), note=f"{answers}; {note}")


def _named(key: str, speech: Speech) -> Cell:
    return Cell(text=speech.texts(f"row-{key}"))


def _count(key: str, now: int, before: int, speech: Speech) -> Row:
    return [
        _named(key, speech),
        Cell(text=speech.number(now), value=now),
        Cell(text=speech.number(before), value=before),
        speech.difference(before, now),
    ]


def _share(key: str, now: Share, before: Share, speech: Speech) -> Row:
    moved = shift_of_shares(before, now)
    shift = speech.shift(moved, speech.percentage_points)
    return [_named(key, speech), speech.share(now), speech.share(before), shift]
